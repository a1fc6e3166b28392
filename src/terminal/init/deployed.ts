import { deploySteps } from '../../parity/workflow.ts';
import type { DestinationReadings, ProjectReadings } from '../../parity/rule.ts';

/**
 * The destinations that the workflows deploy; all where none deploys, or one may deploy any. The deploy without a
 * destination is no one's where each step names one: then its secrets file is not written to either.
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
