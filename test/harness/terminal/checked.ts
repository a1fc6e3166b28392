import { readProject } from '../../../src/files/read-project.ts';
import { check } from '../../../src/parity/check.ts';

/** The errors of a project's check, without their places. */
export function checkedWith(root: string, config?: string): string[] {
  const { destinations, findings } = check(
    readProject({ root, destinations: 'all', ...(config === undefined ? {} : { config }) }),
    {},
  );
  return [...destinations.flatMap((each) => each.findings), ...findings]
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, message }) => `${rule}: ${message}`);
}
