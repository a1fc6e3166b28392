import { recognisedBy } from './from-sentence.ts';
import type { Case, Recognised } from './recognised.ts';
import { heard } from './sentences/sentence.ts';
import { SSH } from './sentences/ssh.ts';
import { ofSshClass } from './ssh-classes.ts';

/**
 * A tunnel that does not come up: its thread says why, and half a minute later Kamal says only that it waited (2.8 to
 * 2.12, lib/kamal/cli/build/port_forwarding.rb).
 */
export function beneathTunnel({ reading, occurrence }: Case, found: Recognised): readonly Recognised[] {
  const isWaiting = occurrence.message.startsWith('Timed out waiting');
  const said = reading.lines.findLast(
    ({ level, message }, index) =>
      index >= reading.start &&
      level === 'ERROR' &&
      message.startsWith('Error setting up port forwarding to '),
  );
  if (said === undefined) return [isWaiting ? { ...found, confidence: 'likely' } : found];
  const tunnel = { ...found, proof: said.message };
  const [, className = '', words = ''] =
    /^Error setting up port forwarding to \S+: ([\w:]+): (.*)$/.exec(said.message) ?? [];
  // The tunnel's other end: the registry that this machine should have.
  if (/ for "?(?:localhost|127\.0\.0\.1|::1)"? port \d+/.test(words))
    return [{ ...tunnel, variant: 'local' }];
  const [first] = heard([words], SSH).map((each) => recognisedBy(each));
  const beneath = first ?? ofSshClass(className);
  return beneath?.cause.startsWith('ssh-') === true
    ? [{ ...beneath, proof: said.message }, tunnel]
    : [tunnel];
}
