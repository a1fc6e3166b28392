/** The verdict in one sentence: for the end of the pretty report, a log line, a heading. */
import { UNKNOWN_NAME } from '../../base/text/unknown-name.ts';
import type { Severity } from '../../parity/model.ts';
import {
  countFindings,
  distinctFindings,
  type Report,
  type SharedFinding,
} from '../../parity/report/report.ts';
import { list } from '../../parity/wording.ts';

/** Rules about what 1Password holds. */
const OF_VAULT = /^(?:vault|environment)-/;
/** The secrets that a heading names; of more it says how many. */
const MOST_NAMES = 3;
/** Characters of a name that a heading shows. */
const LONGEST_NAME = 60;

/** The most severe of the findings, or “not known” if it depends on ERB whether Kamal accepts a deploy file. */
export function standingOf(report: Report): 'error' | 'warning' | 'not known' | 'good' {
  const counts = countFindings(report);
  if (counts.error > 0) return 'error';
  if (counts.warning > 0) return 'warning';
  return report.destinations.some(({ kamal }) => !kamal.loads) ? 'not known' : 'good';
}

const SIGNS = { error: '❌', warning: '⚠️', 'not known': '❔', good: '✅' } as const;

/** The same as a sign for Markdown. */
export function signOf(report: Report): string {
  return SIGNS[standingOf(report)];
}

/** Where ERB decides whether Kamal accepts a deploy file, it is not called accepted. */
function doubtful({ destinations }: Report): string {
  const these = destinations.filter(({ kamal }) => !kamal.loads);
  const file = these[0]?.deployFiles.at(-1) ?? 'the deploy file';
  const sentence = these.find(({ kamal }) => kamal.doubt !== null)?.kamal.doubt ?? null;
  const where = inDestinations(these.map(({ destination }) => destination));
  return `Whether Kamal accepts ${file} depends on ERB that this check does not run${where}${sentence === null ? '' : `. As far as it can be read, Kamal says “${sentence.replace(/\.$/, '')}”`}.`;
}

/**
 * E.g. “2 errors and 1 warning in staging and production.” or “All 12 secrets that Kamal asks for are assigned.”
 * @param live whether 1Password was asked too
 */
export function verdictLine(report: Report, live = false): string {
  const standing = standingOf(report);
  const where = inDestinations(report.destinations.map(({ destination }) => destination));
  if (standing === 'not known') return doubtful(report);
  if (standing === 'good') {
    const wanted = new Set(
      report.destinations.flatMap(({ secrets }) =>
        secrets.filter(({ consumed }) => consumed.some(({ applied }) => applied)).map(({ name }) => name),
      ),
    );
    // An accepted finding of a missing secret does not provide the secret. Rows, as above: the verdict's names are plain.
    const unset = (these: Report['destinations']): string[] => {
      const names = new Set(
        these.flatMap(({ kamal, secrets }) =>
          kamal.missing === null
            ? []
            : secrets
                .filter(({ state, name }) => state === 'missing' && !name.includes(UNKNOWN_NAME))
                .map(({ name }) => name),
        ),
      );
      return [...wanted].filter((name) => names.has(name));
    };
    const missing = unset(report.destinations.filter(({ writtenInJob }) => writtenInJob === null));
    const rest = ignoredIn(report);
    if (missing.length > 0) return `${someMissing(wanted.size, missing, where)}${rest}`;
    const open = unset(report.destinations);
    if (open.length > 0) return `${someWritten(wanted.size, open.length, where, report)}${rest}`;
    const known = report.destinations.every(({ kamal }) => kamal.exact)
      ? ''
      : ', as far as a static check can tell';
    const asked = report.destinations.some(({ askedOfVault }) => askedOfVault > 0);
    const all =
      wanted.size === 0
        ? noSecrets(report, where)
        : `${wanted.size === 1 ? 'The one secret' : `All ${wanted.size} secrets`} that Kamal asks for${where} ${wanted.size === 1 ? 'is' : 'are'} assigned`;
    return `${all}${live && asked && !report.ignored.some(({ rule }) => OF_VAULT.test(rule)) ? ', and everything they fetch is in 1Password' : ''}${known}.${rest}`;
  }
  return flaws(report, () => '');
}

