import type { Log } from '../../base/log.ts';
import type { Seal } from './manifest.ts';
import type { Ruby } from './ruby.ts';

/** The runner's cache across jobs, where it offers one; it keeps one file under a key. Others can write to it. */
export interface GemCache {
  /** What was saved under `key`; null where nothing was. Must not throw. */
  restore(key: string): Promise<Buffer | null>;
  /** Saves `archive` under `key`. Must not throw. */
  save(key: string, archive: Buffer<ArrayBuffer>): Promise<void>;
}

export interface GemsRequest {
  readonly version: string;
  readonly ruby: Pick<Ruby, 'key' | 'gemPath'>;
  /** `RUNNER_TOOL_CACHE`, or any directory that outlives the job. */
  readonly toolCache: string;
  /**
   * The directory to make, only for the command `kamal`; its parent belongs to this run, and no one else can write
   * there.
   */
  readonly binDirectory: string;
  /** By which gems that were installed before are known for our own; null if none are to be used again. */
  readonly seal: Seal | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly signal?: AbortSignal;
  readonly cache?: GemCache;
  /** Milliseconds to wait before each further attempt after a network error; default 1 s and 4 s. */
  readonly retryDelays?: readonly number[];
}
