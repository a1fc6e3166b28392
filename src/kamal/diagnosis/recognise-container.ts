import { saidIn } from './app-reports.ts';
import { appLines, isWarning, unmarkedLines, type AppLine } from './app-lines.ts';
import { containerLog } from './container-log.ts';
import { recognisedBy } from './from-sentence.ts';
import { portMismatch, targetPort } from './listening.ts';
import type { LogReading } from './log-reading.ts';
import { commandUnderWay, type Case, type Recognised } from './recognised.ts';
import { CONTAINER_LOG, SERVES } from './sentences/container.ts';
import { MISSING_BY_APP } from './sentences/app-secrets.ts';
import { CRASH, CRASH_WITHOUT_REASON } from './sentences/crash.ts';
import { OF_PROXY, PROXY_LOG, PROXY_RECOVERED } from './sentences/proxy-log.ts';
import { heard, type Sentence } from './sentences/sentence.ts';

/** A line in which a program names its error. */
const AN_ERROR =
  /\b[A-Z]\w*(?:Error|Exception)\b|\b(?:aborted!|panic: |FATAL|[Ff]atal error|Traceback)|thread '[^']*' panicked|Unhandled exception/;
/** Follows an error and says nothing on its own. */
const AFTERMATH = /^\s*(?:at |from |Traceback \(most|Caused by:?$|code: '|Tasks: TOP|\(See full trace)/;

/** What the log of the container that did not get healthy is evidence of, beside what the proxy says. */
export function containerCauses(given: Case): readonly Recognised[] {
  const log = containerLog(given.reading, 200);
  const found = causesOf(log);
  if (found.length > 0) return found;
  const command = commandUnderWay(given) ?? '';
  const target = command.includes('--health-check-port') ? null : targetPort(command);
  const mismatch = target === null ? null : portMismatch(target, log);
  if (mismatch === null) return [];
  const { variant, subject, line } = mismatch;
  return [{ cause: 'unhealthy', variant, subject, proof: line }];
}

/**
 * That a program ended for want of a secret, or because one was wrong, or why else. What precedes a line with which a
 * server begins to serve was not its end.
 */
function causesOf(log: readonly string[]): readonly Recognised[] {
  const since = saidIn(log.slice(log.findLastIndex((line) => SERVES.test(line)) + 1)).filter(
    ({ line }) => !isWarning(line),
  );
  const last = since.toReversed();
  // Scripts with wrong line ends continue, and what follows fails because of them.
  const everywhere = heard(log, LINE_ENDS).map((each) => recognisedBy(each));
  const known = heard(
    last.map(({ text }) => text),
    CONTAINER_LOG,
  ).map((each) => ({ each, at: last.findIndex(({ text }) => text.trim() === each.line) }));
  const inWords = known.map(({ each, at }): Recognised => {
    const proof = last[at]?.line.trim() ?? each.line;
    // What an app says of its own variables was not its end if it said more after that.
    const isOwn = MISSING_BY_APP.includes(each.sentence);
    const wentOn = isOwn && known.some((other) => other.at < at && isEnd(other.each.sentence));
    return { ...recognisedBy(each), proof, ...(wentOn ? { confidence: 'likely' } : {}) };
  });
  const found = [...everywhere, ...inWords];
  const error = since.findLast(({ line }) => AN_ERROR.test(line) && !AFTERMATH.test(line))?.line;
  if (found.length > 0 || error === undefined) return found;
  return [{ cause: 'unhealthy', variant: 'error', proof: error.trim() }];
}

/** Not for what follows any error, such as a worker that did not boot. */
const isEnd = (sentence: Sentence): boolean =>
  !MISSING_BY_APP.includes(sentence) && !CRASH_WITHOUT_REASON.includes(sentence);

const LINE_ENDS = CRASH.filter(({ variant }) => variant === 'line-ends');

/**
 * A log that is a container's, not Kamal's: what it says is likely and no more, because the log does not show whether
 * the program continued. Empty if no line of it is known.
 */
export function recogniseAppLog(reading: LogReading): readonly (Recognised & { readonly line: number })[] {
  const lines = appLines(reading);
  const texts = lines.map(({ text }) => text);
  const recovered = texts.findLastIndex((text) => PROXY_RECOVERED.test(text));
  const ofProxy = heard(texts.slice(recovered + 1).toReversed(), PROXY_LOG).map((each) => recognisedBy(each));
  const ofApp = texts.filter((text) => !OF_PROXY.test(text));
  const found = ofProxy.length > 0 ? ofProxy : causesOf(ofApp);
  return found.map((each) => ({
    ...each,
    // Of a certificate the proxy says itself that it got none.
    confidence: each.cause === 'certificate-failed' ? (each.confidence ?? 'certain') : 'likely',
    line: lineOf(lines, each.proof ?? ''),
  }));
}

/** The same of a log without any mark of a container: only sentences that are known, for it may be anybody's. */
export function recogniseUnmarked(reading: LogReading): readonly (Recognised & { readonly line: number })[] {
  const lines = unmarkedLines(reading);
  return causesOf(lines.map(({ text }) => text))
    .filter(({ variant }) => variant !== 'error')
    .map((each) => ({ ...each, confidence: 'likely', line: lineOf(lines, each.proof ?? '') }));
}

function lineOf(lines: readonly AppLine[], proof: string): number {
  const found = lines.findLast(({ text }) => text.includes(proof)) ?? lines.at(-1);
  return found?.index ?? 0;
}
