import { FACTS } from '../../base/kamal-facts/facts.ts';
import { compareGemVersions } from '../../base/kamal-facts/gem-version.ts';
import { kamalRelease } from '../../base/kamal-facts/release.ts';
import type { DeployReading } from '../../parity/model.ts';
import { KEY_CHANGES } from '../../base/kamal-facts/key-changes.ts';
import { type DeployFileInput, readDeployFile } from './read.ts';

/** The first release after that of `input` which takes what it refuses; null if none does. */
export function laterRelease(input: DeployFileInput, reading: DeployReading): string | null {
  const own = input.kamal?.version;
  if (own === undefined || reading.loads !== false) return null;
  const later = [...KEY_CHANGES, ...Object.values(FACTS).flat()]
    .map(({ since }) => since)
    .filter((since) => compareGemVersions(since, own) > 0);
  const releases = [...new Set(later)].toSorted(compareGemVersions);
  return releases.find((version) => takes({ ...input, kamal: kamalRelease(version) })) ?? null;
}

function takes(input: DeployFileInput): boolean {
  return readDeployFile(input).loads !== false;
}
