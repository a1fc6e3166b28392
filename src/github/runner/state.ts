import * as core from '@actions/core';
import type { AgentState } from '../../ssh/agent.ts';
import type { HeldLock } from '../../kamal/lock/own-lock.ts';
import type { LeftServers } from '../../kamal/servers/after-interruption.ts';
import type { Pinned } from '../../ssh/known-hosts/known-hosts.ts';
import type { DeploymentState } from '../api/deployment.ts';

/**
 * What `main` leaves for `post` to undo. Saved anew at every change, so that it is complete after a cancel too.
 * It holds no secret: the runner keeps it in a file.
 */
export interface RunState {
  /** The run's private directory: sockets, the signal preload, Kamal's temporary files. */
  readonly directory?: string;
  /** The deployment recorded on GitHub, until its end is recorded too. */
  readonly deployment?: DeploymentState;
  readonly agent?: AgentState;
  /** What to take out of `known_hosts` again. */
  readonly knownHosts?: Pinned;
  /** How to recognise our own deploy lock, and where; gone once Kamal ended by itself. */
  readonly lock?: HeldLock;
  /** The servers that Kamal worked on, as long as nobody has told how it left them. */
  readonly left?: LeftServers;
}

/** Keeps the state of this run and hands every change to the runner. */
export class StateKeeper {
  #state: RunState = {};

  get current(): RunState {
    return this.#state;
  }

  set(change: RunState): void {
    this.#state = { ...this.#state, ...change };
    core.saveState(KEY, JSON.stringify(this.#state));
  }

  /** Forgets one entry, because it is undone. */
  clear(key: keyof RunState): void {
    const { [key]: _, ...rest } = this.#state;
    this.#state = rest;
    core.saveState(KEY, JSON.stringify(this.#state));
  }
}

/** The state that `main` left; empty where it left none. */
export function readState(): RunState {
  const saved = core.getState(KEY);
  if (saved === '') return {};
  const state: unknown = JSON.parse(saved);
  return typeof state === 'object' && state !== null ? state : {};
}

const KEY = 'run';
