import { Failure } from '../../base/failure.ts';
import type { GithubApi } from '../../github/api/api.ts';
import { repositoryPlace } from '../../files/repository-root.ts';
import { readEvent, type GithubEvent } from '../../github/checkout/event.ts';
import { lockPerformer } from '../../kamal/lock/own-lock.ts';
import { NUMBER_VARIABLE } from '../../previews/identity.ts';
import type { PreviewOwner } from '../../previews/marker.ts';
import type { Settling } from '../../previews/settle.ts';
import type { PreviewPolicy } from '../../previews/wanted.ts';
import type { ServerAccess } from '../../kamal/servers/shell.ts';
import { connect } from '../publish/publish.ts';
import type { Run } from '../run.ts';
import { PreviewConversation } from './conversation.ts';

/** What a run about previews works with. */
export interface PreviewContext {
  readonly run: Run;
  readonly event: GithubEvent;
  readonly api: GithubApi;
  readonly policy: PreviewPolicy;
  readonly destination: string;
}

/** A run about the preview of one pull request. */
export interface OnePreview extends PreviewContext {
  readonly number: number;
  readonly conversation: PreviewConversation;
}

/** @throws Failure `github-token-missing`: without GitHub no one knows what a pull request wants */
export function previewContext(run: Run): PreviewContext {
  const event = readEvent();
  const api = connect(run, event);
  if (api === null)
    throw new Failure(
      'github-token-missing',
      'GitHub cannot be asked about the pull request: there is no `github-token`, or this does not run in a workflow.',
      {
        agent: ["Remove the input `github-token` from the workflow file: it defaults to the job's token."],
      },
    );
  const { label, expiresAfter } = run.inputs.preview;
  return {
    run,
    event,
    api,
    policy: { ...ownerIn(run, event), label, expiresAfter },
    destination: run.inputs.destination ?? 'preview',
  };
}

/** Whose previews this run is about. */
function ownerIn({ root }: Pick<Run, 'root'>, { repository }: GithubEvent): PreviewOwner {
  const { GITHUB_REPOSITORY_ID: id = '', GITHUB_WORKSPACE: workspace } = process.env;
  const { project } = repositoryPlace(root, workspace);
  return { repository, repositoryId: /^\d{1,20}$/.test(id) ? id : null, project: project || '.' };
}

export function forPreview(context: PreviewContext, number: number): OnePreview {
  return { ...context, number, conversation: new PreviewConversation({ ...context, number }) };
}

/** The run that deploys a preview: Kamal, its hooks and the secrets file get the number. Begins to sign in. */
export function deployingRun({ run, number }: OnePreview, version: string): Run {
  return {
    ...run,
    environment: { ...run.environment, [NUMBER_VARIABLE]: String(number) },
    inputs: {
      ...run.inputs,
      command: 'deploy',
      version,
      preview: { ...run.inputs.preview, pullRequest: number },
    },
  };
}

/** What it takes to remove previews, once there is a way to the servers. */
export function settlingOf(context: PreviewContext, access: ServerAccess): Settling {
  const { run, api, policy, destination } = context;
  return {
    access,
    api,
    policy,
    destination,
    own: process.env['GITHUB_RUN_ID'] ?? null,
    performer: lockPerformer(process.env),
    teardown: run.inputs.preview.teardown,
  };
}
