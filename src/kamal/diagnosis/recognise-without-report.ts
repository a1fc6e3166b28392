import { appLines } from './app-lines.ts';
import { beneathExtract } from './beneath-secrets.ts';
import { type Doing, doingOf } from './doing.ts';
import { recognisedBy } from './from-sentence.ts';
import { messagesOf, type LogReading } from './log-reading.ts';
import { ofLooseWords } from './loose-words.ts';
import { ofCapistrano } from './of-capistrano.ts';
import { recogniseBuild, recogniseStep } from './recognise-build.ts';
import { recogniseCommand } from './recognise-command.ts';
import { recogniseAppLog, recogniseUnmarked } from './recognise-container.ts';
import { byOp, lastOpLine } from './recognise-vault.ts';
import type { Recognised } from './recognised.ts';
import { lastTrace, type RubyTrace } from './ruby-trace.ts';
import { CERTIFICATE } from './sentences/proxy.ts';
import { NOT_LOADED, STOPPED, WITHOUT_REPORT } from './sentences/ruby.ts';
import type { Sentence } from './sentences/sentence.ts';
import { SSH } from './sentences/ssh.ts';
import { type Found, ofKamal, spoken } from './spoken.ts';

/** What a log is evidence of that has no `ERROR (…)`, the most probable first. */
export function recogniseWithoutReport(given: LogReading): readonly Found[] {
  const capistrano = ofCapistrano(given);
  if (capistrano !== null) return [capistrano];
  const ofApp = new Set(appLines(given).map(({ index }) => index));
  // A container's words are not Kamal's, docker's or ssh's.
  const reading = ofApp.size === 0 ? given : withoutLines(given, ofApp);
  // The line says it in full: it is not repeated as a proof.
  const stopped = spoken(reading, STOPPED).map(({ cause, line, subject }) => ({
    cause,
    line,
    seen: `It was stopped: ${subject ?? 'by a signal'}`,
  }));
  const unmarked = recogniseUnmarked(reading);
  // A trace without a known cause may be an app's, whose words the tables have.
  const ofTrace = ofRuby(reading).filter(({ cause }) => cause !== 'unknown' || unmarked.length === 0);
  return [
    ...spoken(reading, WITHOUT_REPORT).flatMap((each) => beneathThor(reading, each)),
    ...stopped,
    ...ofTrace,
    ...ofOp(reading),
    ...spoken(reading, CERTIFICATE),
    ...(ofApp.size === 0 ? [] : recogniseAppLog(given)),
    ...ofBuild(reading),
    ...ofDebug(reading),
    ...ofLooseWords(reading),
    ...unmarked,
    ...cutOff(reading),
  ];
}

/** An `extract` that got no JSON: what failed before comes first. */
function beneathThor(reading: LogReading, found: Found): readonly Found[] {
  if (found.cause !== 'secrets-unparsable') return [found];
  const beneath = beneathExtract(reading, found.line).map((each) => ({
    ...each,
    line: lineOfProof(reading, each, found.line),
  }));
  const known = beneath.filter(({ variant }) => variant !== 'nothing');
  return [...known, beneath.length > 0 ? { ...found, confidence: 'likely' } : found];
}

function lineOfProof({ lines }: LogReading, { proof }: Recognised, line: number): number {
  if (proof === undefined) return line;
  const at = lines.findLastIndex(({ text }, index) => index <= line && text.includes(proof));
  return at < 0 ? line : at;
}

/** What ended Kamal before its first output; only likely if no line names Kamal: an app has gems too. */
function ofRuby(reading: LogReading): Found[] {
  const found = [...fromTrace(reading), ...spoken(reading, NOT_LOADED)];
  const named = ofKamal(reading);
  return found.map((each) =>
    named || each.cause !== 'kamal-not-loaded' ? each : { ...each, confidence: 'likely' as const },
  );
}

