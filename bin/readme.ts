/**
 * Writes the generated parts of README.md, between markers such as `<!-- inputs -->`…`<!-- /inputs -->`: the tables of
 * inputs and outputs from action.yml, and the workflows as `init` writes them, with the tag of the major version.
 * `--check` writes nothing and fails where they are stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { checkWorkflow, deployWorkflow } from '../src/terminal/init/new-workflows.ts';

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

const readme = new URL('../README.md', import.meta.url);
const before = readFileSync(readme, 'utf8');
const action = parse(readFileSync(new URL('../action.yml', import.meta.url), 'utf8')) as Action;

const inputs = Object.entries(action.inputs).map(([name, { description, default: value }]) => [
  `\`${name}\``,
  description,
  value === undefined ? '' : `\`${value}\``,
]);
const outputs = Object.entries(action.outputs).map(([name, { description }]) => [`\`${name}\``, description]);
const options = {
  reference: 'kamal-1password/kamal-1password@v1',
  branch: 'main',
  directory: '.',
  config: null,
  destinations: [],
  sshKey: null,
  environment: null,
};
const after = [
  ['workflow:deploy', yaml(deployWorkflow(options).text)] as const,
  ['workflow:check', yaml(checkWorkflow(options).text)] as const,
  ['inputs', table(['Input', 'What it is', 'Default'], inputs)] as const,
  ['outputs', table(['Output', 'What it is'], outputs)] as const,
].reduce((text, [marker, rows]) => between(text, marker, rows), before);

if (process.argv[2] !== '--check') writeFileSync(readme, after);
else if (after !== before) {
  console.error('README.md does not say what action.yml and init say. Run: node bin/readme.ts');
  process.exitCode = 1;
} else console.log('README.md says what action.yml and init say');

function yaml(text: string): string {
  return `\`\`\`yaml\n${text}\`\`\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.trim().replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function between(text: string, marker: string, replacement: string): string {
  const [open, close] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`README.md has no ${open} … ${close}`);
  return `${text.slice(0, start + open.length)}\n${replacement}\n${text.slice(end)}`;
}
