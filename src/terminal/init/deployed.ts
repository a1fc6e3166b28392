import { deploySteps } from '../../parity/workflow.ts';
import type { DestinationReadings, ProjectReadings } from '../../parity/rule.ts';

/**
 * The destinations that the workflows deploy; all if none deploys, or if one can deploy any. Without a step for the
 * deploy without a destination, its secrets file is not written either.
 */
export function deployedDestinations(project: ProjectReadings): readonly DestinationReadings[] {
  const deploys = deploySteps(project);
  const deployed = new Set(deploys.flatMap(({ destinations }) => destinations));
  return deployed.size === 0 ? project.destinations : [...deployed];
}

/** The project without the deploy that names no destination, where the workflows only make others. */
export function withoutUnusedBase(project: ProjectReadings): ProjectReadings {
  const deployed = deployedDestinations(project);
  if (deployed.some(({ destination }) => destination === null)) return project;
  return { ...project, destinations: project.destinations.filter(({ destination }) => destination !== null) };
}
