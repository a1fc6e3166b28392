/**
 * Writes docs/rules.md from the rules themselves, the report of each failing example included, and docs/causes.md from
 * the causes of the diagnosis. `--check` writes nothing and fails where one is stale.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { distinctFindings, type Report } from '../src/parity/report/report.ts';
import type { ExampleFiles, ExampleVault, Rule } from '../src/parity/rule.ts';
import { rules } from '../src/parity/rules.ts';
import { renderPretty } from '../src/report/formats/pretty.ts';
import { checkWithVault } from '../test/harness/vault-to-servers/example-vault.ts';
import { causesDocument } from './causes.ts';

const WHO = {
  agent: 'whoever edits files (a coding agent can)',
  human: 'a person, in 1Password or on GitHub',
} as const;

/** The whole of docs/rules.md. */
export async function rulesDocument(): Promise<string> {
  const all = Object.values(rules);
  const sections: string[] = [];
  for (const rule of all) sections.push(await section(rule));
  const index = all.map(({ id, severity, title }) => `| [\`${id}\`](#${id}) | ${severity} | ${title} |`);
  return `# Rules

<!-- Written by bin/docs.ts from src/parity/rules; every example is run by the tests, through this check and real Kamal. -->

\`kamal-1password check\` names every finding by one of these rules. Each can be weighed otherwise, or turned off:
\`--rule secret-unused=error\`, \`--rule environment-variable=off\`. One finding is hidden by a comment on the line above
it, and the reason is required:

\`\`\`shell
# kamal-1password: ignore secret-unused — the office's own script reads it
SLACK_TOKEN=$SLACK_TOKEN
\`\`\`

| Rule | Severity | What it finds |
| --- | --- | --- |
${index.join('\n')}

${sections.join('\n')}`;
}

async function section(rule: Rule): Promise<string> {
  const { id, severity, title, why, seenIn, who, examples } = rule;
  const destination = examples.destination ?? null;
  const name = examples.vault === undefined ? 'check' : 'check --live';
  const command = `kamal-1password ${name}${destination === null ? '' : ` -d ${destination}`}`;
  return `## ${id}

**${title}.** ${capital(severity)}; mended by ${who.map((each) => WHO[each]).join(', or ')}. Seen in ${seenIn}.

${why}

Wrong:

${files(examples.failing)}
${holds(examples.vault?.failing)}${fence('text', await report(rule, command))}
Right:

${files(examples.fixed, examples.failing)}${isDeepStrictEqual(examples.vault?.fixed, examples.vault?.failing) ? '' : holds(examples.vault?.fixed)}`;
}

/** The report of the failing example, this rule's findings alone. */
async function report({ id, examples }: Rule, command: string): Promise<string> {
  const full = await checkWithVault(examples.failing, examples.vault?.failing, examples.destination ?? null);
  const only: Report = {
    ...full,
    destinations: full.destinations.map((each) => ({
      ...each,
      findings: each.findings.filter(({ rule }) => rule === id),
    })),
    findings: full.findings.filter(({ rule }) => rule === id),
  };
  const found = distinctFindings(only).length;
  // The verdict stands before the findings.
  const blocks = renderPretty(only, { infos: true, width: 96 })
    .split('\n\n')
    .slice(1, found + 1);
  return `$ ${command}\n${blocks.join('\n\n')}`;
}

function files(shown: ExampleFiles, before: ExampleFiles = {}): string {
  return Object.entries(shown)
    .filter(([path, text]) => !isDeepStrictEqual(before[path], text))
    .map(([path, text]) => `\`${path}\`\n\n${fence(path.endsWith('.yml') ? 'yaml' : 'shell', text)}`)
    .join('\n');
}

/** What 1Password holds in the example, by name only. */
function holds(vault: ExampleVault | undefined): string {
  if (vault === undefined) return '';
  const items = vault.map(({ vault: title, item, fields, isEnvironment }) => {
    const names = Object.entries(fields).map(
      ([name, value]) => `\`${name}\`${value === '' ? ' (empty)' : ''}`,
    );
    const place = isEnvironment === true ? `Environment ${item}` : `vault ${title}, item ${item}`;
    return `- ${place}: ${names.length === 0 ? 'no fields' : names.join(', ')}\n`;
  });
  return `In 1Password:\n\n${items.join('')}\n`;
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

if (import.meta.main) {
  const pages = { 'rules.md': await rulesDocument(), 'causes.md': causesDocument() };
  for (const [name, fresh] of Object.entries(pages)) {
    const path = new URL(`../docs/${name}`, import.meta.url);
    if (process.argv[2] !== '--check') writeFileSync(path, fresh);
    else if (!existsSync(path) || readFileSync(path, 'utf8') !== fresh) {
      console.error(`docs/${name} does not say what its source says. Run: node bin/docs.ts`);
      process.exitCode = 1;
    } else console.log(`docs/${name} says what its source says`);
  }
}
