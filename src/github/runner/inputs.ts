import * as core from '@actions/core';
import { split } from 'shlex';
import { parseEnvironmentIds, type EnvironmentIds } from '../../base/environment-ids.ts';
import { isSendable } from './sendable.ts';
import { Failure } from '../../base/failure.ts';
import { readDuration } from '../../base/text/duration.ts';

/** The commands of the action; `deploy` is the default. */
export const COMMANDS = [
  'deploy',
  'check',
  'setup',
  'rollback',
  'status',
  'verify',
  'preview',
  'preview-sweep',
] as const;
/** From which severity on findings fail the step. */
export const FAIL_ON = ['error', 'warning', 'never'] as const;

/** Whether Kamal may come from the bundle, the machine or a cache, or is installed again for the run. */
export const KAMAL = ['shared', 'isolated'] as const;

/** Whether the run's own session answers Kamal where that is certain, or `op` answers everything. */
export const OP = ['auto', 'always'] as const;

/** When a pull request gets a comment: while there is something to fix, also when there is nothing to fix, or not at all. */
export const COMMENT = ['auto', 'always', 'never'] as const;

/** What a preview does where as many are there as may be. */
export const WHEN_FULL = ['refuse', 'replace-oldest'] as const;

export type ActionCommand = (typeof COMMANDS)[number];
export type FailOn = (typeof FAIL_ON)[number];
export type OpMode = (typeof OP)[number];
export type KamalMode = (typeof KAMAL)[number];
export type CommentMode = (typeof COMMENT)[number];
export type WhenFull = (typeof WHEN_FULL)[number];

/** What the workflow says of its previews. */
export interface PreviewInputs {
  /** Null: that of the event. */
  readonly pullRequest: number | null;
  /** Null if every pull request of the repository gets a preview. */
  readonly label: string | null;
  /** Null for any number. */
  readonly limit: number | null;
  readonly whenFull: WhenFull;
  /** Milliseconds since the last deploy; null for never. */
  readonly expiresAfter: number | null;
  /** Commands for a container of the preview: after its first deploy, and before its removal. */
  readonly setup: string | null;
  readonly teardown: string | null;
  readonly dryRun: boolean;
}

/** A service account token; workload identity, without one; a Connect server. */
export type WayToSignIn = 'service-account' | 'workload' | 'connect';

/** Everything the workflow asked for: read once, checked, and frozen. `null` means that the default applies. */
export interface Inputs {
  readonly command: ActionCommand;
  /** As given, untrimmed; null if neither the input nor `OP_SERVICE_ACCOUNT_TOKEN` is set. */
  readonly serviceAccountToken: string | null;
  /** As a workload: the input, else `OP_WORKLOAD_ID` and `OP_INTEGRATION_KEY`. */
  readonly workloadId: string | null;
  readonly integrationKey: string | null;
  /** Through a Connect server: the input, else `OP_CONNECT_HOST` and `OP_CONNECT_TOKEN`. */
  readonly connectHost: string | null;
  readonly connectToken: string | null;
  /** The ways to sign in that inputs name, regardless of the environment. */
  readonly namedWays: ReadonlySet<WayToSignIn>;
  readonly workingDirectory: string;
  readonly destination: string | null;
  readonly configFile: string;
  /** The 1Password Environment of each destination. */
  readonly opEnvironment: EnvironmentIds | null;
  /** A secret reference (`op://vault/item/field`); with `opEnvironment` also the name of one of its variables. */
  readonly sshKey: string | null;
  readonly knownHosts: {
    readonly kind: 'lines' | 'reference' | 'variable';
    readonly text: string;
  } | null;
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
  readonly preview: PreviewInputs;
}

/**
 * Reads the inputs that the runner hands over as `INPUT_*`.
 * @throws Failure `input-invalid`, naming the input, what it got and what is allowed
 */
export function readInputs(): Inputs {
  const workloadId = text('workload-id') ?? variable('OP_WORKLOAD_ID');
  const integrationKey = text('integration-key') ?? variable('OP_INTEGRATION_KEY');
  const namedWays = waysNamed();
  // 1password/load-secrets-action names it so; with a token that variable may be about something else.
  const opEnvironment = environmentIds(namedWays.has('workload') ? variable('OP_ENVIRONMENT_ID') : null);
  const command = oneOf('command', COMMANDS);
  return Object.freeze({
    workloadId,
    integrationKey,
    connectHost: text('connect-host') ?? variable('OP_CONNECT_HOST'),
    connectToken: text('connect-token') ?? variable('OP_CONNECT_TOKEN'),
    namedWays,
    opEnvironment,
    command,
    serviceAccountToken: text('service-account-token') ?? process.env['OP_SERVICE_ACCOUNT_TOKEN'] ?? null,
    workingDirectory: text('working-directory') ?? '.',
    destination: destinationFor(command),
    configFile: text('config-file') ?? 'config/deploy.yml',
    sshKey: keyPlace('ssh-key', opEnvironment !== null),
    knownHosts: knownHosts(opEnvironment !== null),
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
    preview: previewInputs(command),
  });
}

