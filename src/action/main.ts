import { reportFailure } from '../github/failure.ts';
import { readInputs, type ActionCommand } from '../github/inputs.ts';
import { JobLog } from '../github/log.ts';
import * as outputs from '../github/outputs.ts';
import { registerProblemMatcher } from '../github/problem-matcher.ts';
import { StateKeeper } from '../github/state.ts';
import { addSummary } from '../github/summary.ts';
import { followProxy } from '../onepassword/proxy.ts';
import { Redaction } from '../redaction.ts';
import { renderSummary } from '../report/summary.ts';
import { listenForCancellation } from './cancellation.ts';
import { startRun, type Run } from './run.ts';
import { Story } from './story.ts';

/** A command of the action; what it returns is the sentence that says what was done. */
type Command = (run: Run, story: Story) => Promise<string>;

/** Each command is loaded only when it is the one: a check needs neither the SDK nor an unzipper. */
const COMMANDS: Readonly<Record<ActionCommand, () => Promise<Command>>> = {
  deploy: async () => (await import('./deploy.ts')).deploy,
  check: async () => (await import('./check.ts')).checkOnly,
  setup: async () => (await import('./setup.ts')).setup,
  rollback: async () => (await import('./rollback.ts')).rollback,
  verify: async () => (await import('./verify.ts')).verify,
};

const PROXY_NOT_FOLLOWED =
  'A proxy is set (HTTPS_PROXY), but this version of Node.js does not follow it by itself: set NODE_USE_ENV_PROXY=1 for the runner.';

/** The main step: reads the inputs, runs the command, and tells how it went, whatever happens. */
export async function main(): Promise<void> {
  const signal = listenForCancellation();
  const started = performance.now();
  const redaction = new Redaction();
  const log = new JobLog(redaction);
  const state = new StateKeeper();
  const story = new Story();
  try {
    const inputs = readInputs();
    if ((await followProxy(process.env)) === 'not-followed') log.warning(PROXY_NOT_FOLLOWED);
    const run = await startRun({ inputs, log, state, signal });
    const command = await COMMANDS[inputs.command]();
    const sentence = await command(run, story).finally(() => story.telling);
    log.info(sentence);
    await addSummary(renderSummary(redaction.applyToAll(story.succeeded(sentence))), redaction);
    // `setup` is for the steps that follow: `post` undoes it.
    if (inputs.command === 'setup') return;
    const { undo } = await import('./undo.ts');
    await undo(state.current);
  } catch (error) {
    const failure = reportFailure(error, redaction);
    await addSummary(renderSummary(redaction.applyToAll(story.failed(failure))), redaction);
  } finally {
    registerProblemMatcher(log);
    outputs.set('duration', Math.round((performance.now() - started) / 1000));
  }
}
