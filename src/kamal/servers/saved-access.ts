import type { ServerAccess } from './shell.ts';

/** The way to the servers as it is kept between main and post: JSON, and nothing secret in it. */
export interface SavedAccess {
  readonly user: string;
  readonly port: number;
  readonly proxy: string | null;
  readonly proxyCommand: string | null;
  /** The agent's socket. */
  readonly socket: string;
}

/** Null if there is no agent that would still be there later. */
export function savedAccess(access: ServerAccess): SavedAccess | null {
  const { user, port, proxy = null, proxyCommand = null, socket } = access;
  return socket === null ? null : { user, port, proxy, proxyCommand, socket };
}

/** @param more what is not kept: patience, and the signal of the process that asks now */
export function accessFrom(
  { user, port, proxy, proxyCommand, socket }: SavedAccess,
  more: Pick<ServerAccess, 'patience' | 'signal'>,
): ServerAccess {
  const environment = Object.fromEntries(
    ['PATH', 'HOME'].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  return { user, port, proxy, proxyCommand, socket, environment, ...more };
}
