import { beneathTunnel } from './beneath-tunnel.ts';
import { recognisedBy } from './from-sentence.ts';
import { ofSshClass } from './ssh-classes.ts';
import { saidByJump } from './recognise-jump.ts';
import { wasConnected, type Case, type Recognised, type Recogniser } from './recognised.ts';
import { heard } from './sentences/sentence.ts';
import { SSH } from './sentences/ssh.ts';

/**
 * The way to the servers: by the message of the error, and by those classes that only one thing raises (net-ssh 7.3).
 * Of further hosts only the message is known, not the class.
 */
export const recogniseSsh: Recogniser = (given) => {
  const { className, occurrence, report } = given;
  if (occurrence.command !== null) return [];
  const name = report.occurrences[0] === occurrence ? className : '';
  const [first = ''] = occurrence.message.split('\n');
  const [said, ...others] = heard([first], SSH).map((each) => recognisedBy(each));
  const found = said ?? ofSshClass(name) ?? ofOpenSsl(given, name);
  if (found === null) return [];
  if (found.cause === 'registry-tunnel') return [...beneathTunnel(given, found), ...others];
  const jump = isBroken(found) && !wasConnected(given) ? saidByJump(given) : null;
  // That the way leads through a jump host is all that such a sentence says, not which of the two failed.
  const perhaps = found.variant === 'jump' ? { ...found, confidence: 'likely' as const } : found;
  return [...(jump === null ? [] : [jump]), placed(given, perhaps), ...others];
};

const isBroken = ({ cause }: Recognised): boolean => cause === 'ssh-unreachable' || cause === 'ssh-dropped';

/**
 * OpenSSL raises the same classes where it reads the key and where net-ssh exchanges keys with the server: the message
 * or the trace says which (net-ssh 7.3, transport/kex and authentication; basecamp/kamal#530 and #539).
 */
function ofOpenSsl({ occurrence, reading }: Case, name: string): Recognised | null {
  if (!name.startsWith('OpenSSL::PKey')) return null;
  const trace = reading.lines.slice(reading.reportEnd, reading.reportEnd + 30).map(({ text }) => text);
  const within = (part: string): boolean => trace.some((text) => text.includes(`/net/ssh/${part}`));
  const isExchange =
    /(?:::(?:Point|Group)::Error|::DHError)$/.test(name) ||
    /EC_POINT|EC_KEY_generate|EVP_PKEY_(?:derive|keygen|paramgen)|dh key|DH_/i.test(occurrence.message);
  if (isExchange || (within('transport/') && !within('authentication/')))
    return { cause: 'ssh-incompatible', variant: 'openssl', confidence: 'likely' };
  const isOfKey =
    within('authentication/') || /sign|private key|passphrase|decrypt/i.test(occurrence.message);
  return { cause: 'ssh-key-unusable', ...(isOfKey ? {} : { confidence: 'likely' }) };
}

/** A connection that was there breaks off; one that was not is not made. */
function placed(given: Case, found: Recognised): Recognised {
  const { occurrence, className } = given;
  if (!isBroken(found)) return found;
  const proxy = className.startsWith('Net::SSH::Proxy::');
  if (found.cause === 'ssh-unreachable') {
    if (isRemoteBuilder(given)) return { ...found, cause: 'builder-unavailable', variant: 'remote' };
    // After it had been connected, Kamal tries again, and that is what it reports.
    if (wasConnected(given)) return { ...found, cause: 'ssh-dropped', variant: null, confidence: 'likely' };
    return proxy ? { ...found, variant: 'jump' } : found;
  }
  // A stream that is closed, or a pipe that is broken, was open.
  const wasOpen = /^(?:closed stream|stream closed|Broken pipe|Bad file descriptor|Blocking operation)/.test(
    occurrence.message,
  );
  if (wasOpen) return found;
  // Commands that had finished there may be those of another run in the same log.
  if (wasConnected(given)) return { ...found, confidence: 'likely' };
  return { ...found, cause: 'ssh-unreachable', variant: 'closed', confidence: 'likely' };
}

/**
 * A host that Kamal connects to after it has searched for a builder and before it builds (2.12.0,
 * lib/kamal/cli/build.rb, `create`).
 */
function isRemoteBuilder({ reading }: Case): boolean {
  const asked = (words: string): boolean => reading.commands.some(({ command }) => command.startsWith(words));
  return reading.phase === 'build' && asked('docker buildx inspect') && !asked('docker buildx build');
}
