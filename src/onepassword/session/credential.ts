import type { ConnectServer } from '../connect/server.ts';
import type { ServiceAccountToken } from './token.ts';
import type { Workload } from './workload.ts';

/** What someone signs in to 1Password itself with, through its SDK. */
export type SdkCredential = ServiceAccountToken | Workload;

/** What someone signs in with, a Connect server among it. */
export type Credential = SdkCredential | ConnectServer;
