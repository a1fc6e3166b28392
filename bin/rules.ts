/** Writes docs/rules.md and docs/rules/ID.md, by bin/docs.ts: the rules, each with the report of its failing example. */
import { isDeepStrictEqual } from 'node:util';
import type { Severity } from '../src/parity/model.ts';
import { distinctFindings, type Report } from '../src/parity/report/report.ts';
import type { ExampleFiles, ExampleItem, ExampleVault, Rule } from '../src/parity/rule.ts';
import { rules } from '../src/parity/rules.ts';
import { renderPretty } from '../src/report/formats/pretty.ts';
import { ExampleVaults } from '../test/harness/vault-to-servers/example-vault.ts';
import { changedLines, excerpt, linesBelow } from './excerpt.ts';

const SOURCE =
  'Written by bin/docs.ts from src/parity/rules; every example is run by the tests, through this check and real Kamal.';

const WHO = {
  agent: 'by editing files (a coding agent can)',
  human: 'in 1Password or on GitHub (only a person can)',
} as const;

/** Each rule is in the first group that it fits, by where its example's finding is. */
const GROUPS: readonly { readonly title: string; readonly has: (rule: Rule, file: string) => boolean }[] = [
  { title: 'Settings', has: ({ id }) => /^suppression-|^project-rules$/.test(id) },
  { title: 'Previews', has: ({ id }) => /^(?:workflow-)?preview-/.test(id) },
  { title: '1Password', has: ({ examples }) => examples().vault !== undefined },
  { title: 'Workflows', has: (_rule, file) => file.startsWith('.github/') },
  { title: 'Deploy file', has: (_rule, file) => file.startsWith('config/') },
  { title: 'Secrets file', has: () => true },
];

/** The groups in the order of the index. */
const ORDER = ['Secrets file', 'Deploy file', '1Password', 'Workflows', 'Previews', 'Settings'];

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Each page by its path in docs/. */
export async function rulePages(): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  await using vaults = new ExampleVaults();
  const grouped = new Map<string, Rule[]>(ORDER.map((title) => [title, []]));
  for (const rule of Object.values(rules)) {
    const example = await Example.of(rule, vaults);
    const group = GROUPS.find(({ has }) => has(rule, example.file))?.title ?? '';
    grouped.get(group)?.push(rule);
    pages.set(`rules/${rule.id}.md`, page(rule, example));
  }
  pages.set('rules.md', index(grouped));
  return pages;
}

function index(grouped: ReadonlyMap<string, readonly Rule[]>): string {
  const tables = [...grouped].map(([title, found]) => `## ${title}\n\n${table(found)}`);
  return `# Rules

<!-- ${SOURCE} -->

Each finding of \`kamal-1password check\` names one of these rules. Set a rule's severity, or turn it off, with \`--rule\`
(\`--rule secret-unused=error\`, \`--rule environment-variable=off\`) or in [a file of your project](project-rules.md). A
comment above a line hides one finding; it needs a reason:

\`\`\`shell
# kamal-1password: ignore secret-unused — the office's own script reads it
SLACK_TOKEN=$SLACK_TOKEN
\`\`\`

${tables.join('\n\n')}
`;
}

function table(found: readonly Rule[]): string {
  const rows = found
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
    .map(
      // An address of the time when all rules were on one page leads to its row.
      ({ id, severity, title }) =>
        `| <a id="${id}"></a>[\`${id}\`](rules/${id}.md) | ${severity} | ${title} |`,
    );
  return ['| Rule | Severity | What it finds |', '| --- | --- | --- |', ...rows].join('\n');
}

function page(rule: Rule, example: Example): string {
  const { id, severity, title, why, seenIn, who } = rule;
  const { vault } = rule.examples();
  const sameVault = isDeepStrictEqual(vault?.fixed, vault?.failing);
  return `# ${id}

<!-- ${SOURCE} -->

**${title}.** ${capital(severity)}. Fixed ${who.map((each) => WHO[each]).join(', or ')}. Seen in ${seenIn}.

${why.trim()}

## Wrong

${example.failing()}${holds(vault?.failing)}${fence('text', example.report)}
## Right

${example.fixed()}${sameVault ? '' : holds(vault?.fixed)}[All rules](../rules.md) · [Change its severity, or hide a finding](../rules.md#rules)
`;
}

/** A rule's example, and what the check says of it. */
class Example {
  readonly #rule: Rule;
  readonly #found: ReturnType<typeof distinctFindings>;
  readonly #sources: Report['sources'];
  /** As the terminal prints it, this rule's findings alone. */
  readonly report: string;

