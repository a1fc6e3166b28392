/**
 * Writes docs/rules.md and docs/rules/ from the rules themselves, and docs/causes.md from the causes of the diagnosis.
 * `--check` writes nothing and fails where a page is stale.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { causesDocument } from './causes.ts';
import { rulePages } from './rules.ts';

const DOCS = new URL('../docs/', import.meta.url);

const pages = new Map([...(await rulePages()), ['causes.md', causesDocument()] as const]);
const isCheck = process.argv[2] === '--check';
mkdirSync(new URL('rules', DOCS), { recursive: true });
// The page of a rule that is gone goes too.
const gone = readdirSync(new URL('rules', DOCS))
  .map((name) => `rules/${name}`)
  .filter((name) => !pages.has(name));
for (const name of gone) {
  if (isCheck) stale(name);
  else rmSync(new URL(name, DOCS));
}
for (const [name, fresh] of pages) {
  const path = new URL(name, DOCS);
  if (!isCheck) writeFileSync(path, fresh);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== fresh) stale(name);
}

function stale(name: string): void {
  console.error(`docs/${name} is stale. Run: node bin/docs.ts`);
  process.exitCode = 1;
}
