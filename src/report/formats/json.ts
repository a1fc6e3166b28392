/** The report as documented, versioned JSON: docs/report.schema.json. */
import type { Redaction } from '../../base/redaction.ts';
import type { Finding } from '../../parity/model.ts';
import {
  beyondSentence,
  countFindings,
  type DestinationReport,
  type Report,
  type SecretRow,
} from '../../parity/report/report.ts';
import { shownEdits, veilOf } from '../../parity/secrecy/veiled.ts';
import { ruleAddress } from '../parts/rule-address.ts';
import { OWN_WORDS } from './own-words.ts';
import { type Location, PlaceLocator } from '../parts/locate.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const SCHEMA_VERSION = 1;

/** The report as a value that `JSON.stringify` takes. */
export function reportToJson(report: Report, version: string): object {
  const locator = new PlaceLocator(report);
  const counts = countFindings(report);
  const { beyond } = report;
  const veil = veilOf(report);
  const whole = {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'kamal-1password', version },
    kamal: {
      version: report.kamal.version,
      dotenv: report.kamal.dotenv,
      from: report.kamal.from,
      file: report.kamal.file,
      known: report.kamal.isKnown,
    },
    checked: {
      destinations: report.destinations.map((each) => each.destination),
      refusedAlone: report.incompleteBase?.message ?? null,
    },
    summary: { errors: counts.error, warnings: counts.warning, infos: counts.info },
    destinations: report.destinations.map((each) => destination(each, locator, veil)),
    findings: report.findings.map((each) => finding(each, locator, veil)),
    ...(beyondSentence(report) === null
      ? {}
      : { notShown: { errors: beyond.error, warnings: beyond.warning, infos: beyond.info } }),
  };
  return veil === null ? whole : veil.applyToAll(whole, OWN_WORDS);
}

/** The report as text, indented by two, with a final newline. */
export function renderJson(report: Report, version: string): string {
  return `${JSON.stringify(reportToJson(report, version), null, 2)}\n`;
}

function destination(report: DestinationReport, locator: PlaceLocator, veil: Redaction | null): object {
  const { kamal } = report;
  return {
    destination: report.destination,
    deployFiles: report.deployFiles,
    secretsFiles: report.secretsFiles,
    kamal: {
      loads: kamal.loads,
      secretsError: kamal.secretsError === null ? null : { key: kamal.secretsError.key },
      missing: kamal.missing,
      unused: kamal.unused,
      empty: kamal.empty,
      exact: kamal.exact,
    },
    secrets: report.secrets.map((row) => secret(row, locator)),
    findings: report.findings.map((each) => finding(each, locator, veil)),
  };
}

function secret(row: SecretRow, locator: PlaceLocator): object {
  const place = (span: Parameters<PlaceLocator['locate']>[0]): Location => locator.locate(span);
  return {
    name: row.name,
    state: row.state,
    fetched: row.fetched.map(place),
    extracted: row.extracted.map(place),
    assigned: row.assigned.map(place),
    consumed: row.consumed.map(({ span, via, where, container, applied }) => ({
      ...place(span),
      via,
      where,
      container,
      applied,
    })),
  };
}

function finding(
  { rule, severity, secret: name, message, span, related, fixes }: Finding,
  locator: PlaceLocator,
  veil: Redaction | null,
): object {
  return {
    rule,
    url: ruleAddress(rule),
    severity,
    secret: name,
    message,
    ...locator.locate(span),
    related: related.map((each) => ({ message: each.message, ...locator.locate(each.span) })),
    fixes: fixes.map(({ actor, title, edits }) => ({
      actor,
      title,
      edits: shownEdits(edits, veil).map(({ file, start, end, text }) => {
        const bom = locator.bom(file);
        return { file, start: start + bom, end: end + bom, text };
      }),
    })),
  };
}
