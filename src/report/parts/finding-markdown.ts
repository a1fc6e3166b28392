/** One finding in GitHub's Markdown, its fix as a diff, and sentences of rules with their names as code. */
import { ruleLink } from './rule-address.ts';
import { shownDiff } from './shown-diff.ts';
import { applyEdits } from '../../parity/edits/fix.ts';
import type { Fix } from '../../parity/model.ts';
import type { Report, SharedFinding } from '../../parity/report/report.ts';
import { list } from '../../parity/wording.ts';
import type { Location, PlaceLocator } from './locate.ts';
import { block, code, PLAIN_CODE, prose } from './markdown-text.ts';

/** A severity at a glance. */
export const SIGNS = { error: '🔴', warning: '🟡', info: '🔵' } as const;

/** Where a place leads: the address of the line on GitHub; null for no link. */
export type Link = (place: Location) => string | null;

/** A message of a rule: the names in it as code, the rest as it is. */
export function sentence(message: string): string {
  return prose(named(message));
}

/** Puts backticks around what is a name and has none yet: files, secrets, options, `$NAME`. */
function named(message: string): string {
  return message
    .split('`')
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replaceAll(
            /(?:(?<![\w.\-`“])\.?[\w.-]+\/[\w./-]*(?<=\w)|(?<![\w`“])(?:\$\{?\w+\}?|--[a-z][a-z-]*|[^\W_]*_\w+(?::\w+)?|\w+\.(?:yml|secret|secrets|password)))(?!\w)/g,
            '`$&`',
          ),
    )
    .join('`');
}

export interface SectionOptions {
  readonly link?: Link;
  /** Whether the fix is shown without a click. */
  readonly open?: boolean;
  /** The same of other destinations, as {@link alike} finds them. */
  readonly others?: readonly SharedFinding[];
}

/** What is wrong and where, in one paragraph, and below it each way to fix it as a diff, folded. */
export function findingSection(
  { finding, destinations }: SharedFinding,
  report: Report,
  locator: PlaceLocator,
  { link = () => null, open = false, others = [] }: SectionOptions = {},
): string {
  const place = locator.locate(finding.span);
  const address = link(place);
  const where = code(`${place.file}:${place.line}`);
  const some = destinations.length > 0 && destinations.length < report.destinations.length;
  const likewise =
    others.length === 0 ? '' : `; also in ${destinationList(others.flatMap((each) => each.destinations))}`;
  const which = some ? ` (${destinationList(destinations)}${likewise})` : '';
  const lines = [
    `${SIGNS[finding.severity]} **${address === null ? where : `[${where}](${address})`}** ${sentence(finding.message)}${which} ${ruleLink(finding.rule)}`,
  ];
  const ways = [finding, ...others.map((each) => each.finding)].flatMap(({ fixes }) =>
    fixes.filter(({ actor, edits }) => actor === 'agent' && edits.length > 0),
  );
  // If there is a choice, none is presented as the only one.
  for (const fix of ways)
    lines.push(details(sentence(fix.title), fixDiff(fix, report), open && ways.length === 1));
  return lines.join('\n\n');
}

/** Findings in groups: one secret that several destinations lack each in their own file is one thing to read. */
export function alike(findings: readonly SharedFinding[]): SharedFinding[][] {
  const groups = new Map<string, SharedFinding[]>();
  for (const each of findings) {
    const { rule, severity, secret, span } = each.finding;
    const key = JSON.stringify([rule, severity, secret, span.file, span.start, span.end]);
    const group = groups.get(key);
    const told = group?.flatMap(({ destinations }) => destinations) ?? [];
    const isOther = each.destinations.length > 0 && each.destinations.every((name) => !told.includes(name));
    if (group !== undefined && isOther) group.push(each);
    else groups.set(group === undefined ? key : `${key}${groups.size}`, [each]);
  }
  return [...groups.values()];
}

/** Destinations as code; `kamal deploy` without one is called so. */
export function destinationList(destinations: readonly (string | null)[]): string {
  return list(
    destinations.map((each) => (each === null ? 'no destination' : code(each))),
    4,
  );
}

/**
 * A fold: `summary` and `body` are Markdown already. The line of the summary is HTML to GitHub, which reads no Markdown
 * in it: names between backticks become elements.
 */
export function details(summary: string, body: string, open = false): string {
  const line = summary.replaceAll(PLAIN_CODE, '<code>$1</code>');
  return `<details${open ? ' open' : ''}><summary>${line}</summary>\n\n${body}\n\n</details>`;
}

/** The fix as a diff; not shown where it would show a credential. */
function fixDiff(fix: Fix, report: Report): string {
  const files = [...new Set(fix.edits.map(({ file }) => file))];
  const diffs = files.flatMap((file) => {
    const text = report.sources.get(file)?.text;
    if (text === undefined) return [];
    const after = applyEdits(
      text,
      fix.edits.filter((edit) => edit.file === file),
    );
    return shownDiff(file, after, report);
  });
  return block(diffs, 'diff');
}
