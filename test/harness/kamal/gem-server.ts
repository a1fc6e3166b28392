import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { PATIENT } from '../patient-server.ts';
import './gems.ts';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Builds a gem called kamal that prints its version, and empty ones that it depends on. */
const BUILD = `
require "json"
require "rubygems/package"
version, needs, directory = ARGV
Dir.chdir(directory)
Dir.mkdir("bin")
File.write("bin/kamal", "puts [File.basename($PROGRAM_NAME), *ARGV, %q(#{version})].join(%q( ))\\n")
File.chmod(0o755, "bin/kamal")
build = lambda do |name, version, &more|
  spec = Gem::Specification.new(name, version) do |s|
    s.summary = s.authors = "stand-in"
    more&.call(s)
  end
  spec.authors = ["stand-in"]
  gem = Gem::DefaultUserInteraction.use_ui(Gem::SilentUI.new) { Gem::Package.build(spec, true) }
  File.rename(gem, "gems/#{gem}")
end
needs = JSON.parse(needs)
needs.each { |name, need| need["versions"].each { |version| build.(name, version) } }
build.("kamal", version) do |s|
  s.files = ["bin/kamal"]
  s.executables = ["kamal"]
  needs.each { |name, need| s.add_dependency(name, need["requirement"]) }
end
`;

/** Writes the index files that RubyGems asks a server for, of the gems in a directory's \`gems\`. */
const INDEX = `
require "rubygems/package"
require "zlib"
require "digest"
require "fileutils"
Dir.chdir(ARGV.first)
FileUtils.mkdir_p(%w[quick/Marshal.4.8 info])
specs = Dir["gems/*.gem"].to_h { |path| [path, Gem::Package.new(path).spec] }.sort_by { |_, spec| [spec.name, spec.version] }
tuples = specs.map { |_, spec| [spec.name, spec.version, "ruby"] }
%w[specs latest_specs].each { |name| Zlib::GzipWriter.open("#{name}.4.8.gz") { |file| file.write Marshal.dump(tuples) } }
Zlib::GzipWriter.open("prerelease_specs.4.8.gz") { |file| file.write Marshal.dump([]) }
specs.each do |path, spec|
  File.binwrite("quick/Marshal.4.8/#{spec.full_name}.gemspec.rz", Zlib::Deflate.deflate(Marshal.dump(spec)))
  needs = spec.runtime_dependencies.map { |need| "#{need.name}:#{need.requirement.as_list.join("&")}" }
  info = "info/#{spec.name}"
  File.write(info, "---\\n") unless File.exist?(info)
  File.write(info, "#{spec.version} #{needs.join(",")}|checksum:#{Digest::SHA256.file(path).hexdigest}\\n", mode: "a")
end
versions = specs.map(&:last).group_by(&:name).map do |name, of|
  "#{name} #{of.map(&:version).join(",")} #{Digest::MD5.file("info/#{name}").hexdigest}\\n"
end
File.write("names", "---\\n#{specs.map { |_, spec| "#{spec.name}\\n" }.uniq.join}")
File.write("versions", "created_at: 2026-01-01T00:00:00Z\\n---\\n#{versions.join}")
`;

/** By name: what Kamal asks for, and the versions that the server has. */
type Needs = Readonly<Record<string, { readonly requirement: string; readonly versions: readonly string[] }>>;

/** A gem server on loopback. RubyGems itself does the rest. */
export class GemServer implements AsyncDisposable {
  readonly requests: string[] = [];
  /** Bytes of answers since the start. */
  bytes = 0;
  /** Time before an answer, in milliseconds. */
  latencyMs = 0;
  /** Answers so many requests for the gem's file with 503 first. */
  faults = 0;
  readonly #directory = mkdtempSync(join(tmpdir(), 'gem-server-'));
  readonly #server = createServer(PATIENT, (request, response) => {
    const path = request.url ?? '/';
    this.requests.push(path);
    if (path.endsWith('.gem') && this.faults > 0) {
      this.faults--;
      response.writeHead(503).end();
      return;
    }
    setTimeout(() => this.#answer(request.method === 'HEAD', path, response), this.latencyMs);
  });

  /** A small gem called kamal, and what it needs: e.g. `{ dotenv: { requirement: '~> 3.1', versions: ['3.1.8'] } }`. */
  static start(version: string, needs: Needs = {}): Promise<GemServer> {
    const words = [version, JSON.stringify(needs)];
    return GemServer.#serve((directory) => execFileSync('ruby', ['-e', BUILD, ...words, directory]));
  }

  /** The gems of a directory of `*.gem` files, such as `cache` of a GEM_HOME. */
  static of(gems: string): Promise<GemServer> {
    return GemServer.#serve((directory) => cpSync(gems, join(directory, 'gems'), { recursive: true }));
  }

  static async #serve(fill: (directory: string) => void): Promise<GemServer> {
    const server = new GemServer();
    mkdirSync(join(server.#directory, 'gems'));
    fill(server.#directory);
    execFileSync('ruby', ['-e', INDEX, server.#directory]);
    await new Promise<void>((resolve) => void server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  #answer(isHead: boolean, path: string, response: ServerResponse): void {
    try {
      // RubyGems asks for the root to learn whether there is a compact index (`info/`), as rubygems.org has.
      const body = path === '/' ? '' : readFileSync(join(this.#directory, path));
      this.bytes += isHead ? 0 : body.length;
      response.end(isHead ? '' : body);
    } catch {
      response.writeHead(404).end();
    }
  }

  /** A home directory whose RubyGems knows only this server. */
  get gemrc(): string {
    return `:sources:\n- ${this.url}\n`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => void this.#server.close(resolve));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A directory with only links to the named programs of PATH. */
export function pathOf(directory: string, programs: readonly string[]): string {
  mkdirSync(directory, { recursive: true });
  for (const program of programs) {
    const found = execFileSync('which', [program], { encoding: 'utf8' }).trim();
    execFileSync('ln', ['-s', found, join(directory, program)]);
  }
  return directory;
}
