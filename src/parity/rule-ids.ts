/** The ids of all rules, apart from the rules, for code that names a rule without loading it. */
export const RULE_IDS = [
  'alias-not-read',
  'assigned-twice',
  'boot-limit-too-high',
  'clear-shadows-secret',
  'command-file-absent',
  'command-may-print-nothing',
  'command-not-run',
  'consumer-not-read',
  'deploy-file-invalid',
  'destination-drops-secrets',
  'environment-missing',
  'environment-variable',
  'environment-variable-empty',
  'environment-variable-missing',
  'environment-variable-twice',
  'environment-variable-unused',
  'extract-ambiguous',
  'extract-before-fetch',
  'extract-not-fetched',
  'extract-quoted',
  'fetch-account-missing',
  'fetch-adapter-unknown',
  'fetch-from-missing',
  'fetch-multiline-unquoted',
  'fetch-names-separated-by-commas',
  'fetched-not-extracted',
  'image-repeats-registry',
  'kamal-not-inlined',
  'kamal-version',
  'keyless-reads-no-vaults',
  'line-not-read',
  'not-known',
  'op-command-beta',
  'plain-value-committed',
  'project-rules',
  'reference-across-files',
  'secret-empty',
  'secret-in-plain-text',
  'secret-missing',
  'secret-unused',
  'secrets-error',
  'secrets-file-not-read',
  'shell-syntax',
  'suppression-invalid',
  'suppression-unused',
  'value-changed-by-kamal',
  'value-truncated',
  'vault-ambiguous',
  'vault-convention',
  'vault-field-empty',
  'vault-field-missing',
  'vault-field-unused',
  'vault-item-ambiguous',
  'vault-item-missing',
  'vault-key-differs',
  'vault-missing',
  'vault-not-readable',
  'workflow-destination-missing',
  'workflow-no-build-cache',
  'workflow-no-concurrency',
  'workflow-op-missing',
  'workflow-permissions',
  'workflow-secret-not-passed',
  'workflow-token-missing',
  'workflow-unsafe-trigger',
] as const;

/** `rules.ts` has exactly one rule for each. */
export type RuleId = (typeof RULE_IDS)[number];

/** A finding of `rule` about `secret` (any secret if null), as one that explains it names it. */
export interface Cover {
  readonly rule: RuleId;
  readonly secret: string | null;
}

export function isRuleId(text: string): text is RuleId {
  return (RULE_IDS as readonly string[]).includes(text);
}