/** Previews are their own destination: `preview` by default. */
function destinationFor(command: ActionCommand): string | null {
  const given = matching('destination', /^[\w.-]+$/, 'the name of a Kamal destination, such as `production`');
  return command.startsWith('preview') ? (given ?? 'preview') : given;
}

function previewInputs(command: ActionCommand): PreviewInputs {
  const number = matching('pull-request', /^[1-9]\d{0,9}$/, "a pull request's number, such as `12`");
  const limit =
    matching('preview-limit', /^(?:[1-9]\d{0,3}|none)$/, 'a number such as `5`, or `none`') ?? '5';
  const expires = text('preview-expires') ?? '7d';
  const expiresAfter = readDuration(expires);
  if (expiresAfter === undefined)
    throw invalid('preview-expires', expires, 'a duration such as `7d`, `36h` or `2w`, or `never`');
  return Object.freeze({
    // Other commands have nothing to do with one.
    pullRequest: number === null || command !== 'preview' ? null : Number(number),
    label: previewLabel(),
    limit: limit === 'none' ? null : Number(limit),
    whenFull: oneOf('preview-when-full', WHEN_FULL),
    expiresAfter,
    setup: text('preview-setup'),
    teardown: text('preview-teardown'),
    dryRun: flag('dry-run'),
  });
}

/** The runner fills in the default where the workflow says nothing; an empty label is what someone wrote. */
function previewLabel(): string | null {
  return process.env['INPUT_PREVIEW-LABEL'] === undefined ? 'preview' : text('preview-label');
}

/**
 * Only `github-token`: `post` gets it from the runner again, since no token is kept in a file of state. Null if there is
 * none, or one that no request can carry.
 */
export function readGithubToken(): string | null {
  const token = text('github-token');
  return token === null || !isSendable(token) ? null : token;
}

/** What is wrong with the `github-token`; null if it is usable, or not given. */
export function flawOfGithubToken(): string | null {
  const token = text('github-token');
  return token === null || isSendable(token)
    ? null
    : 'The input `github-token` contains a space, a line break or a character that no token has, so GitHub is not asked: nothing is reported there. Set the secret that it comes from again.';
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

function variable(name: string): string | null {
  return process.env[name] || null;
}

const WAYS = [
  ['service-account', ['service-account-token']],
  ['workload', ['workload-id', 'integration-key']],
  ['connect', ['connect-host', 'connect-token']],
] as const;

function waysNamed(): ReadonlySet<WayToSignIn> {
  return new Set(WAYS.flatMap(([way, inputs]) => (inputs.some((name) => text(name) !== null) ? [way] : [])));
}

function environmentIds(otherwise: string | null): EnvironmentIds | null {
  const got = text('op-environment') ?? otherwise;
  if (got === null) return null;
  const ids = parseEnvironmentIds(got);
  if (ids !== null) return ids;
  throw invalid(
    'op-environment',
    null,
    'the id of a 1Password Environment (26 letters and digits: Manage environment → Copy environment ID), or one line `destination: id` for each destination',
  );
}

function keyPlace(name: string, withVariables: boolean): string | null {
  const got = text(name);
  if (got === null || isReference(got) || (withVariables && isVariable(got))) return got;
  const orVariable = withVariables ? ', the name of a variable of the Environment' : '';
  // Someone may have put the key itself here: it must not be repeated.
  throw invalid(
    name,
    null,
    `a secret reference such as \`op://MyApp/Server/SSH_KEY\`${orVariable}, never the key itself`,
  );
}

function knownHosts(withVariables: boolean): Inputs['knownHosts'] {
  const got = text('known-hosts');
  if (got === null) return null;
  if (withVariables && isVariable(got)) return { kind: 'variable', text: got };
  return { kind: isReference(got) ? 'reference' : 'lines', text: got };
}

function isVariable(got: string): boolean {
  return /^[A-Za-z_]\w*$/.test(got);
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
    throw invalid(name, null, 'words as in a shell, with every quote closed');
  }
}

function missing(name: string): never {
  throw invalid(name, '', 'a value; omit the input to use the default');
}

function invalid(name: string, got: string | null, allowed: string): Failure {
  const what = got === null ? 'cannot be used' : `is \`${got}\``;
  return new Failure('input-invalid', `The input \`${name}\` ${what}; it must be ${allowed}.`, {
    agent: [`Correct \`${name}\` under \`with:\` in the workflow file.`],
  });
}
