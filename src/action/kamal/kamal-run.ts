import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { Failure } from '../../base/failure.ts';
import { deployFileFacts } from '../../kamal/diagnosis/deploy-file-facts.ts';
import { diagnose, type Diagnosis, type Room } from '../../kamal/diagnosis/diagnose.ts';
import { futureLock, lockPerformer, releaseHeldLock, type HeldLock } from '../../kamal/lock/own-lock.ts';
import { buildSteps } from '../../kamal/build/build-steps.ts';
import { endProcessesOf, RUN_VARIABLE } from '../../kamal/run/leftover-processes.ts';
import { leftServers } from '../../kamal/servers/after-interruption.ts';
import { lockInOutput, signedAs } from '../../kamal/lock/lock.ts';
import { plainLine } from '../../kamal/run/output-line.ts';
import { PHASES } from '../../kamal/run/phases.ts';
import { runKamal, type RunResult } from '../../kamal/run/run.ts';
import { distinctFindings } from '../../parity/report/report.ts';
import { kamalEnvironment, kamalWords } from './kamal-command.ts';
import { liveOutput } from './live-output.ts';
import { OpCalls } from './op-calls.ts';
import { installWhenCalled } from '../prepare/op.ts';
import type { Prepared } from '../prepare/prepare.ts';
import type { Run } from '../run.ts';
import { reportNothingChanged, reportServers } from './server-state.ts';
import type { TriedLogin } from '../prepare/ssh-access.ts';
import type { Servers } from '../../vault-to-servers/servers.ts';
import type { Story } from '../run-summary.ts';

/** One command of Kamal that is to be run. */
export interface KamalRequest {
  /** Kamal's words, e.g. `['deploy']`. */
  readonly words: readonly string[];
  /** The version that the lock will name; null if only Kamal knows it. */
  readonly version: string | null;
  readonly servers: Servers | null;
}

/**
 * Milliseconds for an interrupted Kamal to release its lock, for its group to end after SIGTERM, and for a server to
 * answer then. All of it has to fit between a runner's SIGINT and its SIGKILL, ten seconds later.
 */
const PATIENCE = { release: 5000, terminate: 500, server: 2000 };

/**
 * Runs Kamal with its output live in the log. However it is interrupted, the lock is free afterwards, or `post` knows
 * how to free it, and the log says what the servers do.
 * @throws Failure named after the cause where Kamal failed; `cancelled` if the run was
 */
export async function runKamalCommand(
  run: Run,
  prepared: Prepared,
  { words, version, servers }: KamalRequest,
  story: Story,
): Promise<RunResult> {
  const performer = lockPerformer(process.env);
  const lock = servers === null ? null : futureLock(servers.deployed, servers.access, performer, version);
  await noteForPost(run, prepared, { lock, servers }, story);
  const output = liveOutput(run.log, (phase) => PHASES[phase]);
  let logins: readonly TriedLogin[] | null = null;
  const cleared = prepared.cleared.then((tried) => (logins = tried));
  const { session, op } = prepared;
  const opCalls = session === null ? null : new OpCalls(session, (line) => run.log.debug(line));
  if (op.onDemand !== null) installWhenCalled(run, op.onDemand);
  const options = {
    ...kamalProgram(run, prepared, words, performer),
    asksBeforeOp: opCalls !== null,
    answering: opCalls,
    ...output,
    onSilence(...silence: Parameters<typeof output.onSilence>) {
      if (logins === null) run.log.info('… Kamal is ready and waiting for all servers to answer');
      else output.onSilence(...silence);
    },
  };
  const running = runKamal(options, { waiting: prepared.waiting, cleared });
  const result = await running.catch(async (error: unknown) => {
    await op.onDemand?.end();
    // From here on, only one of our own failures means that it has not begun; else `post` has to check the lock.
    if (logins !== null && !(error instanceof Failure)) throw error;
    output.end(null);
    forgetForPost(run);
    reportNothingChanged(run, story, 'Kamal had not started its work');
    throw error;
  });
  output.end(result.phases.at(-1)?.seconds ?? null);
  await reportOp(run, story, prepared, opCalls);
  story.phases = phasesOf(result);
  if (result.interrupted !== null) {
    await afterInterruption(run, { result, lock, servers }, story);
    throw stopped(run, words, result);
  }
  await settleLock(run, lock, result);
  if (result.exitCode !== 0) {
    if (servers !== null) await reportServers(run, servers, story, 10_000);
    run.signal.throwIfAborted();
    throw await failed(run, prepared, { words, result, logins: logins ?? [] }, story);
  }
  run.state.clear('left');
  return result;
}

/**
 * Notes for `post` the lock that Kamal is going to take, and the servers.
 * @throws what ends the run before Kamal has begun
 */
async function noteForPost(
  run: Pick<Run, 'log' | 'signal' | 'state'>,
  { waiting }: Pick<Prepared, 'waiting'>,
  { lock, servers }: { readonly lock: HeldLock | null; readonly servers: Servers | null },
  story: Story,
): Promise<void> {
  if (run.signal.aborted) await waiting?.close();
  run.signal.throwIfAborted();
  const left = servers === null ? null : leftServers(servers.deployed, servers.access);
  try {
    run.state.set({ ...(lock === null ? {} : { lock }), ...(left === null ? {} : { left }) });
  } catch (error) {
    await waiting?.close();
    forgetForPost(run);
    reportNothingChanged(run, story, 'Kamal had not started its work');
    throw error;
  }
}

