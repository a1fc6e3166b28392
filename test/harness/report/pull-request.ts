/** A check of a pull request by the bundled action, against a loopback GitHub: what it writes there, as it writes it. */
import { startOnePassword } from '../onepassword/service.ts';
import type { VaultInput } from '../onepassword/vault.ts';
import { EventFile, exampleOf } from '../github/events.ts';
import { GithubService, type Annotation } from '../github/service.ts';
import { TemporaryProject } from '../parity/temporary-project.ts';
import { Job } from '../runner/job.ts';
import type { Files } from './projects.ts';

const BASE = 'b'.repeat(40);

export interface CheckedPull {
  /** The head of the pull request. */
  readonly head: Files;
  /** What it is compared with; null if that is not known. */
  readonly base?: Files | null;
  readonly inputs?: Readonly<Record<string, string>>;
  /** What 1Password has; it is not asked if none is passed. */
  readonly vaults?: readonly VaultInput[];
  readonly dist: string;
}

export interface PullAnswers {
  /** Null if it wrote none. */
  readonly comment: string | null;
  readonly annotations: readonly Annotation[];
  /** The suggested changes of its review. */
  readonly suggestions: readonly string[];
  readonly summary: string;
  readonly log: string;
}

/** @throws Error where the check asked GitHub for something that GitHub does not know */
export async function checkPull({
  head,
  base = null,
  inputs = {},
  vaults,
  dist,
}: CheckedPull): Promise<PullAnswers> {
  await using service = await GithubService.start();
  if (base !== null) {
    service.mergeBase = BASE;
    for (const [path, text] of Object.entries(base)) service.files.set(`${BASE}:${path}`, text);
  }
  service.patches = Object.fromEntries(
    Object.entries(head).map(([path, text]) => {
      const lines = text.trimEnd().split('\n');
      return [path, `@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}`).join('\n')}`];
    }),
  );
  await using vault = vaults === undefined ? null : await startOnePassword({ vaults });
  using project = new TemporaryProject(head);
  const payload = exampleOf('pull_request');
  payload['repository']!['full_name'] = 'acme/shop' as never;
  payload['pull_request']!['head']!['repo']!['full_name'] = 'acme/shop' as never;
  payload['pull_request']!['base']!['sha'] = BASE as never;
  payload['pull_request']!['base']!['ref'] = 'main' as never;
  using event = new EventFile(payload);
  await using job = new Job({
    dist,
    workspace: project.root,
    inputs: { command: 'check', 'github-token': 'ghs_invented', comment: 'always', ...inputs },
    env: {
      GITHUB_API_URL: service.url,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: event.path,
      GITHUB_REPOSITORY: 'acme/shop',
      ...(vault === null ? {} : { OP_SERVICE_ACCOUNT_TOKEN: vault.token }),
    },
  });
  const step = await job.run('main');
  await job.run('post');
  if (service.flaws.length > 0) throw new Error(service.flaws.join('\n'));
  return {
    comment: service.comments[0]?.body ?? null,
    annotations: service.checkRuns.flatMap(({ annotations }) => annotations),
    suggestions: service.reviews.flatMap(({ comments }) => comments.map(({ body }) => body)),
    summary: job.summary,
    log: step.log,
  };
}
