import * as core from '@actions/core';
import { split } from 'shlex';
import { Failure } from '../../base/failure.ts';

/** The commands of the action; `deploy` is the default. */
export const COMMANDS = ['deploy', 'check', 'setup', 'rollback', 'verify'] as const;
/** From which severity on findings fail the step. */
export const FAIL_ON = ['error', 'warning', 'never'] as const;

/** Whether Kamal may come from the bundle, the machine or a cache, or is installed anew for the run. */
export const KAMAL = ['shared', 'isolated'] as const;

/** Whether Kamal is answered from the run's own session where that is certain, or `op` is asked for everything. */
export const OP = ['auto', 'always'] as const;

/** When a pull request gets a comment: while there is something to mend, also when all is well, or not at all. */
export const COMMENT = ['auto', 'always', 'never'] as const;

export type ActionCommand = (typeof COMMANDS)[number];
export type FailOn = (typeof FAIL_ON)[number];
export type OpMode = (typeof OP)[number];
export type KamalMode = (typeof KAMAL)[number];
export type CommentMode = (typeof COMMENT)[number];

/** Everything the workflow asked for: read once, checked, and frozen. `null` means that the default applies. */
export interface Inputs {
  readonly command: ActionCommand;
  /** As given, untrimmed; null where neither the input nor `OP_SERVICE_ACCOUNT_TOKEN` is set. */
  readonly serviceAccountToken: string | null;
  readonly workingDirectory: string;
  readonly destination: string | null;
  readonly configFile: string;
  /** A secret reference (`op://vault/item/field`). */
  readonly sshKey: string | null;
  readonly knownHosts: { readonly kind: 'lines' | 'reference'; readonly text: string } | null;
  readonly op: OpMode;
  readonly opVersion: string;
  readonly kamal: KamalMode;
  readonly kamalVersion: string | null;
  readonly version: string | null;
  readonly skipPush: boolean;
  /** Further flags for Kamal, one word an entry. */
  readonly args: readonly string[];
  readonly failOn: FailOn;
  readonly comment: CommentMode;
  /** Where to write the SARIF report, relative to the workspace; null for none. */
  readonly sarifFile: string | null;
  readonly githubToken: string | null;
}

/**
 * Reads the inputs that the runner hands over as `INPUT_*`.
 * @throws Failure `input-invalid`, naming the input, what it got and what is allowed
 */
export function readInputs(): Inputs {
  return Object.freeze({
    command: oneOf('command', COMMANDS),
    serviceAccountToken: text('service-account-token') ?? process.env['OP_SERVICE_ACCOUNT_TOKEN'] ?? null,
    workingDirectory: text('working-directory') ?? '.',
    destination: matching(
      'destination',
      /^[\w.-]+$/,
      'the name of a Kamal destination, such as `production`',
    ),
    configFile: text('config-file') ?? 'config/deploy.yml',
    sshKey: reference('ssh-key'),
    knownHosts: knownHosts(),
    op: oneOf('op', OP),
    opVersion: matching('op-version', VERSION, 'a version such as `2.35.0`') ?? missing('op-version'),
    kamal: oneOf('kamal', KAMAL),
    kamalVersion: matching('kamal-version', VERSION, 'a version such as `2.12.0`'),
    version: matching('version', /^[\w.-]+$/, 'an image tag, such as a commit SHA'),
    skipPush: flag('skip-push'),
    args: words('args'),
    failOn: oneOf('fail-on', FAIL_ON),
    comment: oneOf('comment', COMMENT),
    sarifFile: text('sarif-file'),
    githubToken: readGithubToken(),
  });
}

/** `github-token` alone: `post` gets it from the runner again, since no token is kept in a file of state. */
export function readGithubToken(): string | null {
  return text('github-token');
}

const VERSION = /^\d+\.\d+\.\d+(?:[.-][\w.]+)?$/;

function text(name: string): string | null {
  return core.getInput(name) || null;
}

function oneOf<const T extends string>(name: string, allowed: readonly T[]): T {
  const got = text(name) ?? allowed[0];
  const found = allowed.find((value) => value === got);
  if (found !== undefined) return found;
  throw invalid(name, got ?? '', `one of ${allowed.map((value) => `\`${value}\``).join(', ')}`);
}

function flag(name: string): boolean {
  const got = (text(name) ?? 'false').toLowerCase();
  if (got === 'true' || got === 'false') return got === 'true';
  throw invalid(name, got, '`true` or `false`');
}

function matching(name: string, pattern: RegExp, allowed: string): string | null {
  const got = text(name);
  if (got === null || pattern.test(got)) return got;
  throw invalid(name, got, allowed);
}

function reference(name: string): string | null {
  const got = text(name);
  if (got === null || isReference(got)) return got;
  // Somebody may have put the key itself here: it must not be repeated.
  throw invalid(name, null, 'a secret reference such as `op://MyApp/Server/SSH_KEY`, never the key itself');
}

function knownHosts(): Inputs['knownHosts'] {
  const got = text('known-hosts');
  if (got === null) return null;
  return { kind: isReference(got) ? 'reference' : 'lines', text: got };
}

function isReference(got: string): boolean {
  return /^op:\/\/[^/\n]+\/[^/\n]+\/[^\n]+$/.test(got);
}

function words(name: string): readonly string[] {
  const got = text(name);
  if (got === null) return [];
  try {
    return Object.freeze(split(got));
  } catch {
    throw invalid(name, null, 'words as in a shell, every quote closed');
  }
}

function missing(name: string): never {
  throw invalid(name, '', 'a value; leave the input out for the default');
}

function invalid(name: string, got: string | null, allowed: string): Failure {
  const what = got === null ? 'has a value that cannot be used' : `is \`${got}\``;
  return new Failure('input-invalid', `The input \`${name}\` ${what}; allowed is ${allowed}.`, {
    agent: [`Correct \`${name}\` under \`with:\` in the workflow file.`],
  });
}