/** The same log with those lines left empty, so that all others keep their places. */
function withoutLines(reading: LogReading, gone: ReadonlySet<number>): LogReading {
  const lines = reading.lines.map((line, index) =>
    gone.has(index) ? { ...line, text: '', message: '', level: null, command: null } : line,
  );
  return { ...reading, lines };
}

/**
 * Kamal rescues only StandardError (2.0 to 2.12, bin/kamal): a LoadError, a NotImplementedError, what `require "kamal"`
 * raises.
 */
function fromTrace(reading: LogReading): Found[] {
  const trace = lastTrace(reading);
  if (trace === null) return [];
  const { className, line } = trace;
  const seen = `Ruby ended Kamal: ${trace.message} (${className})`;
  const words = [trace.message, ...trace.below];
  const ssh = SSH.find(
    ({ says, cause }) => cause.startsWith('ssh-') && words.some((each) => says.test(each)),
  );
  if (ssh !== undefined && /^(?:NotImplementedError|Net::SSH::|OpenSSL::)/.test(className))
    return [{ ...ofNetSsh(trace, ssh), line, seen }];
  const variant = ofErb(trace);
  if (variant !== null) return [{ cause: 'config-invalid', variant, line, seen }];
  const named = NOT_LOADED.find(({ says }) => says.test(trace.message));
  const match = named?.says.exec(trace.message);
  if (named !== undefined && match != null)
    return [
      { ...recognisedBy({ sentence: named, line: trace.message, groups: match.groups ?? {} }), line, seen },
    ];
  if (/^(?:LoadError|Gem::.*|Bundler::.*)$/.test(className))
    return [{ cause: 'kamal-not-loaded', variant: 'gem', line, seen }];
  // What `require "kamal"` raises comes before Kamal has said a word.
  const early = reading.commands.length === 0 && reading.phases.length === 1;
  if (
    early &&
    trace.below.some((frame) => /\brequire\b/.test(frame)) &&
    trace.below.some((frame) => /\bkamal\b/.test(frame))
  )
    return [{ cause: 'kamal-not-loaded', variant: 'raised', line, seen }];
  return [{ cause: 'unknown', line, seen }];
}

/** A trace that ends in the ERB of the deploy file, and one of ERB that is not Ruby. */
function ofErb({ className, file, message }: RubyTrace): string | null {
  if (className === 'SyntaxError' && /^\(erb\):\d+: /.test(message)) return 'erb-syntax';
  return /^\(erb\)|deploy[\w.-]*\.ya?ml$/.test(file) ? 'erb' : null;
}

/** A key type that net-ssh cannot read: of known_hosts, or of the agent. */
function ofNetSsh({ below }: RubyTrace, sentence: Sentence): Recognised {
  const ofKnownHosts = below.some((frame) => frame.includes('known_hosts'));
  if (sentence.cause === 'ssh-incompatible' && ofKnownHosts)
    return { cause: 'ssh-incompatible', variant: 'known-hosts' };
  if (
    sentence.cause === 'ssh-incompatible' &&
    below.some((frame) => /agent\.rb|key_manager\.rb|key_factory\.rb/.test(frame))
  )
    return { cause: 'ssh-key-unusable' };
  return { cause: sentence.cause, variant: sentence.variant ?? null };
}

