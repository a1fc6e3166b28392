import type { Credential } from '../../../onepassword/session/credential.ts';
import { connect } from './connect.ts';
import { serviceAccount } from './service-account.ts';
import type { Way } from './way.ts';
import { workload } from './workload.ts';

const WAYS: Readonly<Record<Credential['kind'], Way>> = {
  'service-account': serviceAccount,
  workload,
  connect,
};

/** The way to sign in with a credential. */
export function wayOf({ kind }: Credential): Way {
  return WAYS[kind];
}
