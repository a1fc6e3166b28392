import type { ServiceAccountToken } from './token.ts';
import type { Workload } from './workload.ts';

/** What somebody signs in with. */
export type Credential = ServiceAccountToken | Workload;
