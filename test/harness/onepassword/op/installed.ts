/** The stand-in `op` in its own folder, to call it or to put it on a PATH. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { packOp } from './pack.ts';

/** How a program ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Installs the stand-in into a fresh temporary folder (with a space and a quote in its name); dispose it to remove. */
export async function installOp(version = '2.35.0'): Promise<InstalledOp> {
  const folder = mkdtempSync(join(tmpdir(), "op stand-in's "));
  writeFileSync(join(folder, 'op'), await packOp(version), { mode: 0o755 });
  return new InstalledOp(folder);
}

export class InstalledOp implements Disposable {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Calls `op` with only this environment: it needs no PATH. */
  call(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
    return run(join(this.folder, 'op'), args, env, this.folder);
  }

  /** Runs another program in the folder, with `op` first on its PATH and `env` beside what this process has. */
  run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
    const path = `${this.folder}${delimiter}${process.env['PATH'] ?? ''}`;
    return run(program, args, { ...process.env, ...env, PATH: path }, this.folder);
  }
}

function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(file, args, { env, cwd }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}
