/**
 * What the benches share that measure the check against a corpus of real configurations: FOLDER has `repos/`, what
 * Kamal says of each target in `oracle/*.json`, and one-change variants as patches in `mutants.jsonl`.
 */
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Failure } from '../src/base/failure.ts';
import type { KamalRelease } from '../src/base/kamal-facts/release.ts';
import { readDeployFile } from '../src/files/deploy-file/read.ts';
import { openProject } from '../src/files/open-project.ts';
import { readSecrets, secretsFilePaths } from '../src/files/secrets-file/read-secrets.ts';
import { kamalVerdict } from '../src/parity/verdict.ts';
import type { JudgedFile, ProjectVerdict } from '../test/harness/kamal/judge.ts';
import { applyPatch } from './patch.ts';

/** What is compared; lists are sorted, and null if nothing can be said. */
export interface Answer {
  readonly loads: boolean | 'unknown';
  /** The assignment at which the secrets files fail; null if they do not. */
  readonly secretsError: string | null;
  readonly missing: readonly string[] | null;
  readonly unused: readonly string[] | null;
  readonly empty: readonly string[] | null;
}

export interface Target {
  readonly repo: string;
  readonly config: string;
  readonly destination: string | null;
}

export interface OracleFile extends Target {
  readonly loads: boolean;
  readonly secrets_error: { readonly at_key: string | null } | null;
  readonly resolved_secret_names: readonly { readonly name: string; readonly empty: boolean }[] | null;
  readonly missing: string[] | null;
  readonly unused: string[] | null;
}

export interface Mutant {
  readonly id: string;
  readonly repo: string;
  readonly config: string;
  readonly dest: string | null;
  readonly kind: string;
  readonly desc: string;
  readonly patch: string;
  readonly expect: {
    readonly loads: boolean;
    readonly secrets_error: string | null;
    readonly secrets_error_key: string | null;
    readonly missing: string[] | null;
    readonly unused: string[] | null;
    readonly empty: string[] | null;
  };
}

/** The corpus's targets by the name of their oracle file. */
export function targets(corpus: string): readonly (readonly [string, OracleFile])[] {
  const folder = path.join(corpus, 'oracle');
  return readdirSync(folder)
    .toSorted()
    .map((file) => [file, JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as OracleFile]);
}

export function mutants(corpus: string): readonly Mutant[] {
  const lines = readFileSync(path.join(corpus, 'mutants.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Mutant);
}

export function nameOfMutant({ id, repo, dest, kind, desc }: Mutant): string {
  return `${id} ${repo} ${dest ?? ''} ${kind}: ${desc}`;
}

/** Calls `ask` with a copy of the mutant's project, changed, below `copies`. */
export async function withMutant<T>(
  corpus: string,
  copies: string,
  mutant: Mutant,
  ask: (root: string) => T | Promise<T>,
): Promise<T> {
  const original = path.join(corpus, 'repos', mutant.repo);
  const copy = path.join(copies, mutant.repo);
  cpSync(original, copy, { recursive: true, verbatimSymlinks: true });
  try {
    for (const [file, bytes] of applyPatch(mutant.patch, (each) => readOrNull(path.join(original, each)))) {
      rmSync(path.join(copy, file), { force: true });
      mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
      if (bytes !== null) writeFileSync(path.join(copy, file), bytes);
    }
    return await ask(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** What the check says; the environment's variables and files that are not there have placeholders, as in the oracle. */
export function checkAnswer(
  root: string,
  { config, destination }: Target,
  kamal?: KamalRelease,
): Answer & { readonly exact: boolean; readonly unknown: readonly string[] } {
  const project = openProject(root, config);
  const read = (file: string): ReturnType<typeof project.read> => {
    try {
      return project.read(file);
    } catch (error) {
      if (error instanceof Failure && error.code === 'file-not-utf-8') {
        return { path: file, text: '', bom: 0, invalidUtf8: true };
      }
      throw error;
    }
  };
  const release = kamal === undefined ? {} : { kamal };
  const deploy = readDeployFile({
    ...release,
    config: read(config),
    configPath: config,
    destination:
      destination === null ? null : { name: destination, source: read(project.destinationPath(destination)) },
    readFile: (file) => project.text(file) ?? placeholderOf(file),
    exists: (file) => project.exists(file),
    mayAppear: () => true,
  });
  const secrets = readSecrets(
    secretsFilePaths(deploy.secretsPath, destination).map((file) => ({ path: file, source: read(file) })),
    release,
  );
  const verdict = kamalVerdict(secrets, deploy, { placeholders: true });
  return {
    exact: verdict.exact,
    loads: verdict.loads,
    secretsError: verdict.secretsError?.key ?? null,
    missing: sorted(verdict.missing),
    unused: sorted(verdict.unused),
    empty: sorted(verdict.empty),
    unknown: deploy.unknowns.map(({ reason }) => reason),
  };
}

/** The corpus holds only a part of each repository: for what a template reads besides, the oracle has a text. */
function placeholderOf(file: string): string | null {
  if (file === 'Gemfile.lock') return null;
  return file.endsWith('.json') ? '{"name":"stub","version":"1.0.0"}\n' : '1.0.0-stub\n';
}

/** The judge's verdict in the same shape. */
export function judgedAnswer(verdict: ProjectVerdict): Answer {
  return {
    loads: verdict.loads,
    secretsError: verdict.secretsError?.key ?? null,
    missing: sorted(verdict.missing),
    unused: sorted(verdict.unused),
    empty: sorted(verdict.empty),
  };
}

/** The project as the judge takes it: bytes, and links as links, those too that an archive wrote as texts. */
export function judgedFiles(root: string): Readonly<Record<string, JudgedFile>> {
  const files: Record<string, JudgedFile> = {};
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(root, name);
    const kind = lstatSync(file);
    if (kind.isSymbolicLink()) files[name] = { link: readlinkSync(file) };
    else if (kind.isFile()) {
      const bytes = readFileSync(file);
      const text = bytes.length < 255 ? bytes.toString() : '';
      const isLink =
        /^[^\s\0]+$/.test(text) &&
        (name.includes('.kamal/') || existsSync(path.join(path.dirname(file), text)));
      files[name] = isLink ? { link: text } : { base64: bytes.toString('base64') };
    }
  }
  return files;
}

/** What of two answers differs, a sentence for each. Where the file does not load, nothing is asked of the secrets. */
export function differences(kamal: Answer, check: Answer): readonly (readonly [string, string])[] {
  const fields: readonly (keyof Answer)[] = kamal.loads
    ? ['loads', 'secretsError', 'missing', 'unused', 'empty']
    : ['loads', 'secretsError', 'empty'];
  return fields
    .filter((field) => JSON.stringify(kamal[field]) !== JSON.stringify(check[field]))
    .map((field) => [
      field,
      `${field}: Kamal ${JSON.stringify(kamal[field])}, the check ${JSON.stringify(check[field])}`,
    ]);
}

export function sorted(names: readonly string[] | null): readonly string[] | null {
  return names === null ? null : names.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function readOrNull(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
