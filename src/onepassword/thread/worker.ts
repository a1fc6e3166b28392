/** The thread of `beginSignIn`. */
import { workerData } from 'node:worker_threads';
import { boundedFetch } from '../../base/bounded-body.ts';
import { signIn } from '../session/session.ts';
import type { Order } from './client.ts';
import { serve } from './serve.ts';

// The SDK makes its requests through it, and this thread belongs to the SDK.
globalThis.fetch = boundedFetch(globalThis.fetch);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `beginSignIn` alone starts this thread
serve(workerData as Order, signIn);
