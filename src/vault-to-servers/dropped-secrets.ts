import type { ExpectedSecret } from '../kamal/verify/secrets.ts';
import { check } from '../parity/check.ts';
import type { SecretList } from '../parity/model.ts';
import type { DestinationReadings, ProjectReadings } from '../parity/rule.ts';
import { destinationDropsSecrets } from '../parity/rules/destination-drops-secrets.ts';
import { distinctFindings } from '../parity/report/report.ts';
import { containerName, secretName } from '../parity/edits/secret-list.ts';

/**
 * Secrets that are assigned for the destination and that `config/deploy.yml` lists, but that the destination's own list
 * replaced: the containers ought to have them, and no one lists them any more. None where the project says, by
 * suppressing the rule `destination-drops-secrets`, that it is meant so.
 */
export function droppedSecrets(
  project: ProjectReadings,
  expected: readonly ExpectedSecret[],
): ExpectedSecret[] {
  const told = distinctFindings(check(project)).some(
    ({ finding }) => finding.rule === destinationDropsSecrets.id,
  );
  return told ? project.destinations.flatMap((readings) => droppedIn(readings, expected)) : [];
}

function droppedIn(
  { deploy, secrets }: DestinationReadings,
  expected: readonly ExpectedSecret[],
): ExpectedSecret[] {
  const assigned = new Set(secrets.assignments.map(({ name }) => name));
  const replaced = deploy.secretLists.filter(
    (list) => !list.effective && hasSuccessor(list, deploy.secretLists),
  );
  return (deploy.deployment?.roles ?? []).flatMap((role) => {
    const where = `role:${role.name}`;
    const has = new Set(expected.filter((each) => each.where === where).map(({ container }) => container));
    return replaced
      .filter(({ via }) => via === 'env.secret' || via === `servers.${role.name}.env.secret`)
      .flatMap(({ items }) =>
        items.map(({ text }) => ({ container: containerName(text), secret: secretName(text) })),
      )
      .filter(({ container, secret }) => !has.has(container) && assigned.has(secret))
      .map((names) => ({ where, ...names, value: null }));
  });
}

function hasSuccessor({ via, span }: SecretList, lists: readonly SecretList[]): boolean {
  return lists.some((other) => other.effective && other.via === via && other.span.file !== span.file);
}
