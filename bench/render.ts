/**
 * Shows the pull request comment and the job summary as GitHub does: Markdown to HTML, GitHub's stylesheet, headless
 * Chromium; light and dark, phone and desktop. No test: the pictures are for looking at.
 *
 * Usage: `node bench/render.ts DIRECTORY` (Debian: `apt-get install chromium fonts-noto-color-emoji`).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { marked } from 'marked';
import { compareReports } from '../src/parity/report/changes.ts';
import { withoutReturn } from '../src/parity/report/removal-fixes.ts';
import type { Report } from '../src/parity/report/report.ts';
import { blobLink } from '../src/report/parts/blob-link.ts';
import { renderComment, renderWell, type CommentContent } from '../src/report/formats/comment.ts';
import { nextSteps } from '../src/report/parts/next-steps.ts';
import { parityTable, placeKey, toldFindings } from '../src/report/parts/parity-table.ts';
import { suggestionsOf } from '../src/report/parts/suggestions.ts';
import { renderSummary } from '../src/report/formats/summary.ts';
import type { SecretMark } from '../src/report/parts/parity-model.ts';
import { namedVerdictLine } from '../src/report/parts/verdict-line.ts';
import {
  destinationsProject,
  plainProject,
  reportOf,
  secretNames,
  type Files,
} from '../test/harness/report/projects.ts';

const directory = resolve(process.argv[2] ?? 'pictures');
mkdirSync(directory, { recursive: true });

const base = plainProject(['DATABASE_URL', 'RAILS_MASTER_KEY', 'OLD_KEY']);
const head = plainProject(
  ['DATABASE_URL', 'RAILS_MASTER_KEY', 'STRIPE_KEY'],
  ['DATABASE_URL', 'RAILS_MASTER_KEY', 'OLD_KEY'],
);
const mended = plainProject(['DATABASE_URL', 'RAILS_MASTER_KEY', 'STRIPE_KEY']);
const there = {
  production: ['DATABASE_URL', 'STRIPE_KEY'],
  staging: ['DATABASE_URL'],
  demo: [],
  qa: ['DATABASE_URL'],
};

const pages: Readonly<Record<string, string>> = {
  'one-missing': renderComment(content(head, base)),
  'all-is-well': renderWell(content(mended, base)),
  'four-destinations': renderComment(
    content(destinationsProject(['DATABASE_URL', 'STRIPE_KEY'], there), null),
  ),
  many: renderComment(content(plainProject(secretNames(130), []), null)),
  suggestion: suggestion(head),
  'asked-1password': renderComment(asked(head, base)),
  'known-at-base': renderComment(content(head, head)),
  'summary-failed': summary(head, 'failed'),
  'summary-four-destinations': summary(destinationsProject(['DATABASE_URL', 'STRIPE_KEY'], there), 'failed'),
  'summary-deployed': summary(mended, 'succeeded'),
};

for (const [name, markdown] of Object.entries(pages)) {
  for (const theme of ['light', 'dark'] as const) {
    for (const [device, width, height] of [
      ['desktop', 1012, 1500],
      ['phone', 390, 1500],
    ] as const) {
      const page = join(directory, `${name}-${theme}-${device}.html`);
      writeFileSync(page, html(markdown, theme));
      shoot(page, width, height);
    }
  }
}

function content(files: Files, before: Files | null): CommentContent {
  const report = reportOf(files);
  const changes =
    before === null
      ? null
      : compareReports(reportOf(before), report, {
          inVault: (field) => (field === 'OLD_KEY' ? 'op://Shop/Production/OLD_KEY' : null),
        });
  return {
    report: changes === null ? report : withoutReturn(report, changes),
    vault: new Map(),
    changes,
    notCompared: null,
    baseRef: 'main',
    headSha: 'a1b2c3d4'.repeat(5),
    runUrl: 'https://github.com/acme/shop/actions/runs/42',
    link: blobLink('https://github.com/acme/shop', 'a1b2c3d4'.repeat(5)),
    project: '',
    flags: '',
  };
}

/** With what 1Password answered: one field that is not there. */
function asked(files: Files, before: Files): CommentContent {
  const made = content(files, before);
  const spans = made.report.destinations.flatMap(({ secrets }) => secrets.flatMap(({ fetched }) => fetched));
  return {
    ...made,
    vault: new Map(
      spans.map((span, index): [string, SecretMark] => [placeKey(span), index === 1 ? 'no' : 'yes']),
    ),
  };
}

