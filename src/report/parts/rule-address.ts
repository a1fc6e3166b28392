/** Where a rule is explained. */
const RULES_PAGE = 'https://github.com/kamal-1password/kamal-1password/blob/main/docs/rules.md';

export function ruleAddress(id: string): string {
  return `${RULES_PAGE}#${id}`;
}
