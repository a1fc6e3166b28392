import { commandUnderWay, lineMatching, outputOf } from './recognised.ts';
import type { LogReading } from './log-reading.ts';
import type { Recogniser } from './recognised.ts';

/** The run itself: interruption, lock, hooks, git, the local tools (Kamal 2.12.0, lib/kamal/cli/). */
export const recogniseRun: Recogniser = (given) => {
  const { className, occurrence, reading } = given;
  const { message, command } = occurrence;
  // The preload's exception; SignalException and Interrupt where something else let them through.
  if (message.startsWith('stopped by ') || /^(?:Interrupt|SignalException)$/.test(className)) {
    return { cause: 'interrupted', seen: `Kamal was ${message.split('\n')[0] || className}` };
  }
  if (command !== null && /\bcontext canceled\b/.test(outputOf(command)) && (command.status & 0x7f) === 2) {
    return { cause: 'interrupted' };
  }
  if (className === 'Kamal::Cli::LockError') return { cause: 'lock-held', ...holderIn(reading) };
  if (className === 'Kamal::Cli::HookError') {
    const words =
      command === null
        ? undefined
        : outputOf(command)
            .split('\n')
            .findLast((line) => line.trim() !== '');
    const subject = /^Hook `([^`]*)` failed/.exec(message)?.[1] ?? null;
    return { cause: 'hook-failed', subject, ...(words === undefined ? {} : { proof: words.trim() }) };
  }
  if (className === 'Kamal::Cli::DependencyError') {
    return { cause: /buildx/i.test(message) ? 'builder-unavailable' : 'docker-unavailable' };
  }
  if (message.startsWith('Docker is not installed on ')) return { cause: 'docker-unavailable' };
  if (/no git repository found in /.test(message)) return noRepository(reading);
  const words = commandUnderWay(given) ?? '';
  if (command !== null && (/(?:^|\/)git$/.test(command.program) || /\bgit\b/.test(words))) {
    const fatal = lineMatching(outputOf(command), NO_REPOSITORY);
    if (fatal !== null) return { cause: 'not-a-git-repository', proof: fatal };
  }
  if (/(?:Builder::Base::BuilderError|Build::BuildError)$/.test(className)) {
    return { cause: NO_REPOSITORY.test(message) ? 'not-a-git-repository' : 'build-failed' };
  }
  return null;
};

const NO_REPOSITORY = /not a git repository|dubious ownership/;

function noRepository(reading: LogReading): ReturnType<Recogniser> {
  const fatal = reading.lastMatch(new RegExp(`^fatal: .*(?:${NO_REPOSITORY.source}).*$`))?.[0];
  return { cause: 'not-a-git-repository', ...(fatal === undefined ? {} : { proof: fatal }) };
}

/** `Locked by: WHO at WHEN`, `Version: …` as Kamal shows the lock it met. */
function holderIn(reading: LogReading): { subject?: string; proof?: string } {
  const by = reading.lastMatch(/^Locked by: (.*) at (\S+)$/);
  if (by === null) return {};
  const version = reading.lastMatch(/^Version: (.*)$/)?.[1];
  const who = by[1] === '' ? 'somebody without a name' : (by[1] ?? '');
  return {
    subject: `${who}, since ${by[2]}${version === undefined ? '' : `, version ${version}`}`,
    proof: by[0],
  };
}
