/** The findings of the check, each in the part of the screen that it belongs to. */
import type { Finding } from '../../parity/model.ts';
import { distinctFindings, type Report } from '../../parity/report/report.ts';
import type { VaultReading } from '../../parity/vault/reading.ts';
import { PlaceLocator } from '../../report/parts/locate.ts';
import { standingOf, verdictLine } from '../../report/parts/verdict-line.ts';
import { examined, type Area, type Examination } from './examination.ts';

/** A line for each error and warning; one green line for each part without any. */
export function examineFindings(report: Report, vaults: readonly VaultReading[]): Examination[] {
  const locator = new PlaceLocator(report);
  const found = distinctFindings(report)
    .map(({ finding }) => finding)
    .filter(({ severity }) => severity !== 'info');
  const lines = found.map((finding) => lineOf(finding, locator));
  const isFine = (area: Area): boolean => lines.every((line) => line.area !== area);
  const fine: Examination[] = [];
  if (isFine('files')) {
    // The verdict speaks of all findings; if only findings of the vault remain, the files are OK.
    const sentence =
      lines.length === 0 ? verdictLine(report) : 'The secrets files and the deploy file match.';
    fine.push(examined(['files', 'parity'], standingOf(report) === 'not known' ? 'note' : 'good', sentence));
  }
  if (vaults.length > 0 && isFine('onepassword'))
    fine.push(examined(['onepassword', 'fields'], 'good', fieldsOf(vaults)));
  if (vaults.length > 0 && isFine('values'))
    fine.push(examined(['values', 'values'], 'good', 'Every value reaches the containers unchanged.'));
  return [...fine, ...lines];
}

function lineOf({ rule, severity, message, span, fixes }: Finding, locator: PlaceLocator): Examination {
  const { file, line } = locator.locate(span);
  const by = (actor: 'human' | 'agent'): string[] =>
    fixes.filter((fix) => fix.actor === actor).map(({ title }) => title);
  return examined(
    [areaOf(rule), rule],
    severity === 'error' ? 'bad' : 'warning',
    `${message} (${file}:${line})`,
    { human: by('human'), agent: by('agent').map((title) => `${file}:${line}: ${title}`) },
  );
}

function areaOf(rule: string): Area {
  if (rule === 'value-changed-by-kamal') return 'values';
  return rule.startsWith('vault-') ? 'onepassword' : 'files';
}

function fieldsOf(vaults: readonly VaultReading[]): string {
  const fields = new Set<unknown>();
  const items = new Set<unknown>();
  for (const { answers } of vaults) {
    for (const { reply } of answers) {
      if (reply.kind !== 'found') continue;
      items.add(reply.item);
      for (const field of reply.fields) fields.add(field);
    }
  }
  if (fields.size === 0) return 'The secrets files fetch nothing from 1Password.';
  const are =
    fields.size === 1 ? 'field that the secrets files fetch is' : 'fields that the secrets files fetch are';
  return `${fields.size} ${are} in 1Password, in ${items.size} ${items.size === 1 ? 'item' : 'items'}.`;
}
