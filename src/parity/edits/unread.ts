import { Lookup } from '../lookup.ts';
import type { ProjectReadings } from '../rule.ts';
import { isFileMissing } from '../wording.ts';

/**
 * Why no edit can follow a name: a deploy file that cannot be read uses secrets in places that are not known. Null if each
 * can be read, or is not there at all.
 */
export function unreadDeployFile({ destinations }: ProjectReadings): string | null {
  for (const { deploy, secrets } of destinations) {
    const [error] = deploy.errors;
    if (deploy.loads !== false || deploy.deployment !== null || error === undefined) continue;
    if (isFileMissing(error)) continue;
    const { line } = new Lookup(secrets, deploy).position(error.span);
    return `${error.span.file}:${line}: Kamal cannot load the deploy file (${error.message}), so where it uses secrets is not known. Fix that first.`;
  }
  return null;
}
