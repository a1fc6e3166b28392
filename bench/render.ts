/**
 * Shows what people see, to be looked at: the comment and the summary of pull requests as GitHub shows them (light and
 * dark, phone and desktop), and every command on a terminal of 80 and 120 columns. All of it is written by the bundle:
 * against a loopback GitHub and 1Password, and, below `test/harness/target/up.sh`, by deploys to the disposable server.
 *
 * Usage: `[test/harness/target/up.sh] node bench/render.ts DIRECTORY [NAME]` (Debian: `apt-get install chromium
 * fonts-liberation fonts-noto-color-emoji`). NAME: only what has that in its name. No test: the pictures are for looking at.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { githubPage, rendered } from '../bin/pictures/github-page.ts';
import { onTerminal } from '../bin/pictures/on-terminal.ts';
import { terminalPicture } from '../bin/pictures/terminal-picture.ts';
import { projectFor } from '../test/harness/docs/projects.ts';
import { Stage, VAULT } from '../test/harness/e2e/stage.ts';
import {
  destinationsProject,
  plainProject,
  secretNames,
  type Files,
} from '../test/harness/report/projects.ts';
import { checkPull, type CheckedPull } from '../test/harness/report/pull-request.ts';
import { resetTarget } from '../test/harness/target/reset.ts';
import { withoutTarget } from '../test/harness/target/target.ts';
import { previewPage } from './preview-pages.ts';

const directory = resolve(process.argv[2] ?? 'pictures');
const only = process.argv[3] ?? '';
const dist = join(import.meta.dirname, '../dist');
mkdirSync(directory, { recursive: true });

const base = plainProject(['DATABASE_URL', 'RAILS_MASTER_KEY', 'OLD_KEY']);
const head = plainProject(
  ['DATABASE_URL', 'RAILS_MASTER_KEY', 'STRIPE_KEY'],
  ['DATABASE_URL', 'RAILS_MASTER_KEY', 'OLD_KEY'],
);
const fixed = plainProject(['DATABASE_URL', 'RAILS_MASTER_KEY', 'STRIPE_KEY']);
const there = {
  production: ['DATABASE_URL', 'STRIPE_KEY'],
  staging: ['DATABASE_URL'],
  demo: [],
  qa: ['DATABASE_URL'],
};
const misspelt: Files = {
  ...fixed,
  'config/deploy.yml': (fixed['config/deploy.yml'] ?? '').replace('- STRIPE_KEY', '- STRIP_KEY'),
};

/** A vault with the fields that these projects fetch, but for the last. */
const vaults = [
  {
    title: 'Shop',
    items: [
      {
        title: 'Production',
        fields: { KAMAL_REGISTRY_PASSWORD: 'invented-1', DATABASE_URL: 'invented-2', RAILS_MASTER_KEY: '' },
      },
    ],
  },
];

const PULLS: Readonly<Record<string, Omit<CheckedPull, 'dist'>>> = {
  'one-missing': { head, base },
  'all-is-well': { head: fixed, base },
  'four-destinations': {
    head: destinationsProject(['DATABASE_URL', 'STRIPE_KEY'], there),
    base: destinationsProject(['DATABASE_URL'], there),
  },
  many: { head: plainProject(secretNames(130), []), base },
  'only-warnings': { head: plainProject(['DATABASE_URL'], ['DATABASE_URL', 'OLD_KEY']), base },
  misspelt: { head: misspelt, base },
  'asked-1password': { head: fixed, base, vaults },
  'known-at-base': { head, base: head },
};

for (const [name, pull] of Object.entries(PULLS)) {
  if (![name, `${name}-comment`, `${name}-summary`].some((each) => each.includes(only))) continue;
  const { comment, summary, suggestions } = await checkPull({ ...pull, dist });
  if (comment !== null) page(`${name}-comment`, comment);
  page(`${name}-summary`, summary);
  if (suggestions.length > 0) page(`${name}-suggestions`, suggestions.join('\n\n---\n\n'));
}

/** Each in the project of a page of ours. */
const COMMANDS: readonly (readonly [page: string, ...words: string[]])[] = [
  [
    'README.md',
    '--help',
    'check --help',
    'chekc',
    'check',
    'fix --dry-run',
    'fix',
    'check',
    'doctor',
    'status',
  ],
  ['docs/README.md', 'check', 'status', 'verify', 'check --live', 'remove STRIPE_KEY', 'add STRIPE_KEY'],
  ['docs/guide.md', 'check', 'init --yes --service shop --image acme/shop --host 203.0.113.7 --vault MyApp'],
  [
    'docs/recipes.md',
    'check --all-destinations',
    'rename STRIPE_KEY PAYMENT_KEY --dry-run',
    'diagnose deploy.log',
    'explain secret-missing',
    'explain registry-auth',
    'rules',
    'preview --help',
    'check -d production',
    'deploy',
  ],
  ['docs/migrate.md', 'init --yes'],
];

for (const columns of [80, 120]) {
  for (const [path, ...commands] of COMMANDS) {
    using project = projectFor(path);
    for (const [index, words] of commands.entries()) {
      const name = `terminal-${path.replaceAll(/\W+/g, '-')}-${index}-${words.replaceAll(/\W+/g, '-').slice(0, 30)}-${columns}`;
      const shown = onTerminal(project.root, words, columns);
      if (!name.includes(only)) continue;
      const svg = terminalPicture([shown], {
        theme: columns === 80 ? 'dark' : 'light',
        columns,
        title: words,
      });
      const file = join(directory, `${name}.svg`);
      writeFileSync(file, svg);
      const [, width = '', height = ''] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
      shoot(file, Number(width), Number(height));
    }
  }
}

if ('previews'.includes(only)) page('previews', previewPage());

if (withoutTarget() === false && 'deploys'.includes(only)) {
  await using stage = await Stage.set();
  await resetTarget();
  const app = await stage.app();
  const run = async (name: string, inputs: Readonly<Record<string, string>>): Promise<void> => {
    await using job = stage.job(app, { inputs });
    await job.run('main');
    await job.run('post');
    page(`deploys-${name}`, job.summary);
  };
  await run('deployed', { command: 'deploy' });
  await run('verified', { command: 'verify' });
  stage.service.vault(VAULT).setField('Production', { label: 'DATABASE_URL', value: 'rotated-invented' });
  await run('rotated', { command: 'status' });
  await run('verification-failed', { command: 'verify' });
  stage.service.vault(VAULT).removeField('Production', 'DATABASE_URL');
  await run('field-missing', { command: 'deploy' });
}

/** Markdown in each theme and width. */
function page(name: string, markdown: string): void {
  for (const theme of ['light', 'dark'] as const) {
    for (const [device, width, height] of [
      ['desktop', 1012, name === 'previews' ? 2700 : 1500],
      ['phone', 390, name === 'previews' ? 3600 : 1500],
    ] as const) {
      const file = join(directory, `${name}-${theme}-${device}.html`);
      writeFileSync(file, githubPage(rendered(markdown, theme), theme));
      shoot(file, width, height);
    }
  }
}

function shoot(file: string, width: number, height: number): void {
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars'];
  execFileSync(
    process.env['CHROMIUM'] ?? 'chromium',
    [
      ...flags,
      `--window-size=${width},${height}`,
      `--screenshot=${file.replace(/\w+$/, 'png')}`,
      `file://${file}`,
    ],
    { stdio: 'ignore' },
  );
}
