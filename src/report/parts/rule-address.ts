import { code } from './markdown-text.ts';

const RULES = 'https://github.com/kamal-1password/kamal-1password/blob/main/docs/rules';

/** The address of a rule's page, docs/rules/ID.md. */
export function ruleAddress(id: string): string {
  return `${RULES}/${encodeURIComponent(id.toWellFormed())}.md`;
}

/** A rule's id in GitHub's Markdown, as a link to its page. */
export function ruleLink(id: string): string {
  return `[${code(id)}](${ruleAddress(id)})`;
}
