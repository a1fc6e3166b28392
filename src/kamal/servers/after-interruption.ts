import { savedAccess, type SavedAccess } from './saved-access.ts';
import type { ServerAccess } from './shell.ts';
import type { ServerState } from './state.ts';
import type { Deployed } from './inspect.ts';

/** The servers on which an interrupted Kamal worked; JSON, for the state between main and post. */
export interface LeftServers extends SavedAccess {
  readonly deployed: Deployed;
}

/** Null if no one could ask the servers later. */
export function leftServers(deployed: Deployed, access: ServerAccess): LeftServers | null {
  const saved = savedAccess(access);
  return saved === null ? null : { deployed, ...saved };
}

/** Whether what was seen will stay so: every server answered, and none is switching traffic. */
export function isSettled({ roles, unreachable }: ServerState): boolean {
  return unreachable.length === 0 && !roles.some(({ switching }) => switching);
}
