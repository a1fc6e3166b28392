/** SARIF 2.1.0, for code scanning and editors: rules with help, exact regions, fixes, fingerprints that survive other edits. */
import { createHash } from 'node:crypto';
import type {
  ArtifactLocation,
  Fix as SarifFix,
  Location as SarifLocation,
  Log,
  Region,
  ReportingDescriptor,
  Result,
} from 'sarif';
import type { Redaction } from '../../base/redaction.ts';
import { shownEdits, veilOf } from '../../parity/secrecy/veiled.ts';
import type { Finding, Fix, Severity, Span } from '../../parity/model.ts';
import {
  beyondSentence,
  distinctFindings,
  type Report,
  type SharedFinding,
} from '../../parity/report/report.ts';
import type { Rule } from '../../parity/rule.ts';
import { type Location, PlaceLocator } from '../parts/locate.ts';
import { ruleAddress } from '../parts/rule-address.ts';
import { visible } from '../parts/visible.ts';

const LEVELS: Readonly<Record<Severity, Result.level>> = { error: 'error', warning: 'warning', info: 'note' };
/** What GitHub's code scanning sorts security results by (docs.github.com, “SARIF support for code scanning”). */
const SECURITY_SEVERITY: Readonly<Record<string, string>> = { 'secret-in-plain-text': '8.0' };

/** @param rules the registry's rules; only those with findings are described */
export function renderSarif(report: Report, rules: Readonly<Record<string, Rule>>, version: string): string {
  const locator = new PlaceLocator(report);
  const found = distinctFindings(report);
  const ids = [...new Set(found.map(({ finding }) => finding.rule))].sort();
  const context: ResultContext = {
    ids,
    locator,
    fingerprints: new Fingerprints(locator, report.sensitive),
    veil: veilOf(report),
  };
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'kamal-1password',
            semanticVersion: version,
            rules: ids.map((id) => describe(id, rules[id])),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { ROOT: { description: { text: 'The root of the project.' } } },
        ...(beyondSentence(report) === null ? {} : { properties: { notShown: { ...report.beyond } } }),
        results: found.map((each) => result(each, context)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function describe(id: string, rule: Rule | undefined): ReportingDescriptor {
  if (rule === undefined) return { id };
  return {
    id,
    name: id.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why.replaceAll('\n', ' ') },
    help: {
      text: rule.why,
      markdown: `${rule.why}\n\nSeen in ${rule.seenIn}. [Examples](${ruleAddress(id)}).`,
    },
    helpUri: ruleAddress(id),
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: {
      tags: id in SECURITY_SEVERITY ? ['security', 'secrets'] : ['secrets'],
      ...(id in SECURITY_SEVERITY ? { 'security-severity': SECURITY_SEVERITY[id] } : {}),
    },
  };
}

interface ResultContext {
  /** The rules with findings, in the order in which they are described. */
  readonly ids: readonly string[];
  readonly locator: PlaceLocator;
  readonly fingerprints: Fingerprints;
  readonly veil: Redaction | null;
}

function result(
  { finding, destinations }: SharedFinding,
  { ids, locator, fingerprints, veil }: ResultContext,
): Result {
  const steps = finding.fixes.map(({ actor, title }) => `${actor === 'human' ? 'For you' : 'Fix'}: ${title}`);
  const fixes = finding.fixes.filter(({ edits }) => shownEdits(edits, veil).length > 0);
  return {
    ruleId: finding.rule,
    ruleIndex: ids.indexOf(finding.rule),
    level: LEVELS[finding.severity],
    message: { text: [finding.message, ...steps].map(messageText).join('\n') },
    locations: [location(finding.span, locator)],
    ...(finding.related.length === 0
      ? {}
      : {
          relatedLocations: finding.related.map(({ message, span }, index) => ({
            id: index + 1,
            ...location(span, locator),
            message: { text: messageText(message) },
          })),
        }),
    partialFingerprints: { 'kamal1password/v1': fingerprints.of(finding) },
    ...(fixes.length === 0 ? {} : { fixes: fixes.map((fix) => fixed(fix, locator)) }),
    properties: {
      secret: finding.secret,
      destinations: destinations.map((each) => each ?? ''),
    },
  };
}

function location(span: Span, locator: PlaceLocator): SarifLocation {
  return {
    physicalLocation: { artifactLocation: artifact(span.file), region: region(locator.locate(span)) },
  };
}

function region({ line, column, endLine, endColumn }: Location): Region {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

function artifact(file: string): ArtifactLocation {
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'ROOT' };
}

function fixed({ title, edits }: Fix, locator: PlaceLocator): SarifFix {
  const files = [...new Set(edits.map(({ file }) => file))];
  return {
    description: { text: messageText(title) },
    artifactChanges: files.map((file) => ({
      artifactLocation: artifact(file),
      replacements: edits
        .filter((edit) => edit.file === file)
        .map((edit) => ({
          deletedRegion: region(locator.locate(edit)),
          insertedContent: { text: edit.text },
        })),
    })),
  };
}

/** Text in which `[…](…)` is no link: SARIF 2.1.0, section 3.11.6, reads it as one. */
function messageText(text: string): string {
  return visible(text).replaceAll('](', ']\u200B(');
}

/** Made from what a finding is about, not from its position: an edit elsewhere in the file leaves it as it was. */
class Fingerprints {
  readonly #locator: PlaceLocator;
  readonly #sensitive: readonly Span[];
  readonly #seen = new Map<string, number>();

  constructor(locator: PlaceLocator, sensitive: readonly Span[]) {
    this.#locator = locator;
    this.#sensitive = sensitive;
  }

  of({ rule, secret, span }: Finding): string {
    // Not even the hash of a credential leaves the machine.
    const hidden = this.#sensitive.some(
      (each) => each.file === span.file && each.start < span.end && each.end > span.start,
    );
    const text = hidden ? '' : this.#locator.lines(span.file).text.slice(span.start, span.end);
    const key = JSON.stringify([rule, span.file, secret, text.replaceAll(/\s+/g, ' ')]);
    const times = this.#seen.get(key) ?? 0;
    this.#seen.set(key, times + 1);
    return createHash('sha256').update(`${key}:${times}`).digest('hex').slice(0, 32);
  }
}
