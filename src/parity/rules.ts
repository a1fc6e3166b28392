/** The registry: one entry for each rule of the closed union. */
import type { DestinationRule, ProjectRule, Rule } from './rule.ts';
import type { RuleId } from './rule-ids.ts';
import { aliasNotRead } from './rules/alias-not-read.ts';
import { assignedTwice } from './rules/assigned-twice.ts';
import { bootLimitTooHigh } from './rules/boot-limit-too-high.ts';
import { clearShadowsSecret } from './rules/clear-shadows-secret.ts';
import { commandFileAbsent } from './rules/command-file-absent.ts';
import { commandMayPrintNothing } from './rules/command-may-print-nothing.ts';
import { commandNotRun } from './rules/command-not-run.ts';
import { consumerNotRead } from './rules/consumer-not-read.ts';
import { deployFileInvalid } from './rules/deploy-file-invalid.ts';
import { destinationDropsSecrets } from './rules/destination-drops-secrets.ts';
import { environmentMissing } from './rules/environment-missing.ts';
import { environmentVariableEmpty } from './rules/environment-variable-empty.ts';
import { environmentVariableMissing } from './rules/environment-variable-missing.ts';
import { environmentVariableTwice } from './rules/environment-variable-twice.ts';
import { environmentVariableUnused } from './rules/environment-variable-unused.ts';
import { environmentVariable } from './rules/environment-variable.ts';
import { extractAmbiguous } from './rules/extract-ambiguous.ts';
import { extractBeforeFetch } from './rules/extract-before-fetch.ts';
import { extractNotFetched } from './rules/extract-not-fetched.ts';
import { extractQuoted } from './rules/extract-quoted.ts';
import { fetchAccountMissing } from './rules/fetch-account-missing.ts';
import { fetchAdapterUnknown } from './rules/fetch-adapter-unknown.ts';
import { fetchFromMissing } from './rules/fetch-from-missing.ts';
import { fetchMultilineUnquoted } from './rules/fetch-multiline-unquoted.ts';
import { fetchNamesSeparatedByCommas } from './rules/fetch-names-separated-by-commas.ts';
import { fetchedNotExtracted } from './rules/fetched-not-extracted.ts';
import { imageRepeatsRegistry } from './rules/image-repeats-registry.ts';
import { kamalNotInlined } from './rules/kamal-not-inlined.ts';
import { kamalVersion } from './rules/kamal-version.ts';
import { keylessReadsNoVaults } from './rules/keyless-reads-no-vaults.ts';
import { lineNotRead } from './rules/line-not-read.ts';
import { notKnown } from './rules/not-known.ts';
import { opCommandBeta } from './rules/op-command-beta.ts';
import { plainValueCommitted } from './rules/plain-value-committed.ts';
import { previewAccessoryShared } from './rules/preview-accessory-shared.ts';
import { previewHostShared } from './rules/preview-host-shared.ts';
import { previewHostTooLong } from './rules/preview-host-too-long.ts';
import { previewNumberOptional } from './rules/preview-number-optional.ts';
import { previewSecretsShared } from './rules/preview-secrets-shared.ts';
import { previewServerShared } from './rules/preview-server-shared.ts';
import { previewServiceShared } from './rules/preview-service-shared.ts';
import { previewVolumeShared } from './rules/preview-volume-shared.ts';
import { projectRulesFile } from './rules/project-rules.ts';
import { referenceAcrossFiles } from './rules/reference-across-files.ts';
import { secretEmpty } from './rules/secret-empty.ts';
import { secretInPlainText } from './rules/secret-in-plain-text.ts';
import { secretMissing } from './rules/secret-missing.ts';
import { secretUnused } from './rules/secret-unused.ts';
import { secretsError } from './rules/secrets-error.ts';
import { secretsFileNotRead } from './rules/secrets-file-not-read.ts';
import { shellSyntax } from './rules/shell-syntax.ts';
import { suppressionInvalid } from './rules/suppression-invalid.ts';
import { suppressionUnused } from './rules/suppression-unused.ts';
import { valueChangedByKamal } from './rules/value-changed-by-kamal.ts';
import { valueTruncated } from './rules/value-truncated.ts';
import { vaultAmbiguous } from './rules/vault-ambiguous.ts';
import { vaultConvention } from './rules/vault-convention.ts';
import { vaultFieldEmpty } from './rules/vault-field-empty.ts';
import { vaultFieldMissing } from './rules/vault-field-missing.ts';
import { vaultFieldUnused } from './rules/vault-field-unused.ts';
import { vaultItemAmbiguous } from './rules/vault-item-ambiguous.ts';
import { vaultItemMissing } from './rules/vault-item-missing.ts';
import { vaultKeyDiffers } from './rules/vault-key-differs.ts';
import { vaultMissing } from './rules/vault-missing.ts';
import { vaultNotReadable } from './rules/vault-not-readable.ts';
import { workflowDestinationMissing } from './rules/workflow-destination-missing.ts';
import { workflowNoBuildCache } from './rules/workflow-no-build-cache.ts';
import { workflowNoConcurrency } from './rules/workflow-no-concurrency.ts';
import { workflowOpMissing } from './rules/workflow-op-missing.ts';
import { workflowPermissions } from './rules/workflow-permissions.ts';
import { workflowPreviewConcurrency } from './rules/workflow-preview-concurrency.ts';
import { workflowPreviewNoSweep } from './rules/workflow-preview-no-sweep.ts';
import { workflowPreviewSettingsDiffer } from './rules/workflow-preview-settings-differ.ts';
import { workflowSecretNotPassed } from './rules/workflow-secret-not-passed.ts';
import { workflowSetupOnly } from './rules/workflow-setup-only.ts';
import { workflowTokenMissing } from './rules/workflow-token-missing.ts';
import { workflowUnsafeTrigger } from './rules/workflow-unsafe-trigger.ts';

