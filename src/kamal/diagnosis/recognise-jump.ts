import { recognisedBy } from './from-sentence.ts';
import type { Case, Recognised } from './recognised.ts';
import { JUMP } from './sentences/jump.ts';
import { heard } from './sentences/sentence.ts';

/** Lines before the error in which OpenSSH's own words are. */
const NEAR = 12;

/**
 * Why a connection through a jump host failed, in the words of the OpenSSH that Kamal started for it; null if it wrote
 * nothing. Only lines after the last one of SSHKit's count: before it, another program may have called ssh.
 */
export function saidByJump({ reading }: Case): Recognised | null {
  const { lines, start, reportStart } = reading;
  const own = lines.findLastIndex(({ level }, index) => index < reportStart && level !== null);
  const from = Math.max(start, own + 1, reportStart - NEAR);
  const texts = lines.slice(from, reportStart).map(({ text }) => text);
  const [said] = heard(texts, JUMP);
  if (said === undefined) return null;
  const found = recognisedBy(said);
  // Without a command of Kamal's before it, or without a host, it may be of something else than Kamal's connection.
  return { ...found, ...(own < start || found.subject === null ? { confidence: 'likely' } : {}) };
}
