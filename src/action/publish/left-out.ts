import type { Log } from '../../base/log.ts';
import type { LeftOut } from '../../github/api/api.ts';

/** Says why something was omitted; an answer that is not as GitHub describes it is worth a warning. */
export function logSkipped(log: Log, { leftOut, odd }: LeftOut): void {
  if (odd === true) log.warning(leftOut);
  else log.info(leftOut);
}
