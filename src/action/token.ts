import { connectShadow, parseToken, type ServiceAccountToken } from '../onepassword/token.ts';
import type { Run } from './run.ts';

/**
 * The token, masked before anything else is done.
 * @throws Failure `token-missing`, `token-malformed`, `connect-shadows-token`
 */
export function tokenOf(run: Run): ServiceAccountToken {
  const given = run.inputs.serviceAccountToken;
  if (given !== null) run.log.mask(given);
  const shadow = connectShadow(run.environment);
  if (shadow !== null) throw shadow;
  return parseToken(given);
}
