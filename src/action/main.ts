import { reportFailure } from '../github/runner/failure.ts';
import { flawOfGithubToken, readInputs, type ActionCommand } from '../github/runner/inputs.ts';
import { maskJobTokens } from '../github/runner/job-tokens.ts';
import { JobLog } from '../github/runner/log.ts';
import { Outputs } from '../github/runner/outputs.ts';
import { registerProblemMatcher } from '../github/runner/problem-matcher.ts';
import { StateKeeper } from '../github/runner/state.ts';
import { addSummary } from '../github/runner/summary.ts';
import { followProxy } from '../onepassword/session/proxy.ts';
import { Redaction } from '../base/redaction.ts';
import { renderSummary } from '../report/formats/summary.ts';
import { listenForCancellation } from './cancellation.ts';
import { failureOutputs } from './failure-outputs.ts';
import { startRun, type Run } from './run.ts';
import { Story } from './run-summary.ts';

/** A command of the action; what it returns is the sentence that says what was done. */
type Command = (run: Run, story: Story) => Promise<string>;

/** Each command is loaded only when it is the one: a check needs neither the SDK nor an unzipper. */
const COMMANDS: Readonly<Record<ActionCommand, () => Promise<Command>>> = {
  deploy: async () => (await import('./commands/deploy.ts')).deploy,
  check: async () => (await import('./commands/check.ts')).checkOnly,
  setup: async () => (await import('./commands/setup.ts')).setup,
  rollback: async () => (await import('./commands/rollback.ts')).rollback,
  status: async () => (await import('./commands/status.ts')).status,
  verify: async () => (await import('./commands/verify.ts')).verify,
  preview: async () => (await import('./commands/preview.ts')).preview,
  'preview-sweep': async () => (await import('./commands/preview-sweep.ts')).previewSweep,
};

const PROXY_NOT_FOLLOWED =
  'HTTPS_PROXY is set, but this version of Node.js ignores it by default: set NODE_USE_ENV_PROXY=1 for the runner.';

const CERTIFICATES_NOT_CHECKED =
  'NODE_TLS_REJECT_UNAUTHORIZED is 0 in this job: no certificate is checked, so someone in between can impersonate 1Password, a Connect server or GitHub. Remove it from the workflow or the runner; for a certificate of your own, set NODE_EXTRA_CA_CERTS to its file.';

/** The main step: reads the inputs, runs the command, and always reports how it went. */
export async function main(): Promise<void> {
  const signal = listenForCancellation();
  const started = performance.now();
  const redaction = new Redaction();
  const log = new JobLog(redaction);
  const state = new StateKeeper(log);
  const outputs = new Outputs(log);
  const story = new Story();
  try {
    maskJobTokens(log);
    const inputs = readInputs();
    const flaw = flawOfGithubToken();
    if (flaw !== null) log.warning(flaw);
    if ((await followProxy(process.env)) === 'not-followed') log.warning(PROXY_NOT_FOLLOWED);
    if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') log.warning(CERTIFICATES_NOT_CHECKED);
    const run = await startRun({ inputs, log, outputs, state, signal });
    const command = await COMMANDS[inputs.command]();
    const sentence = await command(run, story).finally(() => story.telling);
    log.info(sentence);
    await addSummary(() => renderSummary(redaction.applyToAll(story.succeeded(sentence))), log);
    // `setup` is for the steps that follow: `post` undoes it.
    if (inputs.command === 'setup') await leaveForPost(state);
    else await undoHere(state, log);
  } catch (error) {
    const failure = reportFailure(error, redaction);
    for (const [name, value] of failureOutputs(failure, redaction)) outputs.set(name, value);
    await addSummary(() => renderSummary(redaction.applyToAll(story.failed(failure))), log);
    // What is still to be done on the servers takes the agent: `post` does that first.
    const { lock, left } = state.current;
    if (lock === undefined && left === undefined) await undoHere(state, log);
    else await leaveForPost(state);
  } finally {
    registerProblemMatcher(log);
    outputs.set('duration', Math.round((performance.now() - started) / 1000));
  }
}

async function undoHere(state: StateKeeper, log: JobLog): Promise<void> {
  const { undo } = await import('./undo.ts');
  for (const problem of await undo(state.current)) log.warning(`Cleaning up: ${problem}`);
}

/** Until the post step, or for as long as the job lives. */
async function leaveForPost({ current: { directory } }: StateKeeper): Promise<void> {
  const { claimRun } = await import('../ssh/agent.ts');
  if (directory !== undefined) await claimRun(directory);
}
