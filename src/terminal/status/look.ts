/** Reads everything that a secret passes through, one destination after the other: names and times, no value. */
import { verifyDeployment, type Verification } from '../../kamal/verify/verify.ts';
import { expectedSecrets } from '../../vault-to-servers/expected-secrets.ts';
import {
  readLive,
  type AnsweredQuestion,
  type LiveOptions,
  type LiveReading,
} from '../../vault-to-servers/read-vault.ts';
import { variablesForKamal } from '../../vault-to-servers/environments.ts';
import { rotationsIn, type Rotation } from '../../vault-to-servers/rotations.ts';
import { serversOf } from '../../vault-to-servers/servers.ts';
import { check } from '../../parity/check.ts';
import { previewNumberIn } from '../../previews/identity.ts';
import type { CheckProjectOptions } from '../../change/project-edits.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import type { DestinationReport, Report } from '../../parity/report/report.ts';
import { containerVerdicts } from '../../vault-to-servers/container-verdicts.ts';
import { parityRows } from '../../report/parts/parity-table.ts';
import { vaultVerdicts } from '../../report/parts/vault-verdicts.ts';
import type { ParityRow } from '../../report/parts/parity-model.ts';
import { examplesIn } from '../init/example-values.ts';
import type { Arguments, Terminal } from '../ui/command.ts';
import { environmentOfPrograms } from '../ui/programs.ts';
import { withProgress } from '../ui/progress.ts';
import { agreedCommands, notAgreed } from './proxy-command.ts';
import { credentialOf, hasToken, keylessFailure, openSession, shadowOf } from '../ui/sign-in.ts';

export interface Status {
  readonly destination: string | null;
  readonly report: DestinationReport;
  readonly rows: readonly ParityRow[];
  readonly rotations: readonly Rotation[];
  /** What the servers say; null if no one could be asked, with the reason in `notes`. */
  readonly servers: Verification | null;
  /** When the newest container of each role was started, by host. */
  readonly running: readonly {
    readonly host: string;
    readonly role: string;
    readonly version: string | null;
    readonly startedAt: Date;
  }[];
}

export interface StatusReport {
  readonly statuses: readonly Status[];
  readonly report: Report;
  /** What was not checked, and why; one sentence each. */
  readonly notes: readonly string[];
}

export interface StatusOptions extends CheckProjectOptions, Pick<LiveOptions, 'environments'> {
  /** Null: whichever version the servers agree on. */
  readonly version: string | null;
  /** Whether `ssh.proxy_command` runs without asking. */
  readonly runsProxyCommand: boolean;
  /** Whether someone may be asked. */
  readonly asks: boolean;
  /** Whether servers are asked, for the version that runs, by a destination that has no secrets too. */
  readonly withoutSecrets: boolean;
}

/** How the words of a command say it. */
export function askingOf(given: Arguments): Pick<StatusOptions, 'runsProxyCommand' | 'asks'> {
  return { runsProxyCommand: given.has('run-proxy-command'), asks: !given.has('json') };
}

/** @throws Failure as `signIn`; servers that do not answer are reported, not thrown */
export async function look(
  project: ProjectReadings,
  options: StatusOptions,
  terminal: Terminal,
): Promise<StatusReport> {
  const commands = await agreedCommands(project, options.runsProxyCommand, options.asks ? terminal : {});
  return withProgress(
    hasToken(terminal) ? 'Reading 1Password and the servers' : 'Reading the servers',
    terminal,
    (shown) => statusWith(commands, project, options, shown),
  );
}

async function statusWith(
  commands: ReadonlySet<string>,
  project: ProjectReadings,
  options: StatusOptions,
  terminal: Terminal,
): Promise<StatusReport> {
  const notes: string[] = [];
  const { project: known, answers, sources } = await readVault(project, options, terminal, notes);
  const report = check(known, options);
  const statuses = await Promise.all(
    known.destinations.map((readings, index) => {
      const own = report.destinations[index];
      if (own === undefined) throw new Error('the check skipped a destination');
      return destinationStatus(readings, {
        own,
        report,
        answers,
        sources,
        options,
        commands,
        terminal,
        notes,
      });
    }),
  );
  return { statuses, report, notes: [...new Set(notes)] };
}

