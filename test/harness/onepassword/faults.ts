/** Scripted faults: what goes wrong, on which requests, how many times. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';

/** Which requests a fault strikes. */
export interface Aim {
  /** On the path, e.g. `/batch/` or `/auth/`; default: every request. */
  readonly on?: RegExp;
  readonly method?: string;
  /** Strikes this often, then is over; default: for ever. */
  readonly times?: number;
  /** Lets this many matching requests through first. */
  readonly skip?: number;
}

/** What goes wrong. Times in milliseconds. */
export type Harm =
  /** Answers with this status instead of doing the work. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    }
  /** Answers correctly, this much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Closes the connection without an answer. */
  | { readonly kind: 'drop' }
  /** Keeps the connection open and never answers. */
  | { readonly kind: 'silence' }
  /** Announces the whole body, sends only this many bytes of it (default: half), then closes. */
  | { readonly kind: 'truncate'; readonly bytes?: number }
  /** Sends the body in pieces of so many bytes, one every `ms`. */
  | { readonly kind: 'trickle'; readonly bytes: number; readonly ms: number }
  /** Answers 200 with this text where a sealed body belongs. */
  | { readonly kind: 'garbage'; readonly text?: string }
  /** The items of a batch come in reverse order. */
  | { readonly kind: 'reorder' };

export type Fault = Aim & Harm;

export class Faults {
  #pending: { fault: Fault; skip: number; times: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? Infinity });
  }

  clear(): void {
    this.#pending = [];
  }

  /** The first fault aimed at this request, used up by one; none if nothing should go wrong. */
  strike(method: string, path: string): Fault | undefined {
    for (const entry of this.#pending) {
      const { on, method: only } = entry.fault;
      if (entry.times <= 0 || (on && !on.test(path)) || (only !== undefined && only !== method)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.times -= 1;
      return entry.fault;
    }
    return undefined;
  }
}

/** Writes a whole answer, with the harm a fault does to its delivery. */
export async function deliver(
  response: ServerResponse,
  { status, headers, body }: { status: number; headers: Record<string, string>; body: Buffer },
  fault: Fault | undefined,
): Promise<void> {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  switch (fault?.kind) {
    case 'truncate':
      response.write(body.subarray(0, fault.bytes ?? body.length >> 1), () => response.destroy());
      return;
    case 'trickle':
      for (let at = 0; at < body.length && !response.destroyed; at += fault.bytes) {
        if (at > 0) await sleep(fault.ms);
        response.write(body.subarray(at, at + fault.bytes));
      }
      response.end();
      return;
    case undefined:
    case 'status':
    case 'delay':
    case 'drop':
    case 'silence':
    case 'garbage':
    case 'reorder':
      response.end(body);
  }
}
