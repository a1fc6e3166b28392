import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync } from 'node:fs';

/** Builds a gem called kamal that prints its version, and the index files that RubyGems asks a server for. */
const BUILD = `
require "rubygems/package"
require "zlib"
require "digest"
version, directory = ARGV
Dir.chdir(directory)
Dir.mkdir("bin")
File.write("bin/kamal", "puts [File.basename($PROGRAM_NAME), *ARGV, %q(#{version})].join(%q( ))\\n")
File.chmod(0o755, "bin/kamal")
spec = Gem::Specification.new("kamal", version) do |s|
  s.summary = s.authors = "stand-in"
  s.files = ["bin/kamal"]
  s.executables = ["kamal"]
end
spec.authors = ["stand-in"]
def quietly = Gem::DefaultUserInteraction.use_ui(Gem::SilentUI.new) { yield }
gem = quietly { Gem::Package.build(spec, true) }
Dir.mkdir("gems"); File.rename(gem, "gems/#{gem}")
tuple = [["kamal", spec.version, "ruby"]]
%w[specs latest_specs].each { |name| Zlib::GzipWriter.open("#{name}.4.8.gz") { |file| file.write Marshal.dump(tuple) } }
Zlib::GzipWriter.open("prerelease_specs.4.8.gz") { |file| file.write Marshal.dump([]) }
require "fileutils"
FileUtils.mkdir_p("quick/Marshal.4.8"); FileUtils.mkdir_p("info")
File.binwrite("quick/Marshal.4.8/kamal-#{version}.gemspec.rz", Zlib::Deflate.deflate(Marshal.dump(spec)))
info = "---\\n#{version} |checksum:#{Digest::SHA256.file("gems/#{gem}").hexdigest}\\n"
File.write("info/kamal", info)
File.write("names", "---\\nkamal\\n")
File.write("versions", "created_at: 2026-01-01T00:00:00Z\\n---\\nkamal #{version} #{Digest::MD5.hexdigest(info)}\\n")
`;

/** A gem server on loopback with one gem, a small one called kamal. RubyGems itself does the rest. */
export class GemServer {
  readonly requests: string[] = [];
  /** Answers so many requests for the gem's file with 503 first. */
  faults = 0;
  readonly #directory = mkdtempSync(join(tmpdir(), 'gem-server-'));
  readonly #server = createServer((request, response) => {
    const path = request.url ?? '/';
    this.requests.push(path);
    if (path.endsWith('.gem') && this.faults > 0) {
      this.faults--;
      response.writeHead(503).end();
      return;
    }
    try {
      response.end(request.method === 'HEAD' ? '' : readFileSync(join(this.#directory, path)));
    } catch {
      response.writeHead(404).end();
    }
  });

  static async start(version: string): Promise<GemServer> {
    const server = new GemServer();
    execFileSync('ruby', ['-e', BUILD, version, server.#directory]);
    await new Promise<void>((resolve) => void server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** A home directory whose RubyGems knows this server alone. */
  get gemrc(): string {
    return `:sources:\n- ${this.url}\n`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => void this.#server.close(resolve));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A directory with nothing but links to the named programs of PATH. */
export function pathOf(directory: string, programs: readonly string[]): string {
  mkdirSync(directory, { recursive: true });
  for (const program of programs) {
    const found = execFileSync('which', [program], { encoding: 'utf8' }).trim();
    execFileSync('ln', ['-s', found, join(directory, program)]);
  }
  return directory;
}