async function readVault(
  project: ProjectReadings,
  { environments }: StatusOptions,
  terminal: Terminal,
  notes: string[],
): Promise<Pick<LiveReading, 'project' | 'answers' | 'sources'>> {
  const shadow = shadowOf(terminal);
  if (shadow !== null) notes.push(shadow.message);
  if (!hasToken(terminal)) {
    const keyless = keylessFailure(terminal);
    notes.push(
      keyless === null
        ? 'OP_SERVICE_ACCOUNT_TOKEN is not set, so 1Password was not checked.'
        : `1Password was not checked. ${keyless.message}`,
    );
    return { project, answers: [], sources: new Map() };
  }
  using session = await openSession(credentialOf(terminal), terminal);
  return readLive(session, project, environments === undefined ? {} : { environments });
}

interface StatusContext {
  readonly own: DestinationReport;
  readonly report: Report;
  readonly answers: readonly AnsweredQuestion[];
  readonly sources: LiveReading['sources'];
  readonly options: StatusOptions;
  /** The proxy commands that may run. */
  readonly commands: ReadonlySet<string>;
  readonly terminal: Terminal;
  readonly notes: string[];
}

async function destinationStatus(
  readings: ProjectReadings['destinations'][number],
  context: StatusContext,
): Promise<Status> {
  const { own, report, answers, sources } = context;
  const { destination } = readings;
  const files = new Set(readings.secrets.files.map(({ path }) => path));
  const here = answers.filter(({ question }) => files.has(question.span.file));
  const variables = variablesForKamal(readings, sources.get(destination));
  const expected = expectedSecrets(readings, here, report.kamal, { variables });
  const alone: Report = { ...report, destinations: [own] };
  const hasSecrets = parityRows(alone, vaultVerdicts([readings]), containerVerdicts([])).length > 0;
  const servers =
    hasSecrets || context.options.withoutSecrets ? await askServers(readings, expected, context) : null;
  return {
    destination,
    report: own,
    rows: parityRows(alone, vaultVerdicts([readings]), containerVerdicts(servers?.secrets ?? [])),
    rotations: servers === null ? [] : rotationsIn(readings, here, servers),
    servers,
    running: runningIn(servers),
  };
}

/** Where the deploy file still has the server of Kamal's example: any answer there is from another machine. */
function exampleServer({ files }: ProjectReadings['destinations'][number]['deploy']): string | null {
  for (const { path, text } of files) {
    const example = examplesIn(text).find(({ what }) => what === 'host');
    if (example !== undefined)
      return `${path}:${example.line} still has ${example.value}, the server of Kamal's example, so the servers were not asked: write the address of yours.`;
  }
  return null;
}

/** Why no server is asked about previews in general: each is a service of its own. Null if it is one, or none. */
function whichPreview(
  { deploy, destination, preview }: ProjectReadings['destinations'][number],
  { environment }: Terminal,
): string | null {
  if (preview === null || previewNumberIn(environment) !== null) return null;
  if (preview.other.deployment?.service === deploy.deployment?.service) return null;
  return `Which preview of ${destination ?? 'the deploy'} is meant is not known: set \`KAMAL_PREVIEW_NUMBER\` to the number of a pull request.`;
}

async function askServers(
  readings: ProjectReadings['destinations'][number],
  secrets: ReturnType<typeof expectedSecrets>,
  { options: { version }, commands, terminal, notes }: StatusContext,
): Promise<Verification | null> {
  const { deploy, destination } = readings;
  const reason = exampleServer(deploy) ?? whichPreview(readings, terminal);
  if (reason !== null) {
    notes.push(reason);
    return null;
  }
  const environment = environmentOfPrograms(terminal);
  const servers = serversOf(deploy.deployment, destination, { socket: null, environment });
  if (servers === null) {
    notes.push(
      `Which hosts ${destination ?? 'the deploy'} has is not certain without running the deploy file.`,
    );
    return null;
  }
  const { proxyCommand } = servers.access;
  if (proxyCommand != null && !commands.has(proxyCommand)) {
    notes.push(notAgreed(proxyCommand));
    return null;
  }
  const accessories = servers.deployed.accessories.length > 0;
  return verifyDeployment({ ...servers, version, secrets, accessories });
}

function runningIn(servers: Verification | null): Status['running'] {
  return (servers?.servers ?? []).flatMap((server) =>
    server.reached
      ? server.containers
          .filter(({ status, role }) => status === 'running' && role !== null)
          .map(({ role, version, createdAt }) => ({
            host: server.host,
            role: role ?? '',
            version,
            startedAt: new Date(createdAt),
          }))
      : [],
  );
}

/** Whether this report finds nothing wrong. */
export function isOk({ statuses, report }: StatusReport): boolean {
  return (
    !report.destinations.some(({ findings }) => findings.some(({ severity }) => severity === 'error')) &&
    statuses.every(({ servers }) => servers === null || servers.ok)
  );
}