/** Where only the end of a log is left: BuildKit's last word, if nothing came after it. */
function ofBuild(reading: LogReading): Found[] {
  const { lines, start, commands } = reading;
  const building = commands.findLast(
    ({ command, finished }) => /^docker buildx build\b/.test(command) && !finished,
  );
  const wrote = lines
    .map((line, index) => ({ ...line, index }))
    .filter(
      ({ level, command, index }) =>
        index >= start && (level === null || (building !== undefined && command === building.id)),
    )
    .map((line) => ({
      index: line.index,
      text: line.level === null ? line.text : line.message.replace(/^\t/, ''),
    }));
  const said = wrote.findLast(({ text }) =>
    /^\s*ERROR: (?:failed to (?:solve|build|push|receive)|process ")|^#\d+ ERROR: process "/.test(text),
  );
  const wentOn = (from: number): boolean =>
    lines.some(({ level, text }, index) => index > from && (level === 'INFO' || /^#\d+ DONE/.test(text)));
  if (said === undefined) {
    const found = recogniseStep(wrote.map(({ text }) => text));
    return found
      .map(({ at, ...each }) => ({ ...each, confidence: 'likely' as const, line: wrote[at]?.index ?? 0 }))
      .filter(({ line }) => !wentOn(line));
  }
  if (wentOn(said.index)) return [];
  return recogniseBuild(wrote.map(({ text }) => text).join('\n')).map((each) => ({
    ...each,
    confidence: 'likely',
    line: said.index,
  }));
}

/** A log that ends before Kamal's error: with `-v` it has what the last command wrote. */
function ofDebug(reading: LogReading): Found[] {
  const last = reading.commands.at(-1);
  const wrote = last === undefined || last.finished ? [] : messagesOf(reading, last);
  if (last === undefined || wrote.length === 0) return [];
  const [program = ''] = last.command.split(' ');
  const command = { program, status: 1, stdout: '', stderr: wrote.join('\n'), whole: false };
  const host = last.host === 'localhost' ? null : last.host;
  const line = reading.lines.findLastIndex((each) => each.command === last.id);
  const occurrence = { host, role: null, message: '', command, line };
  const given = {
    className: '',
    occurrence,
    reading,
    report: { className: '', occurrences: [occurrence] as const },
  };
  // Whatever these write is read as the words of a failure.
  if (WHATEVER.has(doingOf(given) ?? 'other')) return [];
  return recogniseCommand(given).map((each) => ({ ...each, confidence: 'likely', line }));
}

const WHATEVER: ReadonlySet<Doing> = new Set(['prune', 'exec', 'server', 'install-docker']);

/** Only op, as when `kamal secrets fetch` was called by hand or the rest is cut off. */
function ofOp(reading: LogReading): Found[] {
  const last = lastOpLine(reading);
  if (last === undefined) return [];
  const line = reading.lines.findLastIndex(({ text }) => text.endsWith(last));
  return byOp(last).map((each) => ({ ...each, confidence: 'likely', line }));
}

/**
 * A deploy takes its lock, boots, gives the lock back and says how long it took (Kamal 2.12.0, lib/kamal/cli/main.rb).
 * One whose log ends before that was cut off: killed, or its output went nowhere.
 */
function cutOff(reading: LogReading): Found[] {
  const line = cutOffAt(reading);
  if (line === null) return [];
  return [
    {
      cause: 'interrupted',
      variant: 'cut',
      confidence: 'likely',
      line,
      seen: 'The log ends before the deploy has ended, and names no error',
    },
  ];
}

function cutOffAt(reading: LogReading): number | null {
  const began = reading.lastLine(
    /^(?:Build and push app image|Pull app image|Acquiring the deploy lock\b.*|Start container with version .*)\.\.\.$/,
  );
  if (began < 0) return null;
  const end = reading.lines.findLastIndex((line) => line.text.trim() !== '');
  // A runner that knows the exit code has seen it end on its own.
  if (reading.lastLine(/\bProcess completed with exit code [1-9]/) > began) return null;
  const finished = reading.lastLine(/^\s*Finished all in [\d.]+ seconds$/);
  const deploy = reading.lastLine(
    /^(?:(?:Build and push|Pull) app image|Start container with version .*)\.\.\.$/,
  );
  const acquired = reading.lastLine(/^Acquiring the deploy lock\b/);
  const released = reading.lastLine(/^Releas(?:ing|ed) the deploy lock/);
  if (acquired > released) return end;
  if (deploy < 0) return null;
  const booted = reading.lastLine(/^Start container with version /);
  return finished < deploy || booted < deploy ? end : null;
}