function suggestion(files: Files): string {
  const patches = Object.entries(files).map(([path, text]) => {
    const lines = text.trimEnd().split('\n');
    return [path, `@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}`).join('\n')}`] as const;
  });
  return suggestionsOf(reportOf(files), new Map(patches))
    .map(({ body }) => body)
    .join('\n\n---\n\n');
}

function summary(files: Files, outcome: 'succeeded' | 'failed'): string {
  const report: Report = reportOf(files);
  const vault = new Map(
    report.destinations.flatMap(({ secrets }) =>
      secrets.flatMap(({ fetched }) => fetched.map((span): [string, SecretMark] => [placeKey(span), 'yes'])),
    ),
  );
  const containers = new Map<string, SecretMark>(
    outcome === 'succeeded'
      ? [
          ['DATABASE_URL', 'yes'],
          ['RAILS_MASTER_KEY', 'yes'],
          ['STRIPE_KEY', 'yes'],
        ]
      : [],
  );
  return renderSummary({
    outcome,
    sentence:
      outcome === 'succeeded'
        ? 'Deployed `a1b2c3d` to `192.0.2.10`, `192.0.2.11`.'
        : `Secrets check failed: ${namedVerdictLine(report)}`,
    facts: [
      { name: 'Destination', value: 'production' },
      { name: 'Hosts', value: '192.0.2.10, 192.0.2.11' },
      { name: 'Version', value: 'a1b2c3d' },
    ],
    table: parityTable(report, vault, containers),
    findings: toldFindings(report, blobLink('https://github.com/acme/shop', 'a1b2c3d4'.repeat(5))),
    phases:
      outcome === 'succeeded'
        ? [
            { name: 'Build and push', seconds: 41.2 },
            { name: 'Boot', seconds: 8.4 },
          ]
        : [],
    next:
      outcome === 'succeeded'
        ? { human: [], agent: [] }
        : {
            human: nextSteps(report).human.map(({ title }) => title),
            agent: nextSteps(report).agent.map(({ file, line, title }) => `\`${file}:${line}\`: ${title}`),
          },
    state: [],
    evidence: [],
  });
}

function html(markdown: string, theme: 'light' | 'dark'): string {
  const stylesheet = createRequire(import.meta.url).resolve(
    `github-markdown-css/github-markdown-${theme}.css`,
  );
  const background = theme === 'light' ? '#ffffff' : '#0d1117';
  // What GitHub colours by itself: the lines of a diff.
  const diff = theme === 'light' ? ['#dafbe1', '#ffebe9'] : ['#12261e', '#25171c'];
  const body = marked.parse(markdown.replaceAll(/<!--.*?-->/g, ''), { gfm: true, async: false }).replaceAll(
    /<code class="language-diff">(.*?)<\/code>/gs,
    (_, code: string) =>
      `<code>${code
        .split('\n')
        .map((line) =>
          line.startsWith('+')
            ? `<span style="background:${diff[0]}">${line}</span>`
            : line.startsWith('-')
              ? `<span style="background:${diff[1]}">${line}</span>`
              : line,
        )
        .join('\n')}</code>`,
  );
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>${readFileSync(stylesheet, 'utf8')} body { margin: 0; padding: 16px; background: ${background} } .markdown-body { font-size: 14px }</style>
<article class="markdown-body">${body}</article>`;
}

function shoot(page: string, width: number, height: number): void {
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--force-device-scale-factor=1',
  ];
  const picture = page.replace(/html$/, 'png');
  execFileSync(
    'chromium',
    [...flags, `--window-size=${width},${height}`, `--screenshot=${picture}`, `file://${page}`],
    { stdio: 'ignore' },
  );
}
