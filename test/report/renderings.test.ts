/** Workflow commands, unix lines, SARIF and the pretty report of the same findings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { deployFile, envSecret, REGISTRY_LINE } from '../../src/parity/examples/example.ts';
import { compareReports } from '../../src/parity/report/changes.ts';
import { applyEdits } from '../../src/parity/edits/fix.ts';
import { distinctFindings } from '../../src/parity/report/report.ts';
import { rules } from '../../src/parity/rules.ts';
import { LineIndex } from '../../src/base/text/position.ts';
import { blobLink } from '../../src/report/parts/blob-link.ts';
import { renderComment, renderDetails, renderResolved } from '../../src/report/formats/comment.ts';
import { renderGithub } from '../../src/report/formats/github.ts';
import { renderJson } from '../../src/report/formats/json.ts';
import { renderMarkdown } from '../../src/report/formats/markdown.ts';
import { renderPretty } from '../../src/report/formats/pretty.ts';
import { renderSarif } from '../../src/report/formats/sarif.ts';
import { renderUnix } from '../../src/report/formats/unix.ts';
import { parityTable } from '../../src/report/parts/parity-table.ts';
import { changesList } from '../../src/report/parts/changes-markdown.ts';
import { secretsTable } from '../../src/report/parts/secrets-table.ts';
import { checkFiles } from '../harness/parity/agreement.ts';
import { plainProject, reportOf, secretNames } from '../harness/report/projects.ts';

/** Asks for secrets that no one assigns. */
function missing(...names: string[]) {
  return checkFiles({
    '.kamal/secrets': `# nothing\n${REGISTRY_LINE}`,
    'config/deploy.yml': deployFile(envSecret(...names)),
  });
}

const hostile = [
  '"::set-output name=x::y"',
  '"@everyone\\e[2J"',
  '"a%0A::error::b"',
  '"\\u202Egnp"',
  '"]]> <img src=x onerror=alert(1)>"',
  '"| `x` |"',
];

test('unix: one line a finding, that a problem matcher reads', () => {
  const lines = renderUnix(missing('DATABASE_URL')).trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^config\/deploy\.yml:13:7: error: .*DATABASE_URL.* \[secret-missing\]$/);
  for (const line of lines) assert.match(line, /^[^:]+:\d+:\d+: (?:error|warning|info): .+ \[[a-z-]+\]$/);
});

test('github: the exact span, with what to do', () => {
  const [first = ''] = renderGithub(missing('DATABASE_URL')).split('\n');
  assert.match(
    first,
    /^::error file=config\/deploy\.yml,line=13,endLine=13,col=7,endColumn=19,title=secret-missing::env\.secret needs DATABASE_URL/,
  );
  assert.match(first, /%0AFix: /);
});

test('github: no more than it shows of each kind; the last says how many more, and where', () => {
  const report = missing(...Array.from({ length: 30 }, (_, index) => `SECRET_NUMBER_${index}X`));
  const errors = renderGithub(report)
    .split('\n')
    .filter((line) => line.startsWith('::error '));
  assert.equal(errors.length, 10);
  assert.match(errors[9] ?? '', /title=21 more in config\/deploy\.yml::/);
  assert.match(errors[9] ?? '', /config\/deploy\.yml:22 secret-missing SECRET_NUMBER_9X/);
});

test('github: a name can neither start a command nor leave its property', () => {
  const output = renderGithub(missing(...hostile));
  for (const line of output.trimEnd().split('\n')) {
    assert.match(line, /^::(?:error|warning|notice) (?:[A-Za-z]+=[^,:\r\n]*,?)+::[^\r\n]*$/);
    assert.equal(line.match(/::(?:error|warning|notice|set-output) /g)?.[0], line.match(/^::\w+ /)?.[0]);
  }
});

test('pretty, unix, github: nothing that acts on a terminal comes through', () => {
  const report = missing(...hostile);
  for (const output of [renderPretty(report, { infos: true }), renderUnix(report), renderGithub(report)]) {
    assert.doesNotMatch(output, /[\u0000-\u0009\u000B-\u001F\u007F\u202A-\u202E\u2066-\u2069]/);
  }
});

test('pretty: colours change nothing but the colours', () => {
  const report = missing('DATABASE_URL', 'DATABASE_PASSWORD');
  const coloured = renderPretty(report, { colour: true, infos: true });
  assert.notEqual(coloured, renderPretty(report, { infos: true }));
  assert.equal(stripVTControlCharacters(coloured), renderPretty(report, { infos: true }));
});

