import './gems.ts';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A Kamal project in its own directory, a git repository, gone when the test ends. */
export class Project {
  readonly root = mkdtempSync(join(tmpdir(), 'kamal-project-'));
  readonly directory = join(this.root, 'app');
  readonly temporary = join(this.root, 'temporary');

  constructor(files: Readonly<Record<string, string>> = {}) {
    mkdirSync(this.temporary);
    mkdirSync(this.directory);
    this.write({ ...MINIMAL, ...files });
    const git = (...args: string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
        cwd: this.directory,
      });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'first');
  }

  /** Writes files of the project; hooks are made executable. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.directory, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      if (text.startsWith('#!')) chmodSync(path, 0o755);
    }
  }

  /** The environment of this process with its own home. */
  environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const inherited = Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    const { RUBYOPT: _, RUBYLIB: __, ...rest } = Object.fromEntries(inherited) as Record<string, string>;
    return { ...rest, HOME: this.root, ...more };
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const MINIMAL = {
  'config/deploy.yml':
    'service: shop\nimage: acme/shop\nservers: [192.0.2.7]\nregistry: {username: acme, password: [TOKEN]}\nbuilder: {arch: amd64}\n',
  '.kamal/secrets': 'TOKEN=invented\n',
  Dockerfile: 'FROM scratch\n',
};

/** Ids of the processes whose environment has `marker` as a value of `MARKER`. */
export function processesMarked(marker: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(join('/proc', pid, 'environ'), 'utf8')
        .split('\0')
        .includes(`MARKER=${marker}`);
    } catch {
      return false;
    }
  });
}
