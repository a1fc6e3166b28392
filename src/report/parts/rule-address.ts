const RULES = 'https://github.com/kamal-1password/kamal-1password/blob/main/docs/rules';

/** The address of a rule's page, docs/rules/ID.md. */
export function ruleAddress(id: string): string {
  return `${RULES}/${id}.md`;
}
