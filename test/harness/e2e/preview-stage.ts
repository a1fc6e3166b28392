/** A project with previews on the stage: production beside them, GitHub, and runs of the two workflows. */
import { existsSync, readdirSync } from 'node:fs';
import { EventFile } from '../github/events.ts';
import { GithubService, type Pull } from '../github/service.ts';
import type { Job, JobOptions, StepResult } from '../runner/job.ts';
import { commitFiles, type App, type AppOptions } from '../target/app.ts';
import { docker } from '../target/containers.ts';
import { fetchedSecrets, REGISTRY_PASSWORD } from '../target/secrets-file.ts';
import type { TargetHost } from '../target/target.ts';
import { VAULT, type Stage } from './stage.ts';

export const REPOSITORY = 'acme/app';
const NUMBER = '<%= ENV.fetch("KAMAL_PREVIEW_NUMBER") %>';
/** The one item of all previews: each has its own database below the same server. */
export const DATABASE_BASE = 'postgres://preview:p%40ss-77b1f0@db.internal:5432';

/** What a stranger may call a pull request or a branch. */
const HOSTILE_TITLE =
  '--> ![x](https://evil.example) <b>owned</b> ::set-output name=url::evil.example `$(id)` <%= exit %>';

/** How the previews of a project differ from the plain ones. */
export interface PreviewProjectOptions {
  readonly hosts?: readonly TargetHost[];
  /** Lines of YAML that end config/deploy.preview.yml. */
  readonly more?: string;
  /** Merged over production's config/deploy.yml. */
  readonly production?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly unhealthy?: AppOptions['unhealthy'];
  /** Whether previews have a second role, without the proxy. */
  readonly worker?: boolean;
}

/** config/deploy.preview.yml as a user would commit it. */
function previewFile(hosts: readonly TargetHost[], more: string, worker: boolean): string {
  const list = `[${hosts.map(({ address }) => address).join(', ')}]`;
  return `service: shop-pr-${NUMBER}
retain_containers: 1
servers:
  web:
    hosts: ${list}
${worker ? `  worker:\n    hosts: ${list}\n    cmd: sleep 100000\n` : ''}proxy:
  host: pr-${NUMBER}.preview.example.com
env:
  clear:
    PREVIEW: "${NUMBER}"
  secret: [DATABASE_URL]
${more}`;
}

export class PreviewStage implements AsyncDisposable {
  readonly stage: Stage;
  readonly github: GithubService;
  readonly app: App;
  /** Runs by their ids; they only ever become more. */
  #runs = 5000;

  private constructor(parts: Pick<PreviewStage, 'stage' | 'github' | 'app'>) {
    this.stage = parts.stage;
    this.github = parts.github;
    this.app = parts.app;
  }

  static async set(stage: Stage, options: PreviewProjectOptions = {}): Promise<PreviewStage> {
    const [host] = stage.target.hosts;
    const vault = stage.service.vault(VAULT);
    vault.addItem({
      // Each project of a stage has the same item.
      id: 'previewitempreviewitem0000',
      title: 'Preview',
      fields: { [REGISTRY_PASSWORD]: stage.target.registry.password, DATABASE_BASE },
    });
    const secrets = fetchedSecrets(['DATABASE_BASE'], { account: 'acme', vault: VAULT, item: 'Preview' });
    const app = await stage.app({
      service: 'shop',
      secrets: ['DATABASE_URL'],
      deploy: { proxy: { host: 'shop.example.com' }, ...options.production },
      ...(options.unhealthy === undefined ? {} : { unhealthy: options.unhealthy }),
      files: {
        'config/deploy.preview.yml': previewFile(
          options.hosts ?? [host],
          options.more ?? '',
          options.worker ?? false,
        ),
        '.kamal/secrets.preview': `${secrets}DATABASE_URL="\${DATABASE_BASE}/shop_pr_\${KAMAL_PREVIEW_NUMBER}"\n`,
        ...options.files,
      },
    });
    return new PreviewStage({ stage, github: await GithubService.start(), app });
  }

  /** A pull request of the repository, open and with the label by default. */
  pull(number: number, facts: Partial<Pull> = {}): Pull {
    const pull: Pull = {
      state: 'open',
      merged: false,
      draft: false,
      labels: ['preview'],
      headRepository: REPOSITORY,
      headSha: this.app.version,
      ...this.github.pulls.get(number),
      ...facts,
    };
    this.github.pulls.set(number, pull);
    return pull;
  }

