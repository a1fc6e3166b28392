import * as core from '@actions/core';
import { Failure } from '../../base/failure.ts';
import type { Log } from '../../base/log.ts';
import { reasonOf } from './summary.ts';
import type { AgentState } from '../../ssh/agent.ts';
import type { HeldLock } from '../../kamal/lock/own-lock.ts';
import type { LeftServers } from '../../kamal/servers/after-interruption.ts';
import type { Pinned } from '../../ssh/known-hosts/known-hosts.ts';
import type { DeploymentState } from '../api/deployment.ts';

/**
 * What `main` leaves for `post` to undo. Saved again at every change, so that it is complete after a cancel too. It
 * holds no secret: the runner keeps it in a file.
 */
export interface RunState {
  /** The run's private directory: sockets, the signal preload, Kamal's temporary files. */
  readonly directory?: string;
  /** The deployment recorded on GitHub, until its end is recorded too. */
  readonly deployment?: DeploymentState;
  readonly agent?: AgentState;
  /** What to remove from `known_hosts` again. */
  readonly knownHosts?: Pinned;
  /** How to recognise our own deploy lock, and where; gone once Kamal ended on its own. */
  readonly lock?: HeldLock;
  /** The servers that Kamal worked on, until their state has been reported. */
  readonly left?: LeftServers;
}

/** Keeps the state of this run and hands every change to the runner. */
export class StateKeeper {
  readonly #log: Log;
  #state: RunState = {};
  #isTold = false;

  constructor(log: Log) {
    this.#log = log;
  }

  get current(): RunState {
    return this.#state;
  }

  /**
   * What `post` must know before the run continues.
   * @throws Failure `state-not-writable`; {@link current} still has the change
   */
  set(change: RunState): void {
    this.#state = { ...this.#state, ...change };
    try {
      this.#save();
    } catch (error) {
      this.#isTold = true;
      throw notWritable(error);
    }
  }

  /** What it is good for `post` to know; where it cannot be saved, that is one warning, once. */
  note(change: RunState): void {
    this.#state = { ...this.#state, ...change };
    this.#trySave();
  }

  /** Forgets one entry, because it is undone. */
  clear(key: keyof RunState): void {
    const { [key]: gone, ...rest } = this.#state;
    this.#state = rest;
    if (gone !== undefined) this.#trySave();
  }

  #trySave(): void {
    try {
      this.#save();
    } catch (error) {
      if (!this.#isTold) this.#log.warning(notWritable(error).message);
      this.#isTold = true;
    }
  }

  #save(): void {
    core.saveState(STATE_KEY, JSON.stringify(this.#state));
  }
}

function notWritable(error: unknown): Failure {
  return new Failure(
    'state-not-writable',
    `The notes that let the post step clean up after a cancel or a crash could not be written: ${reasonOf(error)}.`,
    {
      human: [
        "Let the runner's user write to the file that `GITHUB_STATE` names, and check whether the disk is full. Kamal was not started.",
      ],
    },
    error,
  );
}

/** The name under which the runner keeps it; see saved-state.ts. */
export const STATE_KEY = 'run';
