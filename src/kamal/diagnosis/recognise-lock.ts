import { recognisedBy } from './from-sentence.ts';
import type { LogReading } from './log-reading.ts';
import { outputOf, type Case, type Recognised, type Recogniser } from './recognised.ts';
import { LOCK, NO_LOCK } from './sentences/lock.ts';
import { KAMAL_WORDS } from './sentences/secrets.ts';
import { heard } from './sentences/sentence.ts';

/**
 * The lock. Kamal takes every `mkdir: cannot create directory` for a lock that is held, asks who holds it, and fails over
 * that where no one does; every `No such file or directory` of its release, for one that is gone (2.0 to 2.12,
 * lib/kamal/cli/base.rb).
 */
export const recogniseLock: Recogniser = (given) => {
  const { className, occurrence, reading } = given;
  const { command, message } = occurrence;
  if (command !== null && command.program === 'mkdir')
    return heard(outputOf(command).split('\n'), LOCK, isLocking(given) ? 'lock' : null).map((each) =>
      recognisedBy(each),
    );
  const isGone =
    command === null
      ? className === 'Kamal::Cli::Base::LockMissingError'
      : /^(?:stat|rm|cat)$/.test(command.program) &&
        /\/lock-[^:\n]*: No such file or directory/.test(outputOf(command));
  if (isGone) return withoutLock(reading);
  if (command !== null) return [];
  const isHeld =
    /^(?:Kamal|Mrsk)::Cli::(?:Base::)?LockError$/.test(className) ||
    heard([message.split('\n')[0] ?? ''], KAMAL_WORDS).some(({ sentence }) => sentence.cause === 'lock-held');
  return isHeld ? held(reading) : [];
};

function isLocking({ occurrence, reading }: Case): boolean {
  return reading.phase === 'lock' || /\/lock-/.test(occurrence.message);
}

function held(reading: LogReading): readonly Recognised[] {
  // What has gone on has the lock: it is another Kamal, called by a hook, that met it.
  const wentOn = reading.phases.some((phase) => /^(?:proxy|stale|boot|switch|prune)$/.test(phase));
  // Kamal shows who holds it first: an error alone may be what a hook's own Kamal printed.
  const holder = holderIn(reading);
  const isOwn = holder.subject !== undefined && !wentOn;
  return [{ cause: 'lock-held', ...holder, ...(isOwn ? {} : { confidence: 'likely' }) }];
}

function withoutLock(reading: LogReading): readonly Recognised[] {
  const released = reading.lastLine(/^Releasing the deploy lock/);
  const taken = reading.lastLine(/^(?:Acquiring the deploy lock|Deploy lock already in place!)/);
  if (released > taken) return [{ cause: 'unknown', variant: 'lock-gone', seen: 'The lock is gone' }];
  // With `-v`; the line that announces the command has line ends in it.
  const wrote = reading.lines
    .slice(reading.start)
    .filter(({ level, message }) => level === 'DEBUG' && message.includes('/lock-'))
    .map(({ message }) => message.trim());
  // mkdir writes in pieces, and each may come as a line.
  const whole = new Map<string, string>();
  for (const { command, level, message } of reading.lines.slice(reading.start))
    if (command !== null && level === 'DEBUG' && /^(?:\t| {2,})/.test(message))
      whole.set(command, `${whole.get(command) ?? ''}${message.trim()}`);
  const places = [...whole.values()].filter((text) => text.includes('/lock-'));
  const known = heard([...wrote, ...places], NO_LOCK).map((each) => recognisedBy(each));
  return known.length > 0
    ? known
    : [
        {
          cause: 'unknown',
          variant: 'lock-place',
          seen: 'Kamal could not create the folder of its lock, and there is no lock',
        },
      ];
}

/** `Locked by: WHO at WHEN`, `Version: …` as Kamal shows the lock it met. */
function holderIn(reading: LogReading): { subject?: string; proof?: string } {
  const by = reading.lastMatch(/^Locked by: (.*) at (\S+)$/);
  if (by === null) return {};
  const version = reading.lastMatch(/^Version: (.*)$/)?.[1];
  const who = by[1] === '' ? 'someone without a name' : (by[1] ?? '');
  return {
    subject: `${who}, since ${by[2]}${version === undefined ? '' : `, version ${version}`}`,
    proof: by[0],
  };
}
