import { concealedIn } from '../parity/secrecy/concealed.ts';
import type { ProjectReadings } from '../parity/rule.ts';
import type { Run } from './run.ts';

/** Hides what the files of a project may hold of credentials, in everything that this run tells. */
export function concealer({ log }: Pick<Run, 'log'>): (project: ProjectReadings) => void {
  return (project) => log.conceal(concealedIn(project).words);
}
