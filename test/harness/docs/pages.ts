/** Our Markdown pages, and their content. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export interface Block {
  readonly language: string;
  /** Of the page, counted from 1: the first line within the fences. */
  readonly line: number;
  readonly text: string;
}

/** The README and all pages of docs/. */
export function pages(): Page[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', 'CHANGELOG.md', ...docs.map((name) => `docs/${name}`)].map((path) => ({
    path,
    text: readFileSync(join(ROOT, path), 'utf8'),
  }));
}

/** The page of each rule. */
export function rulePages(): Page[] {
  return readdirSync(join(ROOT, 'docs/rules')).map((name) => ({
    path: `docs/rules/${name}`,
    text: readFileSync(join(ROOT, 'docs/rules', name), 'utf8'),
  }));
}

export function pageAt(path: string): Page {
  const found = pages().find((page) => page.path === path);
  if (found === undefined) throw new Error(`there is no page ${path}`);
  return found;
}

/** The part of a page below a heading of the second level, as its own page. */
export function section({ path, text }: Page, heading: string): Page {
  const [, rest] = text.split(`\n## ${heading}\n`);
  if (rest === undefined) throw new Error(`${path} has no section “${heading}”`);
  return { path, text: rest.split(/^## /m)[0] ?? '' };
}

/** The fenced blocks of a page, in their order. */
export function blocks({ text }: Page, ...languages: readonly string[]): Block[] {
  return [...text.matchAll(FENCED)].flatMap(({ 1: language = '', 2: body = '', index }) =>
    languages.length === 0 || languages.includes(language)
      ? [{ language, line: text.slice(0, index).split('\n').length + 1, text: body }]
      : [],
  );
}

/** A page without its fenced blocks: line by line what Markdown makes of it. */
export function prose({ text }: Page): string {
  return text.replaceAll(FENCED, '').replaceAll(/<!--.*?-->/gs, '');
}

const FENCED = /^```(\w*)\n(.*?)^```$/gms;
