import { fieldOf, idOf, listOf } from './answer.ts';
import type { ApiAnswer, Ask, GithubApi } from './api.ts';

export interface DeploymentContent {
  /** The commit that is deployed. */
  readonly ref: string;
  /** The destination; `production` if there is none. */
  readonly environment: string;
  /** E.g. `Kamal 2.12.0: abc1234 to 192.0.2.10`; GitHub keeps 140 characters. */
  readonly description: string;
  /** Where the app answers; null if the deploy file names no proxy host. */
  readonly environmentUrl: string | null;
  /** The page of this run; null outside of GitHub. */
  readonly logUrl: string | null;
  /** The pull request whose preview it is: one of many in its environment, and gone one day; null for others. */
  readonly preview?: number | null;
}

/** How a deployment ends: `inactive` where a cancelled run left the former version in its place. */
export type DeploymentEnd = 'success' | 'failure' | 'inactive';

/** What is needed to end a deployment, from another process too. */
export interface DeploymentState {
  readonly id: number;
  readonly environmentUrl: string | null;
  readonly logUrl: string | null;
  /** Others of the environment stay active beside it. */
  readonly isPreview?: boolean;
}

const ASK: Ask = { what: 'the deployment on GitHub', permission: 'deployments: write' };

/**
 * Records on GitHub that a deployment has begun. Nothing waits for checks or merges for it: the workflow has decided.
 * (docs.github.com, “Create a deployment”: `required_contexts`, `auto_merge`)
 */
export async function beginDeployment(
  api: GithubApi,
  content: DeploymentContent,
): Promise<ApiAnswer<DeploymentState>> {
  const { ref, environment, description, environmentUrl, logUrl, preview = null } = content;
  const created = await api.call(ASK, async (octokit, at) => {
    const { data } = await octokit.rest.repos.createDeployment({
      ...at,
      ref,
      environment,
      description: cut(description),
      auto_merge: false,
      required_contexts: [],
      production_environment: /^prod/i.test(environment),
      ...(preview === null ? {} : { task: taskOf(preview), transient_environment: true }),
    });
    // A merge instead, which we never request, is reported in words (202).
    return {
      data: fieldOf(data, 'id') === undefined && fieldOf(data, 'message') !== undefined ? null : idOf(data),
    };
  });
  if ('leftOut' in created) return created;
  if (created.done === null) {
    return { leftOut: `Skipped: ${ASK.what}. GitHub merged instead of deploying.`, status: 202 };
  }
  const state: DeploymentState = {
    id: created.done,
    environmentUrl,
    logUrl,
    ...(preview === null ? {} : { isPreview: true }),
  };
  const begun = await status(api, state, 'in_progress', description);
  return 'leftOut' in begun ? begun : { done: state };
}

/** Records how it ended; that of an environment's former deployments is GitHub's to set. */
export async function endDeployment(
  api: GithubApi,
  state: DeploymentState,
  end: DeploymentEnd,
  description: string,
): Promise<ApiAnswer<unknown>> {
  return status(api, state, end, description);
}

/**
 * Takes the deployments of a preview off GitHub: each is set inactive, as only those can be deleted, and deleted
 * (docs.github.com, “Delete a deployment”). The environment stays: it is that of all previews.
 */
export async function removeDeployments(
  api: GithubApi,
  environment: string,
  preview: number,
): Promise<ApiAnswer<unknown>> {
  const found = await api.call(ASK, async (octokit, at) => {
    const asked = { ...at, environment, task: taskOf(preview), per_page: 100 };
    return { data: listOf((await octokit.rest.repos.listDeployments(asked)).data).map(idOf) };
  });
  if ('leftOut' in found) return found;
  for (const id of found.done) {
    const state = { id, environmentUrl: null, logUrl: null };
    const ended = await status(api, state, 'inactive', 'The preview is removed');
    if ('leftOut' in ended) return ended;
    const deleted = await api.call<unknown>(ASK, (octokit, at) =>
      octokit.rest.repos.deleteDeployment({ ...at, deployment_id: id }),
    );
    if ('leftOut' in deleted) return deleted;
  }
  return { done: null };
}

/** By which the deployments of one preview are found among those of the environment. */
function taskOf(preview: number): string {
  return `deploy:preview-${preview}`;
}

/** Where the app answers, as the deploy file has it. */
export function environmentUrlOf(
  deployment: { readonly proxyHosts: readonly string[]; readonly proxySsl: boolean } | null,
): string | null {
  const host = deployment?.proxyHosts.find((each) => /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(each));
  return host === undefined ? null : `${deployment?.proxySsl === true ? 'https' : 'http'}://${host}`;
}

function status(
  api: GithubApi,
  { id, environmentUrl: address, logUrl, isPreview = false }: DeploymentState,
  state: DeploymentEnd | 'in_progress',
  description: string,
): Promise<ApiAnswer<unknown>> {
  return api.call<unknown>(ASK, (octokit, at) =>
    octokit.rest.repos.createDeploymentStatus({
      ...at,
      deployment_id: id,
      state,
      description: cut(description),
      ...(isPreview ? { auto_inactive: false } : {}),
      ...(address === null ? {} : { environment_url: address }),
      ...(logUrl === null ? {} : { log_url: logUrl }),
    }),
  );
}

function cut(description: string): string {
  return description.length > 140 ? `${description.slice(0, 139).toWellFormed()}…` : description;
}
