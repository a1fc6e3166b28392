/** Names, titles and output of others in everything that GitHub or a runner reads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marked } from 'marked';
import { disarm } from '../../src/github/runner/log.ts';
import { markerOf } from '../../src/github/api/sticky-comment.ts';
import { compareReports } from '../../src/parity/report/changes.ts';
import { deployFile, REGISTRY_LINE } from '../../src/parity/examples/example.ts';
import type { Finding } from '../../src/parity/model.ts';
import { relocate, repositoryPath } from '../../src/parity/report/relocate.ts';
import type { Report } from '../../src/parity/report/report.ts';
import { annotationsOf } from '../../src/report/parts/annotations.ts';
import { blobLink } from '../../src/report/parts/blob-link.ts';
import { renderComment, renderResolved, type CommentContent } from '../../src/report/formats/comment.ts';
import { renderGithub } from '../../src/report/formats/github.ts';
import { renderMarkdown } from '../../src/report/formats/markdown.ts';
import { rules } from '../../src/parity/rules.ts';
import { renderPretty } from '../../src/report/formats/pretty.ts';
import { renderSarif } from '../../src/report/formats/sarif.ts';
import { suggestionsOf } from '../../src/report/parts/suggestions.ts';
import { renderSummary } from '../../src/report/formats/summary.ts';
import { HOSTILE, PROJECT_NAME } from '../harness/report/hostile.ts';
import { plainProject, reportOf } from '../harness/report/projects.ts';

/** A real project: hostile names in the deploy file's lists, hostile titles in the fetch line. */
function realReport(): Report {
  const quoted = HOSTILE.map((each) => `    - ${JSON.stringify(each.replaceAll('\u0000', ''))}\n`).join('');
  const titles = HOSTILE.map((each) => each.replaceAll(/["$`\\\u0000()]/g, '')).map(
    (each) => `S=$(kamal secrets fetch -a 1password --account A --from "V/${each}" "${each}")\n`,
  );
  const report = reportOf({
    '.kamal/secrets': REGISTRY_LINE + titles.join(''),
    'config/deploy.yml': deployFile(`env:\n  secret:\n${quoted}`),
  });
  assert.ok(report.destinations[0]?.findings.length);
  return report;
}

/** A report that has the hostile text wherever a rule could ever put something of others. */
function madeReport(): Report {
  const base = reportOf(plainProject(['DATABASE_URL'], []));
  const [destination] = base.destinations;
  assert.ok(destination);
  const [name = ''] = base.sources.keys();
  const findings = HOSTILE.map((text, index): Finding => {
    const span = { file: name, start: index, end: index + 3 };
    return {
      rule: 'secret-missing',
      severity: index % 2 === 0 ? 'error' : 'warning',
      secret: text,
      message: `env.secret needs ${text}, but \`${text}\` does not assign it: ${text}`,
      span,
      related: [{ message: text, span }],
      fixes: [
        { actor: 'human', title: `In 1Password, vault “${text}”: create \`${text}\`.`, edits: [] },
        {
          actor: 'agent',
          title: `Assign ${text}`,
          edits: [{ file: name, start: 0, end: 0, text: `${text}\n` }],
        },
      ],
    };
  });
  const secrets = HOSTILE.map((text) => ({
    name: text,
    state: 'missing' as const,
    fetched: [],
    extracted: [],
    taken: [],
    assigned: [],
    consumed: [
      { span: { file: name, start: 0, end: 1 }, via: text, where: text, container: text, applied: true },
    ],
  }));
  return {
    ...base,
    destinations: HOSTILE.slice(0, 4).map((text) => ({
      ...destination,
      destination: text,
      findings,
      secrets,
    })),
  };
}

function content(report: Report): CommentContent {
  const located = relocate(report, (file) => repositoryPath(PROJECT_NAME, file));
  return {
    report: located,
    vault: new Map(),
    changes: compareReports(reportOf(plainProject(['OLD'])), located, { inVault: () => HOSTILE[1] ?? '' }),
    notCompared: HOSTILE.join(' '),
    baseRef: HOSTILE[0] ?? '',
    headSha: 'a'.repeat(40),
    runUrl: 'https://github.com/acme/app/actions/runs/1',
    link: blobLink('https://github.com/acme/app', 'a'.repeat(40)),
    project: PROJECT_NAME,
    flags: `-C '${PROJECT_NAME}'`,
  };
}

const REPORTS = { real: realReport(), made: madeReport() };

function markdownOf(report: Report): Record<string, string> {
  const evidence = HOSTILE.flatMap((text) => [text, `app: ${text}`]);
  const mark = 'no' as const;
  return {
    comment: renderComment(content(report)),
    'all is well': renderResolved(content(report)),
    'report as Markdown': renderMarkdown(report),
    summary: renderSummary({
      outcome: 'failed',
      sentence: HOSTILE.join(' '),
      facts: HOSTILE.map((text) => ({ name: text, value: text })),
      table: {
        columns: HOSTILE.slice(0, 5),
        rows: HOSTILE.map((secret) => ({ secret, marks: [mark, mark, mark, mark, mark] })),
      },
      findings: HOSTILE.map((text) => ({ rule: text, severity: 'error', message: text, place: text })),
      phases: HOSTILE.map((name) => ({ name, seconds: 1 })),
      next: { human: HOSTILE, agent: HOSTILE },
      state: HOSTILE,
      evidence,
    }),
  };
}

for (const [kind, report] of Object.entries(REPORTS)) {
  for (const [what, markdown] of Object.entries(markdownOf(report))) {
    test(`${kind} report, ${what}: nothing is executed, nobody is pinged, nothing breaks out`, () => {
      inert(markdown);
    });
  }

  test(`${kind} report, suggestions: the same`, () => {
    const patches = [...report.sources].map(([path, { text }]) => {
      const lines = text.split('\n');
      return [path, `@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}`).join('\n')}`] as const;
    });
    for (const { body } of suggestionsOf(report, new Map(patches))) {
      inert(body.replace(/<!-- kamal-1password suggestion [0-9a-f]+ -->$/, ''));
      assert.equal(codeBlocks(body).length, 1);
    }
  });

  test(`${kind} report, workflow commands and the log: only our own commands`, () => {
    for (const line of renderGithub(report).trimEnd().split('\n')) {
      const [, properties = '', data = ''] =
        /^::(?:error|warning|notice) ((?:[a-zA-Z]+=[^,:]*,?)+)::(.*)$/.exec(line) ?? [];
      assert.notEqual(properties, '', line);
      assert.deepEqual(
        properties
          .split(',')
          .map((each) => each.split('=')[0])
          .filter((each) => !['file', 'line', 'endLine', 'col', 'endColumn', 'title'].includes(each ?? '')),
        [],
      );
      assert.doesNotMatch(data, ACTING);
    }
    const log = disarm(renderPretty(report));
    assert.doesNotMatch(log, /^\s*::/m);
    assert.doesNotMatch(log, /##\[/);
    assert.doesNotMatch(log, ACTING);
  });

  test(`${kind} report, SARIF: texts without links of others, and nothing acts`, () => {
    const sarif = renderSarif(report, rules, '1');
    const texts = [...sarif.matchAll(/^ *"text": (".*"),?$/gm)].map(
      ([, text = '']) => JSON.parse(text) as string,
    );
    assert.ok(texts.length > HOSTILE.length);
    for (const text of texts) {
      // What a fix puts into a file is the file's own text.
      if (report.destinations.some(({ findings }) => inserted(findings).has(text))) continue;
      assert.doesNotMatch(text, ACTING);
      assert.doesNotMatch(text, /\]\(/);
    }
    for (const [, address = ''] of sarif.matchAll(/^ *"helpUri": "(.*)"/gm))
      assert.match(address, /\/docs\/rules\/[a-z-]+\.md$/);
  });

  test(`${kind} report, annotations: within GitHub’s limits, and nothing acts`, () => {
    for (const { title, message } of annotationsOf(report)) {
      assert.ok(title.length <= 255 && message.length <= 64_000);
      assert.doesNotMatch(title + message, ACTING);
    }
  });
}

function inserted(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(
    findings.flatMap(({ fixes }) => fixes.flatMap(({ edits }) => edits.map(({ text }) => text))),
  );
}

test('a marker is one comment of HTML, whatever it is made of', () => {
  const marker = markerOf(HOSTILE.map((text) => text.toWellFormed()));
  assert.match(marker, /^<!-- kamal-1password [\w%.!~*'() -]+ -->$/);
  assert.equal(marker.split('-->').length, 2);
});

/** Characters that act on a terminal, turn the writing round or hide. The zero-width space and joiner are harmless. */
const ACTING =
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\u{E0000}-\u{E007F}]/u;

const TAGS = new Set(
  'details summary code pre p h2 h3 h4 table thead tbody tr th td strong ul li input a sub'.split(' '),
);

function inert(markdown: string): void {
  assert.doesNotMatch(markdown, ACTING);
  const html = marked.parse(markdown, { gfm: true, async: false });
  for (const [tag, name = ''] of html.matchAll(/<\/?([a-z][a-z0-9]*)[^>]*>?/gi)) {
    assert.ok(TAGS.has(name.toLowerCase()), tag);
    assert.doesNotMatch(tag, /\bon\w+=|style=|javascript:/i);
  }
  for (const [, address = ''] of html.matchAll(/href="([^"]*)"/g))
    assert.match(
      address,
      /^https:\/\/github\.com\/(?:acme\/app|kamal-1password\/kamal-1password\/blob\/main\/docs\/rules)\//,
    );
  assert.doesNotMatch(html, /<!--|<img|<h1/i);
  assert.equal(html.match(/<details/g)?.length, html.match(/<\/details>/g)?.length);
  assert.deepEqual(pingsIn(html), []);
  columns(markdown);
}

/** What GitHub would make a link or a mention of: it looks at text, code and links omitted. */
function pingsIn(html: string): string[] {
  const text = html
    .replaceAll(/<(pre|code|a)\b[^>]*>.*?<\/\1>/gs, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  return [...text.matchAll(/(?<!\w)@\w|#\d|\bGH-\d|https?:\/\/|\bwww\./gi)].map(([found]) => found);
}

/** Every row of a table has as many cells as its head. */
function columns(markdown: string): void {
  let wanted: number | null = null;
  const blocks = codeBlocks(markdown);
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('| ') || blocks.some((each) => each.includes(line))) {
      wanted = null;
      continue;
    }
    const cells = line.split('|').length;
    assert.equal(cells, wanted ?? cells, line);
    wanted = cells;
  }
}

function codeBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^(`{3,})[^\n]*\n(.*?)^\1$/gms)].map(([, , body = '']) => body);
}