/** Every rule by its id. */
export const rules: Readonly<Record<RuleId, Rule>> = {
  'alias-not-read': aliasNotRead,
  'assigned-twice': assignedTwice,
  'boot-limit-too-high': bootLimitTooHigh,
  'clear-shadows-secret': clearShadowsSecret,
  'command-file-absent': commandFileAbsent,
  'command-may-print-nothing': commandMayPrintNothing,
  'command-not-run': commandNotRun,
  'consumer-not-read': consumerNotRead,
  'deploy-file-invalid': deployFileInvalid,
  'destination-drops-secrets': destinationDropsSecrets,
  'environment-missing': environmentMissing,
  'environment-variable': environmentVariable,
  'environment-variable-empty': environmentVariableEmpty,
  'environment-variable-missing': environmentVariableMissing,
  'environment-variable-twice': environmentVariableTwice,
  'environment-variable-unused': environmentVariableUnused,
  'extract-ambiguous': extractAmbiguous,
  'extract-before-fetch': extractBeforeFetch,
  'extract-not-fetched': extractNotFetched,
  'extract-quoted': extractQuoted,
  'fetch-account-missing': fetchAccountMissing,
  'fetch-adapter-unknown': fetchAdapterUnknown,
  'fetch-from-missing': fetchFromMissing,
  'fetch-multiline-unquoted': fetchMultilineUnquoted,
  'fetch-names-separated-by-commas': fetchNamesSeparatedByCommas,
  'fetched-not-extracted': fetchedNotExtracted,
  'image-repeats-registry': imageRepeatsRegistry,
  'kamal-not-inlined': kamalNotInlined,
  'kamal-version': kamalVersion,
  'keyless-reads-no-vaults': keylessReadsNoVaults,
  'line-not-read': lineNotRead,
  'not-known': notKnown,
  'op-command-beta': opCommandBeta,
  'plain-value-committed': plainValueCommitted,
  'preview-accessory-shared': previewAccessoryShared,
  'preview-host-shared': previewHostShared,
  'preview-host-too-long': previewHostTooLong,
  'preview-number-optional': previewNumberOptional,
  'preview-secrets-shared': previewSecretsShared,
  'preview-server-shared': previewServerShared,
  'preview-service-shared': previewServiceShared,
  'preview-volume-shared': previewVolumeShared,
  'project-rules': projectRulesFile,
  'reference-across-files': referenceAcrossFiles,
  'secret-empty': secretEmpty,
  'secret-in-plain-text': secretInPlainText,
  'secret-missing': secretMissing,
  'secret-unused': secretUnused,
  'secrets-error': secretsError,
  'secrets-file-not-read': secretsFileNotRead,
  'shell-syntax': shellSyntax,
  'suppression-invalid': suppressionInvalid,
  'suppression-unused': suppressionUnused,
  'value-changed-by-kamal': valueChangedByKamal,
  'value-truncated': valueTruncated,
  'vault-ambiguous': vaultAmbiguous,
  'vault-convention': vaultConvention,
  'vault-field-empty': vaultFieldEmpty,
  'vault-field-missing': vaultFieldMissing,
  'vault-field-unused': vaultFieldUnused,
  'vault-item-ambiguous': vaultItemAmbiguous,
  'vault-item-missing': vaultItemMissing,
  'vault-key-differs': vaultKeyDiffers,
  'vault-missing': vaultMissing,
  'vault-not-readable': vaultNotReadable,
  'workflow-destination-missing': workflowDestinationMissing,
  'workflow-no-build-cache': workflowNoBuildCache,
  'workflow-no-concurrency': workflowNoConcurrency,
  'workflow-op-missing': workflowOpMissing,
  'workflow-permissions': workflowPermissions,
  'workflow-preview-concurrency': workflowPreviewConcurrency,
  'workflow-preview-no-sweep': workflowPreviewNoSweep,
  'workflow-preview-settings-differ': workflowPreviewSettingsDiffer,
  'workflow-secret-not-passed': workflowSecretNotPassed,
  'workflow-setup-only': workflowSetupOnly,
  'workflow-token-missing': workflowTokenMissing,
  'workflow-unsafe-trigger': workflowUnsafeTrigger,
};

export const destinationRules: readonly DestinationRule[] = Object.values(rules).filter(
  (rule) => rule.scope === 'destination',
);
export const projectRules: readonly ProjectRule[] = Object.values(rules).filter(
  (rule) => rule.scope === 'project',
);

/** The rule of an id; null if there is none. */
export const ruleById = (name: string): Rule | null =>
  Object.values(rules).find(({ id }) => id === name) ?? null;