  private constructor(rule: Rule, full: Report) {
    const own: Report = {
      ...full,
      destinations: full.destinations.map((each) => ({
        ...each,
        findings: each.findings.filter((finding) => finding.rule === rule.id),
      })),
      findings: full.findings.filter((finding) => finding.rule === rule.id),
    };
    this.#rule = rule;
    this.#found = distinctFindings(own);
    this.#sources = full.sources;
    const { destination, vault } = rule.examples();
    const name = vault === undefined ? 'check' : 'check --live';
    // The verdict comes before the findings.
    const blocks = renderPretty(own, { infos: true, width: 96 }).split('\n\n');
    const findings = blocks.slice(1, this.#found.length + 1).join('\n\n');
    this.report = `$ kamal-1password ${name}${destination === undefined ? '' : ` -d ${destination}`}\n${findings}`;
  }

  static async of(rule: Rule, vaults: ExampleVaults): Promise<Example> {
    const { failing, vault, destination } = rule.examples();
    return new Example(rule, await vaults.check(failing, vault?.failing, destination ?? null));
  }

  /** Where the first finding is. */
  get file(): string {
    return this.#found[0]?.finding.span.file ?? '';
  }

  failing(): string {
    const { failing, fixed } = this.#rule.examples();
    const underlined = this.#underlined();
    const marked = (path: string, text: string): ReadonlySet<number> => {
      const now = fixed[path];
      const changed = now === undefined || now === text ? [] : changedLines(text, now);
      return new Set([...changed, ...(underlined.get(path) ?? []), ...this.#naming(text)]);
    };
    // A file in which nothing is marked only makes the project whole.
    const shown = Object.entries(failing).filter(([path, text]) => marked(path, text).size > 0);
    return files(Object.fromEntries(shown), marked);
  }

  fixed(): string {
    const { failing, fixed } = this.#rule.examples();
    const changed = Object.entries(fixed).filter(([path, text]) => failing[path] !== text);
    return files(Object.fromEntries(changed), (path, text) => changedLines(text, failing[path] ?? ''));
  }

  /** The lines that name the secret of a finding. */
  #naming(text: string): number[] {
    const names = this.#found.flatMap(({ finding: { secret } }) => (secret === null ? [] : [secret]));
    const isNamed = (line: string): boolean => names.some((name) => line.split(/\W+/).includes(name));
    return text.split('\n').flatMap((line, at) => (isNamed(line) ? [at] : []));
  }

  /** The lines of each file that a finding underlines. */
  #underlined(): Map<string, Set<number>> {
    const found = new Map<string, Set<number>>();
    const spans = this.#found.flatMap(({ finding }) => [
      finding.span,
      ...finding.related.map((each) => each.span),
    ]);
    for (const { file, start, end } of spans) {
      const text = this.#sources.get(file)?.text ?? '';
      const line = (offset: number): number => text.slice(0, offset).split('\n').length - 1;
      const lines = found.get(file) ?? new Set();
      for (let at = line(start); at <= line(end); at++) lines.add(at);
      if (file.startsWith('config/')) for (const at of linesBelow(text, line(end))) lines.add(at);
      found.set(file, lines);
    }
    return found;
  }
}

function files(shown: ExampleFiles, marked: (path: string, text: string) => ReadonlySet<number>): string {
  return Object.entries(shown)
    .map(([path, text]) => {
      // Workflows are short, and the tests run actionlint on them.
      const part = path.startsWith('.github/') ? text.trimEnd() : excerpt(text, marked(path, text));
      return `\`${path}\`\n\n${fence(languageOf(path), part)}\n`;
    })
    .join('');
}

function languageOf(path: string): string {
  if (path.endsWith('.yml')) return 'yaml';
  return path.startsWith('.kamal/') ? 'shell' : 'text';
}

/** What 1Password holds in the example: names, and those values that the rule is about. */
function holds(vault: ExampleVault | undefined): string {
  if (vault === undefined) return '';
  const lines = vault.map((each, at) => {
    const names = Object.entries(each.fields).map(([name, value]) => `\`${name}\`${valueOf(value)}`);
    const rest = each.refused === true ? ' (the token cannot read the items of this vault)' : '';
    return `- ${placeOf(each, vault.slice(0, at))}: ${names.length === 0 ? 'no fields' : names.join(', ')}${rest}\n`;
  });
  return `In 1Password:\n\n${lines.join('')}\n`;
}

function placeOf({ vault, item, another, isEnvironment }: ExampleItem, before: ExampleVault): string {
  if (isEnvironment === true) return `Environment ${item}`;
  if (another === true) return `a second vault ${vault}, item ${item}`;
  const isSecond = before.some((each) => each.vault === vault && each.item === item);
  return `vault ${vault}, ${isSecond ? 'a second ' : ''}item ${item}`;
}

/** A value that only fills the field is not shown. */
function valueOf(value: string): string {
  if (value === '') return ' (empty)';
  return value.startsWith('value-of-') ? '' : ` (\`${value}\`)`;
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