test('pretty: notes are counted, and shown when asked for', () => {
  const report = missing('DATABASE_URL');
  assert.doesNotMatch(renderPretty(report), /info\[/);
  assert.match(renderPretty(report), /1 note: --notes shows it/);
  assert.match(renderPretty(report, { infos: true }), /info\[environment-variable\]/);
});

test('pretty: a sound project gets one line', () => {
  const report = checkFiles({
    '.kamal/secrets': `${REGISTRY_LINE}DATABASE_URL=$DATABASE_URL\n`,
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
  });
  assert.match(renderPretty(report), /^✓ All 2 secrets that Kamal asks for are assigned\.\n/);
});

interface Sarif {
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly rules: readonly { readonly id: string; readonly help: { readonly text: string } }[];
      };
    };
    readonly results: readonly SarifResult[];
  }[];
}
interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: Region;
    };
  }[];
  readonly fixes?: readonly {
    readonly artifactChanges: readonly {
      readonly artifactLocation: { readonly uri: string };
      readonly replacements: readonly {
        readonly deletedRegion: Region;
        readonly insertedContent: { readonly text: string };
      }[];
    }[];
  }[];
}

function sarif(report: ReturnType<typeof checkFiles>): Sarif['runs'][number] {
  const [run] = (JSON.parse(renderSarif(report, rules, '1.2.3')) as Sarif).runs;
  assert.ok(run);
  return run;
}

