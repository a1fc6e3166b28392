import type { ProjectReadings } from '../../parity/rule.ts';
import { takenVariables } from '../../parity/variable-sources.ts';
import type { EnvironmentReading, VaultReply } from '../../parity/vault/reading.ts';
import type { SecretMark } from './parity-model.ts';
import { placeKey, type VaultVerdicts } from './parity-table.ts';

/** What 1Password holds for each place of the secrets files that asks it for something. */
export function vaultVerdicts(destinations: ProjectReadings['destinations']): VaultVerdicts {
  return new Map(
    destinations.flatMap(({ vault, secrets }): [string, SecretMark][] => [
      ...(vault?.answers ?? []).map(({ span, reply }): [string, SecretMark] => [
        placeKey(span),
        markOf(reply),
      ]),
      ...(vault?.environment == null
        ? []
        : takenVariables(secrets).flatMap(({ name, span }): [string, SecretMark][] => {
            const mark = markOfVariable(name, vault.environment);
            return mark === null ? [] : [[placeKey(span), mark]];
          })),
    ]),
  );
}

function markOf(reply: VaultReply): SecretMark {
  if (reply.kind !== 'found') return 'no';
  return reply.fields.length > 0 && reply.fields.every(({ isEmpty }) => isEmpty) ? 'empty' : 'yes';
}

/** Null if it comes from elsewhere, or may. */
function markOfVariable(name: string, environment: EnvironmentReading | null): SecretMark | null {
  const [field] = environment?.item?.fields.filter((each) => each.name === name) ?? [];
  if (field !== undefined) return field.isEmpty ? 'empty' : 'yes';
  const setByJob = environment?.setByJob ?? null;
  return environment?.item === null || (setByJob !== null && !setByJob.has(name)) ? 'no' : null;
}
