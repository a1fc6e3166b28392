/** One finding in GitHub's Markdown, its fix as a diff, and sentences of rules with their names as code. */
import { unifiedDiff } from '../parity/diff.ts';
import { applyEdits } from '../parity/fix.ts';
import type { Fix } from '../parity/model.ts';
import type { Report, SharedFinding } from '../parity/report.ts';
import { list } from '../parity/wording.ts';
import type { Location, Locator } from './locate.ts';
import { block, code, prose } from './markdown-text.ts';

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
            /(?<![\w`])(?:\.?[\w.-]+\/[\w./-]*\w|\$\{?\w+\}?|--[a-z][a-z-]*|\w*_\w+(?::\w+)?|\w+\.(?:yml|secret|secrets|password))(?!\w)/g,
            '`$&`',
          ),
    )
    .join('`');
}

/** What is wrong and where, in one paragraph, and below it the fix as a diff, folded. */
export function findingSection(
  { finding, destinations }: SharedFinding,
  report: Report,
  locator: Locator,
  { link = () => null, open = false }: { readonly link?: Link; readonly open?: boolean } = {},
): string {
  const place = locator.locate(finding.span);
  const address = link(place);
  const where = code(`${place.file}:${place.line}`);
  const some = destinations.length > 0 && destinations.length < report.destinations.length;
  const which = some ? ` (${destinationList(destinations)})` : '';
  const lines = [
    `${SIGNS[finding.severity]} **${address === null ? where : `[${where}](${address})`}** ${sentence(finding.message)}${which} ${code(finding.rule)}`,
  ];
  const fix = finding.fixes.find(({ actor, edits }) => actor === 'agent' && edits.length > 0);
  if (fix !== undefined) lines.push(details(sentence(fix.title), fixDiff(fix, report), open));
  return lines.join('\n\n');
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
  const line = summary.replaceAll(/`([\w./:-]+)`/g, '<code>$1</code>');
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
    const hidden = report.sensitive.filter((each) => each.file === file);
    return unifiedDiff(file, text, after, hidden).trimEnd().split('\n');
  });
  return block(diffs, 'diff');
}
