/** The screen of `status`: one table a destination, each secret from the vault to the running containers. */
import type { Mark, ParityRow } from '../../report/summary.ts';
import { palette, type Palette } from '../../report/palette.ts';
import { padTo, visible, width } from '../../report/visible.ts';
import { VERSION } from '../../version.ts';
import { isWell, type Looked, type Status } from './look.ts';

const COLUMNS = ['vault', 'fetch', 'extract', 'deploy file', 'containers'] as const;
const SIGNS: Readonly<Record<Mark, string>> = {
  yes: '✓',
  no: '✗ missing',
  empty: '! empty',
  differs: '✗ differs',
  unknown: '?',
  unneeded: '–',
};

export interface ScreenOptions {
  readonly colour: boolean;
  /** Cells of a line. */
  readonly width: number;
  /** The time that “2 hours ago” is counted from. */
  readonly now: Date;
}

export function renderStatus(looked: Looked, { colour, now }: ScreenOptions): string {
  const colours = palette(colour);
  const parts = looked.statuses.map((status) => table(status, colours, now));
  const notes = looked.notes.map((note) => `${colours.faint('·')} ${visible(note)}\n`).join('');
  return `${parts.join('\n')}${notes === '' ? '' : `\n${notes}`}`;
}

function table(status: Status, colours: Palette, now: Date): string {
  const rotated = new Set(status.rotations.map(({ secret }) => secret));
  const names = status.rows.map(({ secret }) => visible(secret));
  const first = Math.max('secret'.length, ...names.map(width));
  const cells = status.rows.map((row) =>
    marksOf(row).map((mark, column) => (column === 4 && rotated.has(row.secret) ? '✗ rotated' : SIGNS[mark])),
  );
  const widths = COLUMNS.map((heading, column) =>
    Math.max(heading.length, ...cells.map((each) => width(each[column] ?? ''))),
  );
  const head = `  ${padTo('secret', first)}  ${COLUMNS.map((heading, column) => padTo(heading, widths[column] ?? 0)).join('  ')}`;
  const lines = status.rows.map((row, index) => {
    const own = (cells[index] ?? []).map((text, column) =>
      paint(text, colours)(padTo(text, widths[column] ?? 0)),
    );
    return `  ${padTo(visible(row.secret), first)}  ${own.join('  ')}`.trimEnd();
  });
  return [
    title(status, colours, now),
    colours.faint(head.trimEnd()),
    ...(lines.length === 0 ? ['  (no secret is asked for)'] : lines),
    ...told(status, colours, now),
    '',
  ].join('\n');
}

function title({ destination, running }: Status, colours: Palette, now: Date): string {
  const runs = [
    ...new Map(running.map((each) => [`${each.host} ${each.role} ${each.version ?? ''}`, each])).values(),
  ];
  const where = runs
    .slice(0, 4)
    .map(
      ({ host, role, version, startedAt }) =>
        `${role} ${(version ?? '?').slice(0, 12)} on ${host}, started ${ago(startedAt, now)}`,
    );
  const more = runs.length > 4 ? `; and ${runs.length - 4} more` : '';
  return `${colours.bold(visible(destination ?? 'production (no destination)'))}${where.length === 0 ? '' : `  ${colours.faint(visible(where.join('; ')) + more)}`}`;
}

/** What is not as it should be, below the table: findings, servers, and what was rotated. */
function told({ report, servers, rotations, destination }: Status, colours: Palette, now: Date): string[] {
  const bad = (text: string): string => `  ${colours.error('✗')} ${visible(text)}`;
  const errors = report.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  const rotatedSecrets = new Set(rotations.map(({ secret }) => secret));
  const problems = (servers?.problems ?? [])
    .filter(
      ({ secret, kind }) =>
        !(kind === 'container-secret-differs' && secret !== null && rotatedSecrets.has(secret)),
    )
    .map(({ sentence }) => sentence);
  const byItem = new Map<string, typeof rotations>();
  for (const rotation of rotations) {
    const key = `${rotation.vault}/${rotation.item}`;
    byItem.set(key, [...(byItem.get(key) ?? []), rotation]);
  }
  const rotated = [...byItem].map(([item, own]) => {
    const [one] = own;
    const names = [...new Set(own.map(({ secret }) => secret))].join(', ');
    return `${names}: ${item} was changed ${ago(one?.changedAt ?? now, now)}, the container started ${ago(one?.startedAt ?? now, now)}.`;
  });
  const again = `kamal deploy${destination === null ? '' : ` -d ${destination}`}`;
  return [
    ...[...new Set([...errors, ...problems])].map(bad),
    ...rotated.map(bad),
    ...(rotated.length > 0
      ? [
          `    ${colours.bold('you')}: deploy again, so that the containers get what 1Password holds now: \`${again}\`.`,
        ]
      : []),
  ];
}

function paint(text: string, colours: Palette): (text: string) => string {
  if (text.startsWith('✓')) return colours.good;
  if (text.startsWith('✗')) return colours.error;
  return text.startsWith('!') ? colours.warning : colours.faint;
}

function marksOf({ vault, fetch, extract, deployFile, container }: ParityRow): readonly Mark[] {
  return [vault, fetch, extract, deployFile, container];
}

/** “3 hours ago”; beyond a month the day. */
export function ago(then: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - then.getTime()) / 1000);
  if (seconds < 60) return 'just now';
  const units = [
    [60, 'minute'],
    [3600, 'hour'],
    [86_400, 'day'],
  ] as const;
  if (seconds > 30 * 86_400) return `on ${then.toISOString().slice(0, 10)}`;
  const [size, unit] = units.findLast(([each]) => seconds >= each) ?? units[0];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}

/** The documented, versioned JSON: docs/status.schema.json. */
export function statusJson(looked: Looked): string {
  const value = {
    schemaVersion: 1,
    tool: { name: 'kamal-1password', version: VERSION },
    ok: isWell(looked),
    notes: looked.notes,
    destinations: looked.statuses.map(({ destination, rows, rotations, servers, running, report }) => ({
      destination,
      version: servers?.version ?? null,
      secrets: rows,
      rotated: rotations.map(({ secret, vault, item, changedAt, startedAt, host, where }) => ({
        secret,
        vault,
        item,
        host,
        where,
        changedAt: changedAt.toISOString(),
        startedAt: startedAt.toISOString(),
      })),
      running: running.map(({ host, role, version, startedAt }) => ({
        host,
        role,
        version,
        startedAt: startedAt.toISOString(),
      })),
      problems: (servers?.problems ?? []).map(({ kind, host, where, secret, sentence, next }) => ({
        kind,
        host,
        where,
        secret,
        sentence,
        human: next.human,
        agent: next.agent,
      })),
      errors: report.findings
        .filter(({ severity }) => severity === 'error')
        .map(({ rule, secret, message }) => ({ rule, secret, message })),
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