test('sarif: every result points at its rule, its region and a level', () => {
  for (const { examples } of Object.values(rules)) {
    const { failing, destination = null } = examples();
    const report = checkFiles(failing, destination);
    const { tool, results } = sarif(report);
    assert.equal(results.length, distinctFindings(report).length);
    for (const result of results) {
      assert.equal(tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
      assert.ok((tool.driver.rules[result.ruleIndex]?.help.text ?? '').length > 20);
      assert.match(result.level, /^(?:error|warning|note)$/);
    }
  }
});

test('sarif: applying its fixes is applying ours', () => {
  const { failing } = rules['secret-missing'].examples();
  const report = checkFiles(failing);
  const [result] = sarif(report).results;
  const change = result?.fixes?.[0]?.artifactChanges[0];
  assert.equal(change?.artifactLocation.uri, '.kamal/secrets');
  const text = failing['.kamal/secrets'] ?? '';
  const lines = new LineIndex(text);
  const offset = (line: number, column: number): number => (lines.starts[line - 1] ?? 0) + column - 1;
  const edits = (change?.replacements ?? []).map(({ deletedRegion: region, insertedContent }) => ({
    file: '.kamal/secrets',
    start: offset(region.startLine, region.startColumn),
    end: offset(region.endLine, region.endColumn),
    text: insertedContent.text,
  }));
  assert.equal(applyEdits(text, edits), rules['secret-missing'].examples().fixed['.kamal/secrets']);
});

test('sarif: a fingerprint stays while other lines come and go, and two of a kind differ', () => {
  const deploy = deployFile(envSecret('DATABASE_URL', 'QUEUE'));
  const prints = (text: string): string[] =>
    sarif(checkFiles({ '.kamal/secrets': REGISTRY_LINE, 'config/deploy.yml': text }))
      .results.filter(({ ruleId }) => ruleId === 'secret-missing')
      .map(({ partialFingerprints }) => partialFingerprints['kamal1password/v1'] ?? '');
  const before = prints(deploy);
  assert.equal(new Set(before).size, 2);
  assert.deepEqual(prints(`# new\n\n${deploy}# more\n`), before);
});

test('no rendering shows a credential that is written out', () => {
  const secrets = ['kVd83nfPq20x', 'sk_live_4eC39HqLyjWDarjtT1zdp7dc', 'x8Kd93mVqT2w', 'tail9', 'p4ssw0rd77'];
  const report = checkFiles({
    '.kamal/secrets': `${REGISTRY_LINE}DATABASE_PASSWORD=${secrets[0]}\nSTRIPE=${secrets[1]}\nDATABASE_PASSWORD=${secrets[0]}#${secrets[3]}\nURL=postgres://u:${secrets[4]}@db/x\n`,
    'config/deploy.yml': deployFile(
      `env:\n  clear:\n    SMTP_PASSWORD: ${secrets[2]}\n  secret:\n    - DATABASE_PASSWORD\n`,
    ),
  });
  assert.ok(distinctFindings(report).some(({ finding }) => finding.rule === 'secret-in-plain-text'));
  const outputs = [
    renderPretty(report, { infos: true }),
    renderUnix(report),
    renderGithub(report),
    renderMarkdown(report),
    renderSarif(report, rules, '1'),
    renderJson(report, '1'),
  ];
  for (const output of outputs)
    for (const secret of secrets)
      assert.ok(!output.includes(secret), `${secret} is in ${output.slice(0, 80)}…`);
});

test('markdown: no line of a diff is cut, so that each can be pasted', () => {
  const names = Array.from({ length: 12 }, (_, index) => `SECRET_NUMBER_${index}X`);
  const text = renderMarkdown(reportOf(plainProject([...names, 'STRIPE_KEY'], names)));
  const lines = text.split('\n').filter((line) => /^[+-]SECRETS=/.test(line));
  assert.ok(lines.length >= 2);
  for (const line of lines)
    assert.match(line, /=\$\(kamal secrets fetch [^…]* SECRET_NUMBER_11X(?: STRIPE_KEY)?\)$/);
  assert.match(text, /In a terminal, `npx kamal-1password fix` makes 1 edit\./);
});

test('more destinations than a phone has room for are words beside each secret, what is wrong first', () => {
  const names = ['eu', 'us', 'staging', 'production'];
  const table = {
    columns: names,
    isByDestination: true,
    rows: [
      { secret: 'STRIPE_KEY', marks: ['no', 'yes', 'yes', 'no'] as const },
      { secret: 'DATABASE_URL', marks: ['yes', 'yes', 'yes', 'yes'] as const },
    ],
  };
  const [wide = ''] = secretsTable(table, { matters: () => true, room: 10_000 });
  assert.equal(
    wide,
    [
      '| Secret | Destinations |',
      '| --- | --- |',
      '| `STRIPE_KEY` | ❌ eu, production<br>✅ us, staging |',
      '| `DATABASE_URL` | ✅ all 4 |',
    ].join('\n'),
  );
  const three = {
    ...table,
    columns: names.slice(0, 3),
    rows: table.rows.map((row) => ({ ...row, marks: row.marks.slice(0, 3) })),
  };
  assert.match(
    secretsTable(three, { matters: () => true, room: 10_000 })[0] ?? '',
    /^\| Secret \| eu \| us \| staging \|/,
  );
});

test('a secret that the runner alone uses is said to be so, where containers are a column', () => {
  const report = reportOf(plainProject(['DATABASE_URL'], ['DATABASE_URL']));
  const told = (containers: ReadonlyMap<string, 'yes'>): string =>
    secretsTable(parityTable(report, new Map(), containers), { matters: () => true, room: 10_000 }).join(
      '\n',
    );
  assert.match(
    told(new Map([['DATABASE_URL', 'yes']])),
    /`KAMAL_REGISTRY_PASSWORD`: used by the runner, not in containers/,
  );
  assert.doesNotMatch(told(new Map()), /used by the runner/);
});

test('of many changes the first are shown, and the others folded', () => {
  const report = reportOf(plainProject(secretNames(30)));
  const [list = ''] = changesList(compareReports(reportOf(plainProject(['A_KEY'])), report), 10_000);
  const [shown = '', folded = ''] = list.split('<details>');
  assert.equal(shown.match(/^- adds /gm)?.length, 10);
  assert.match(folded, /^<summary>\d+ more changes<\/summary>/);
});

test('comment and check run stay within GitHub’s limits, however many and long the names', () => {
  for (const [count, prefix] of [
    [1500, 'S'],
    [600, 'LONG_'.repeat(30)],
    [3, 'X'.repeat(9000)],
    [1, 'X'.repeat(70_000)],
  ] as const) {
    const names = secretNames(count, prefix);
    const report = reportOf(plainProject(names, []));
    const content = {
      report,
      vault: new Map(),
      changes: compareReports(reportOf(plainProject(['A_KEY'])), report),
      notCompared: null,
      baseRef: 'main',
      headSha: 'a'.repeat(40),
      runUrl: 'https://github.com/acme/app/actions/runs/1',
      link: blobLink('https://github.com/acme/app', 'a'.repeat(40)),
      project: 'apps/shop',
      flags: '-C apps/shop',
    };
    for (const text of [renderComment(content), renderResolved(content), renderDetails(content)])
      assert.ok(text.length <= 65_000, `${count} × ${prefix.length}: ${text.length}`);
  }
});
