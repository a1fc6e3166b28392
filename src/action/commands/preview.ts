import { Failure } from '../../base/failure.ts';
import { askPullRequest } from '../../previews/github.ts';
import { wishOf, type PreviewPolicy, type RemovalReason } from '../../previews/wanted.ts';
import { deployWanted } from '../previews/deploy.ts';
import { secretsOf } from '../prepare/credential.ts';
import { forPreview, previewContext, type OnePreview } from '../previews/context.ts';
import { removeUnwanted } from '../previews/remove.ts';
import { reasonWords } from '../previews/words.ts';
import type { Run } from '../run.ts';
import type { Story } from '../run-summary.ts';

/**
 * `command: preview`: what the pull request needs now, after any event: deployed, updated or removed. A fork never has a
 * preview; for one, neither 1Password nor a server is asked.
 */
export async function preview(run: Run, story: Story): Promise<string> {
  const context = previewContext(run);
  const { event, policy } = context;
  const number = run.inputs.preview.pullRequest ?? event.pullRequest?.number ?? null;
  if (number === null) throw numberUnknown();
  if (event.fork) return nothing(run, `Pull request ${number} is from a fork, and forks get no previews.`);
  const one = forPreview(context, number);
  const state = await askPullRequest(one.api, number);
  // When it was deployed last is not known yet; that is for the sweep.
  const wish = wishOf(state, { ...policy, expiresAfter: null }, null, Date.now());
  try {
    if (wish.kind === 'wanted' && state.kind === 'known') {
      if (isDependabot(run)) return nothing(run, 'Dependabot gets no secrets, so there is no preview.');
      return await deployWanted(one, state.pull, story);
    }
    if (wish.kind === 'not-wanted') {
      if (wish.reason === 'fork')
        return nothing(run, `Pull request ${number} is from a fork, and forks get no previews.`);
      if (!(await mayHaveOne(one)))
        return nothing(
          run,
          `Pull request ${number} does not request a preview (${whyNot(wish.reason, policy)}).`,
        );
      return await removeUnwanted(one, wish.reason, story);
    }
  } catch (error) {
    postFailure(one, error);
    throw error;
  } finally {
    await one.conversation.settled();
  }
  throw stateUnknown(number, wish.kind === 'unknown' ? wish.why : 'GitHub did not say');
}

/** Of a pull request that may never have had one. */
function whyNot(reason: RemovalReason, { label }: PreviewPolicy): string {
  return reason === 'label' ? `it does not have the label \`${label ?? ''}\`` : reasonWords(reason);
}

function nothing({ outputs }: Pick<Run, 'outputs'>, sentence: string): string {
  outputs.set('state', 'not-wanted');
  return sentence;
}

/**
 * Whether the servers are to be asked for a preview that no one wants. A pull request of which there was never one has
 * no comment; after what ends a preview they are asked in any case.
 */
async function mayHaveOne({ event, conversation, run }: OnePreview): Promise<boolean> {
  if (isDependabot(run)) return false;
  if (event.action === 'closed' || event.action === 'unlabeled' || run.inputs.comment === 'never')
    return true;
  const { exists, isKnown } = await conversation.before();
  return exists || !isKnown;
}

/** Its runs get no secrets (docs.github.com, “Troubleshooting Dependabot on GitHub Actions”), so nothing to sign in with. */
function isDependabot({ inputs }: Pick<Run, 'inputs'>): boolean {
  const isGiven = secretsOf(inputs).some((secret) => secret.trim() !== '');
  return process.env['GITHUB_ACTOR'] === 'dependabot[bot]' && !isGiven;
}

function postFailure({ run, conversation }: OnePreview, error: unknown): void {
  if (!(error instanceof Failure) || error.code === 'preview-not-removed') return;
  if (run.signal.aborted) {
    conversation.fail('cancelled', error);
    return;
  }
  const refused = error.code === 'preview-limit-reached';
  if (refused) run.outputs.set('state', 'refused');
  conversation.fail(refused ? 'refused' : 'failed', error);
}

function numberUnknown(): Failure {
  return new Failure(
    'pull-request-unknown',
    'It is not known which pull request to preview: this event has none, and the input `pull-request` is not set.',
    { agent: ['Run it `on: pull_request`, or set `pull-request:` in the workflow file to its number.'] },
  );
}

function stateUnknown(number: number, why: string): Failure {
  return new Failure(
    'preview-state-unknown',
    `The state of pull request ${number} is not known, so nothing was deployed or removed. ${why}.`,
    {
      human: [
        'Run the workflow again. The job needs `pull-requests: write` (or `read`, if it should not comment).',
      ],
    },
  );
}