/** The same with the secrets that it is about: “1 error about `STRIPE_KEY` and 1 warning about `OLD_KEY` in staging.” */
export function namedVerdictLine(report: Report): string {
  if (!['error', 'warning'].includes(standingOf(report))) return verdictLine(report);
  return flaws(report, (findings) => {
    const names = findings.flatMap(({ finding: { secret } }) => (secret === null ? [] : [inCode(secret)]));
    return names.length === 0 ? '' : ` about ${list([...new Set(names)], MOST_NAMES)}`;
  });
}

/** A name from a file, as code of Markdown. */
const inCode = (name: string): string => `\`${cut(name.replaceAll('`', ''))}\``;

/** How many findings are accepted, as a sentence after another; empty if none is. */
function ignoredIn({ ignored }: Report): string {
  const count = ignored.filter(({ isOff }) => !isOff).length;
  return count === 0 ? '' : ` ${count} finding${count === 1 ? ' is' : 's are'} ignored.`;
}

function someMissing(wanted: number, missing: readonly string[], where: string): string {
  const assigned = wanted - missing.length;
  const names = list(
    missing.map((name) => inCode(name)),
    MOST_NAMES,
  );
  if (wanted === 1) return `The one secret that Kamal asks for${where} is missing: ${names}.`;
  return `${assigned} of the ${wanted} secrets that Kamal asks for${where} ${assigned === 1 ? 'is' : 'are'} assigned; ${names} ${missing.length === 1 ? 'is' : 'are'} missing.`;
}

/** Where a job writes the secrets file, no one knows before it runs what is in it. */
function someWritten(wanted: number, open: number, where: string, { destinations }: Report): string {
  const files = [...new Set(destinations.flatMap(({ writtenInJob }) => writtenInJob ?? []))];
  const why = `a job writes ${list(files.map(inCode), MOST_NAMES)}`;
  const [verb, are] = wanted === 1 ? ['is', 'The one secret'] : ['are', `All ${wanted} secrets`];
  return open === wanted
    ? `${are} that Kamal asks for${where} ${verb} known only in a run, because ${why}.`
    : `${wanted - open} of the ${wanted} secrets that Kamal asks for${where} ${wanted - open === 1 ? 'is' : 'are'} assigned; the other ${open} ${open === 1 ? 'is' : 'are'} known only in a run, because ${why}.`;
}

function noSecrets({ destinations }: Report, where: string): string {
  const [file, ...others] = new Set(destinations.flatMap(({ deployFiles }) => deployFiles));
  return file !== undefined && others.length === 0
    ? `${file} uses no secrets`
    : `The deploy files use no secrets${where}`;
}

function flaws(report: Report, names: (findings: readonly SharedFinding[]) => string): string {
  const counts = countFindings(report);
  const all = distinctFindings(report);
  const of = (severity: Severity): SharedFinding[] =>
    all.filter(({ finding }) => finding.severity === severity);
  const parts = (['error', 'warning'] as const).flatMap((severity) => {
    const count = counts[severity];
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}${names(of(severity))}`];
  });
  const where = [...of('error'), ...of('warning')].flatMap(({ destinations }) => destinations);
  return `${parts.join(' and ')}${inDestinations(where)}.`;
}

function cut(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1).toWellFormed()}…` : name;
}

/** What a destination is called in a sentence: also the one that has no name. */
export function destinationName(destination: string | null): string {
  return destination ?? 'the deploy without a destination';
}

function inDestinations(destinations: readonly (string | null)[]): string {
  const several = new Set(destinations);
  return [...several].every((each) => each === null)
    ? ''
    : ` in ${list([...several].map(destinationName), 4)}`;
}
