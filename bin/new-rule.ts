/**
 * `node bin/new-rule.ts ID` writes a rule to fill in: `src/parity/rules/ID.ts`, the fixture `test/parity/fixtures/ID/`,
 * and its lines in `rule-ids.ts` and `rules.ts`. CONTRIBUTING.md says what comes next.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const IDS = join(ROOT, 'src/parity/rule-ids.ts');
const RULES = join(ROOT, 'src/parity/rules.ts');

const DEPLOY_FILE = `service: shop
image: acme/shop
servers:
  - 192.0.2.1
registry:
  username: acme
  password:
    - KAMAL_REGISTRY_PASSWORD
builder:
  arch: amd64
`;

const id = process.argv[2] ?? '';
const file = join(ROOT, `src/parity/rules/${id}.ts`);
const fixture = join(ROOT, `test/parity/fixtures/${id}`);
const name = id.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const isId = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(id);
const isTaken = isId && (existsSync(file) || existsSync(fixture));
const taken = isTaken ? `There is a rule ${id} already, or a fixture of that name.` : null;
const refusal = isId
  ? taken
  : 'usage: node bin/new-rule.ts ID, where ID is words with hyphens, such as secret-missing';
if (refusal !== null) {
  console.error(refusal);
  process.exitCode = 2;
} else write();

function write(): void {
  writeFileSync(file, rule());
  mkdirSync(join(fixture, '.kamal'), { recursive: true });
  mkdirSync(join(fixture, 'config'), { recursive: true });
  writeFileSync(join(fixture, '.kamal/secrets'), 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\n');
  writeFileSync(join(fixture, 'config/deploy.yml'), DEPLOY_FILE);
  insert(IDS, /^ {2}'[^']+',$/, `  '${id}',`);
  insert(RULES, /^import \{ \w+ \} from '\.\/rules\//, `import { ${name} } from './rules/${id}.ts';`);
  insert(RULES, /^ {2}'[^']+': \w+,$/, `  '${id}': ${name},`);
  console.log(`Written: src/parity/rules/${id}.ts and test/parity/fixtures/${id}/. Fill in each TODO, then run:

  UPDATE=1 node --test --test-name-pattern=${id} test/parity/fixtures.test.ts test/parity/examples.test.ts
  npm run docs && npm run build`);
}

/** Puts `line` among the sorted lines of its kind. */
function insert(path: string, kind: RegExp, line: string): void {
  const lines = readFileSync(path, 'utf8').split('\n');
  const alike = lines.flatMap((each, index) => (kind.test(each) ? [index] : []));
  const key = (text: string): string => /'([^']*)'/.exec(text)?.[1] ?? '';
  const before = alike.find((index) => key(lines[index] ?? '') > key(line));
  lines.splice(before ?? (alike.at(-1) ?? -1) + 1, 0, line);
  writeFileSync(path, lines.join('\n'));
}

function rule(): string {
  return `import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';

export const ${name}: DestinationRule = {
  id: '${id}',
  scope: 'destination',
  severity: 'warning',
  title: 'TODO: what it finds, in one line without a full stop',
  why: 'TODO: what Kamal does, and what that costs.',
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': \`\${REGISTRY_LINE}TODO=$TODO\\n\`,
      'config/deploy.yml': deployFile(envSecret('TODO')),
    },
    fixed: {
      '.kamal/secrets': \`\${REGISTRY_LINE}TODO=$TODO\\n\`,
      'config/deploy.yml': deployFile(envSecret('TODO')),
    },
  }),
  *check({ secrets }) {
    for (const { form, name, nameSpan } of secrets.assignments) {
      // A bare word, such as the fi of a shell script, assigns nothing.
      if (form === 'bare-word' || name !== 'TODO') continue;
      yield {
        secret: name,
        span: nameSpan,
        message: 'TODO: what is wrong here, and what happens at a deploy.',
        fixes: [{ actor: 'agent', title: 'TODO: what to edit', edits: [] }],
      };
    }
  },
};
`;
}