  /** A job that has not run yet; the caller disposes of it. */
  job(
    options: Partial<JobOptions> & { readonly event?: string; readonly payload?: string } = {},
  ): PreviewJob {
    const { event = 'workflow_dispatch', payload, ...rest } = options;
    const id = (this.#runs += 1);
    const job = this.stage.job(this.app, {
      ...rest,
      env: {
        GITHUB_API_URL: this.github.url,
        GITHUB_EVENT_NAME: event,
        GITHUB_REPOSITORY: REPOSITORY,
        GITHUB_RUN_ID: String(id),
        GITHUB_SHA: this.app.version,
        GITHUB_JOB: 'preview',
        ...(payload === undefined ? {} : { GITHUB_EVENT_PATH: payload }),
        ...rest.env,
      },
      inputs: { 'github-token': 'ghs_test', ...rest.inputs },
    });
    return { job, id };
  }

  /** `command: preview` for the event of a pull request, to its end, `post` included. */
  async preview(
    number: number,
    action = 'synchronize',
    options: Partial<JobOptions> = {},
  ): Promise<PreviewRun> {
    using file = this.event(number, action);
    const started = this.job({
      event: 'pull_request',
      payload: file.path,
      ...options,
      inputs: { command: 'preview', ...options.inputs },
    });
    return await this.toEnd(started);
  }

  /** The payload of an event of a pull request. */
  event(
    number: number,
    action: string,
    headRepository = this.github.pulls.get(number)?.headRepository ?? null,
  ): EventFile {
    const pull = this.github.pulls.get(number);
    return new EventFile({
      action,
      number,
      pull_request: {
        number,
        title: HOSTILE_TITLE,
        body: HOSTILE_TITLE,
        head: {
          ref: HOSTILE_TITLE,
          sha: pull?.headSha,
          repo: headRepository === null ? null : { full_name: headRepository },
        },
        base: { ref: 'main', sha: this.app.version },
      },
    });
  }

  async sweep(
    inputs: Readonly<Record<string, string>> = {},
    options: Partial<JobOptions> = {},
  ): Promise<PreviewRun> {
    return this.toEnd(
      this.job({ event: 'schedule', ...options, inputs: { command: 'preview-sweep', ...inputs } }),
    );
  }

  /** Runs `main` and `post`; while they run GitHub says that the run is in progress. */
  async toEnd({ job, id }: PreviewJob): Promise<PreviewRun> {
    await using running = job;
    this.github.running.add(id);
    const main = await running.run('main');
    this.github.running.delete(id);
    const post = await running.run('post');
    return { main, post, outputs: running.outputs, summary: running.summary, id };
  }

  /** `kamal deploy` of production, with its secrets in clear: 1Password is not what this is about. */
  async deployProduction(): Promise<string> {
    await using job = this.stage.job(this.app, { inputs: { 'fail-on': 'never' } });
    const { exitCode, log } = await job.run('main');
    if (exitCode !== 0) throw new Error(log);
    await job.run('post');
    return this.app.version;
  }

  /** An empty commit: another version. */
  async push(number: number, files: Readonly<Record<string, string>> = {}): Promise<string> {
    const version = await commitFiles(this.app.dir, files);
    this.pull(number, { headSha: version });
    return version;
  }

  /** The deploy file of previews as another branch may have it: one role, and nothing more. */
  async plainFile(): Promise<void> {
    const [host] = this.stage.target.hosts;
    await commitFiles(this.app.dir, { 'config/deploy.preview.yml': previewFile([host], '', false) });
  }

  /** The text of the one comment on a pull request, or null if there is none. */
  comment(number: number): string | null {
    const own = this.github.comments.filter(({ on }) => on === number);
    if (own.length > 1) throw new Error(`there are ${own.length} comments on ${number}`);
    return own[0]?.body ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.github[Symbol.asyncDispose]();
  }
}

export interface PreviewJob {
  readonly job: Job;
  readonly id: number;
}

export interface PreviewRun {
  readonly main: StepResult;
  readonly post: StepResult;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly id: number;
}

/** All that a host has with a name, a label or a path of `service`, other services whose names begin alike omitted. */
export async function tracesOf(host: TargetHost, service: string): Promise<string[]> {
  const isIts = (name: string): boolean => new RegExp(`(?<![\\w-])${service}(?![0-9])`).test(name);
  const lines = async (...args: string[]): Promise<string[]> =>
    (await docker(host, ...args)).split('\n').filter(Boolean);
  const [containers, volumes, images] = await Promise.all([
    lines('ps', '--all', '--format', 'container {{.Names}} {{.Label "service"}}'),
    lines('volume', 'ls', '--format', 'volume {{.Name}}'),
    lines(
      'image',
      'ls',
      '--all',
      '--format',
      'image {{.Repository}}:{{.Tag}} {{.ID}}',
      '--filter',
      `label=service=${service}`,
    ),
  ]);
  const routes = (await proxyRoutes(host)).map((route) => `route ${route}`);
  const below = (directory: string): string[] =>
    existsSync(directory)
      ? readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((path) => `file ${path}`)
      : [];
  return [...[...containers, ...volumes, ...routes, ...below(host.home)].filter(isIts), ...images];
}

/** Names of kamal-proxy's services. */
export async function proxyRoutes(host: TargetHost): Promise<string[]> {
  if ((await docker(host, 'ps', '--quiet', '--filter', 'name=^kamal-proxy$')) === '') return [];
  const listed = await docker(host, 'exec', 'kamal-proxy', 'kamal-proxy', 'list');
  const rows = listed.split('\n').slice(1);
  // eslint-disable-next-line no-control-regex
  return rows.map((row) => row.replaceAll(/\u001B\[[\d;]*m/g, '').split(/ +/)[0] ?? '').filter(Boolean);
}

/** Ids of all containers with a label, by name. */
export async function containerIds(
  host: TargetHost,
  service: string,
): Promise<Readonly<Record<string, string>>> {
  const listed = await docker(
    host,
    'ps',
    '--all',
    '--no-trunc',
    '--filter',
    `label=service=${service}`,
    '--format',
    '{{.Names}} {{.ID}} {{.State}}',
  );
  return Object.fromEntries(
    listed
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );
}
