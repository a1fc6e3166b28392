/**
 * The action's thread, with the values of Environments inserted at the last possible place: the real SDK signs the
 * workload in over https; what it would then read through a channel that is attested by 1Password's own root comes from
 * a file.
 */
import { readFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { signIn } from '../../../src/onepassword/session/session.ts';
import type { Order } from '../../../src/onepassword/thread/client.ts';
import { serve } from '../../../src/onepassword/thread/serve.ts';

serve(workerData as Order, async (...args) => {
  const session = await signIn(...args);
  return {
    ...session,
    variables: async () => JSON.parse(readFileSync(process.env['SEAM_VARIABLES'] ?? '', 'utf8')),
  };
});
