/** The ids alone, for rules and arguments that name other rules. */
import type { RuleId } from './rule.ts';

// A record and not a list, so that the compiler asks for every id.
const IDS: Readonly<Record<RuleId, true>> = {
  'alias-not-read': true,
  'assigned-twice': true,
  'clear-shadows-secret': true,
  'command-may-print-nothing': true,
  'command-not-run': true,
  'consumer-not-read': true,
  'deploy-file-invalid': true,
  'destination-drops-secrets': true,
  'environment-variable': true,
  'extract-ambiguous': true,
  'extract-before-fetch': true,
  'extract-not-fetched': true,
  'extract-quoted': true,
  'fetch-account-missing': true,
  'fetch-adapter-unknown': true,
  'fetch-from-missing': true,
  'fetch-multiline-unquoted': true,
  'fetch-names-separated-by-commas': true,
  'fetched-not-extracted': true,
  'kamal-not-inlined': true,
  'line-not-read': true,
  'not-known': true,
  'reference-across-files': true,
  'secret-empty': true,
  'secret-in-plain-text': true,
  'secret-missing': true,
  'secret-unused': true,
  'secrets-error': true,
  'secrets-file-not-read': true,
  'shell-syntax': true,
  'suppression-invalid': true,
  'suppression-unused': true,
  'value-changed-by-kamal': true,
  'value-truncated': true,
  'vault-ambiguous': true,
  'vault-field-empty': true,
  'vault-field-missing': true,
  'vault-field-unused': true,
  'vault-item-ambiguous': true,
  'vault-item-missing': true,
  'vault-key-differs': true,
  'vault-missing': true,
  'vault-not-readable': true,
  'workflow-no-concurrency': true,
  'workflow-op-missing': true,
  'workflow-permissions': true,
  'workflow-secret-not-passed': true,
  'workflow-token-missing': true,
  'workflow-unsafe-trigger': true,
};

export function isRuleId(text: string): text is RuleId {
  return Object.hasOwn(IDS, text);
}

export const RULE_IDS: readonly RuleId[] = Object.keys(IDS).filter(isRuleId);