function forgetForPost({ state }: Pick<Run, 'state'>): void {
  state.clear('lock');
  state.clear('left');
}

/** Kamal as a program: its words, its environment, and how it ends. */
function kamalProgram(
  {
    inputs,
    root,
    directory,
    log,
    signal,
    ...given
  }: Omit<Run, 'state' | 'outputs' | 'onePassword' | 'spent'>,
  prepared: Prepared,
  words: readonly string[],
  performer: string,
) {
  const environment = kamalEnvironment(prepared, given, prepared.credential);
  return {
    program: prepared.kamal.argv,
    words: kamalWords(words, inputs),
    workingDirectory: root,
    environment: { ...environment, ...signedAs(environment, performer), [RUN_VARIABLE]: directory },
    temporaryDirectory: directory,
    tidyCut: (text: string) => log.withoutTornEnd(text),
    signal,
    patience: PATIENCE,
  };
}

function phasesOf(result: RunResult): Story['phases'] {
  return result.phases.map(({ phase, name, seconds }) => ({
    name,
    seconds,
    ...(phase === 'build' ? cacheNote(result) : {}),
  }));
}

/** What a build had from its cache, if its output shows that. */
function cacheNote({ lines }: RunResult): { readonly note?: string } {
  const steps = buildSteps(lines);
  return steps === null ? {} : { note: `${steps.cached} of ${steps.all} steps from the cache` };
}

/** What became of what Kamal would have asked `op`, and of an `op` that was installed only then. */
async function reportOp(
  { log }: Pick<Run, 'log'>,
  story: Story,
  { op, requestsMade }: Prepared,
  calls: OpCalls | null,
): Promise<void> {
  const called = (await op.onDemand?.end()) ?? null;
  const sentence = calls?.sentence(called) ?? null;
  if (sentence !== null) log.info(sentence);
  story.tell('Requests to 1Password', String(requestsMade));
  for (const [name, value] of calls?.facts ?? []) story.tell(name, value);
  story.tell('op', called?.installed?.version ?? null);
}

/** The seconds between a cancellation and the runner's SIGKILL: everything in parallel, the most important first. */
async function afterInterruption(
  run: Pick<Run, 'directory' | 'log' | 'signal' | 'state'>,
  { result, lock, servers }: { result: RunResult; lock: HeldLock | null; servers: Servers | null },
  story: Story,
): Promise<void> {
  await Promise.all([
    settleLock(run, lock, result),
    endProcessesOf(run.directory, PATIENCE.terminate),
    servers === null ? null : reportServers(run, servers, story, PATIENCE.server),
  ]);
}

/** Sees to it that the lock is free where it can be ours; `post` tries again where that did not succeed. */
async function settleLock(
  run: Pick<Run, 'log' | 'state'>,
  lock: HeldLock | null,
  { lines }: RunResult,
): Promise<void> {
  const said = lockInOutput(lines);
  const perhapsOurs = lock !== null && said.asked && !said.refused && !said.released;
  if (perhapsOurs && !(await releaseHeldLock(lock, run.log, { patience: PATIENCE.server }))) return;
  run.state.clear('lock');
}

function stopped(run: Pick<Run, 'signal'>, words: readonly string[], { phase }: RunResult): Failure {
  const { reason } = run.signal;
  const what = reason instanceof Failure ? reason.message : 'The run was cancelled.';
  return new Failure('cancelled', `${what} \`${nameOf(words)}\` was in the phase “${PHASES[phase]}”.`);
}

async function failed(
  run: Pick<Run, 'log' | 'root'>,
  { deploy }: Pick<Prepared, 'deploy'>,
  { words, result, logins }: { words: readonly string[]; result: RunResult; logins: readonly TriedLogin[] },
  story: Story,
): Promise<Failure> {
  const findings = story.report === null ? [] : distinctFindings(story.report);
  const found = diagnose(result.lines, {
    exitCode: result.exitCode,
    signal: result.signal,
    findings: findings.map(({ finding: { secret, message, severity } }) => ({ secret, message, severity })),
    ...(story.builtWith === undefined ? {} : { builtWith: story.builtWith }),
    logins,
    deployFile: deploy === null ? null : deployFileFacts([deploy]),
    here: await roomHere(run.root),
  });
  story.evidence = evidenceOf(found, result).map((line) => run.log.masked(line));
  for (const line of found.containerLog) run.log.info(`  │ ${line}`);
  const isNamed = found.cause !== 'unknown' && found.cause !== 'none';
  const what = `\`${nameOf(words)}\` failed:`;
  const means = `${found.confidence === 'likely' ? 'Probably: ' : ''}${found.means}`;
  if (isNamed) story.diagnosed = { means: `${what} ${means}`, seen: found.seen };
  return new Failure(
    isNamed ? found.cause : 'kamal-failed',
    `${what} ${found.seen} ${isNamed ? means : ''}`.trimEnd(),
    found.next,
  );
}

/** What this machine has left; what no one knows is null. */
async function roomHere(directory: string): Promise<Room> {
  const disk = await statfs(directory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
  return { disk, memory: freemem() };
}

/** The last words of the container that did not get healthy; else the line that proves the cause, with its neighbours. */
function evidenceOf({ containerLog, evidence }: Diagnosis, { lines }: RunResult): string[] {
  if (containerLog.length > 0) return [...containerLog];
  const at = evidence === null ? lines.length : evidence.line;
  return lines.slice(Math.max(0, at - 4), at + 8).map((line) => plainLine(line));
}

function nameOf(words: readonly string[]): string {
  return `kamal ${words[0] ?? ''}`;
}
