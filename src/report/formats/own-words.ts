/**
 * Our own words in documents for programs: ids and their pages, severities, states. A file of the project may hold a
 * part of one as a value (`kamal-`); hiding that here would hide nothing, and the document would no longer fit its
 * schema.
 */
import { RULE_IDS } from '../../parity/rule-ids.ts';
import { ruleAddress } from '../parts/rule-address.ts';

export const OWN_WORDS: ReadonlySet<string> = new Set<string>([
  'kamal-1password',
  'kamal-version',
  'workflow',
  'lockfile',
  'default',
  'warning',
  'missing',
  'unused',
  'internal',
  'unknown',
  ...RULE_IDS,
  ...RULE_IDS.map(ruleAddress),
]);
