/** The screen of `status`: the verdict, one table a destination with each secret from the vault to the running containers, what to do next. */
import type { SecretMark, ParityRow } from '../../report/parts/parity-model.ts';
import { problemsInWords, type VerifyProblem } from '../../kamal/servers/problem.ts';
import { countFindings } from '../../parity/report/report.ts';
import { list } from '../../parity/wording.ts';
import type { Palette } from '../../report/parts/palette.ts';
import { standingOf, verdictLine } from '../../report/parts/verdict-line.ts';
import { padTo, visible, width } from '../../report/parts/visible.ts';
import { jsonDocument } from '../../report/formats/document.ts';
import type { Screen } from '../ui/screen.ts';
import { giveToken } from '../ui/sign-in.ts';
import { isOk, type StatusReport, type Status } from './look.ts';

const COLUMNS = ['vault', 'fetch', 'extract', 'deploy file', 'containers'] as const;
const SIGNS: Readonly<Record<SecretMark, string>> = {
  yes: '✓',
  no: '✗ missing',
  empty: '! empty',
  differs: '✗ differs',
  unknown: '?',
  unneeded: '–',
};

/** @param now the time that “2 hours ago” is counted from */
export function renderStatus(looked: StatusReport, screen: Screen, now: Date): string {
  const parts = looked.statuses.map((status) => table(status, screen, now));
  const notes = looked.notes
    .map((note) => `${screen.colours.faint('·')} ${screen.sentence(note, 2)}\n`)
    .join('');
  return `${verdict(looked, screen)}\n${parts.join('\n')}${signsKey(looked, screen)}${notes === '' ? '' : `\n${notes}`}${nextSteps(looked, screen)}`;
}

const MEANINGS: readonly (readonly [SecretMark, string])[] = [
  ['yes', 'in place'],
  ['unneeded', 'not needed here'],
  ['unknown', 'not checked, or not known'],
];

/** What the signs that have no word beside them mean; nothing if there is none. */
function signsKey({ statuses }: StatusReport, screen: Screen): string {
  const marks = new Set(statuses.flatMap(({ rows }) => rows.flatMap(marksOf)));
  const entries = MEANINGS.filter(([mark]) => marks.has(mark)).map(
    ([mark, meaning]) => `${SIGNS[mark]} ${meaning}`,
  );
  return entries.length === 0 ? '' : `\n${screen.colours.faint(screen.sentence(entries.join('   '), 0))}\n`;
}

/** How much is wrong, and where. */
function verdict(looked: StatusReport, { colours }: Screen): string {
  const { statuses, report } = looked;
  const errors = countFindings(report).error;
  const problems = new Set(statuses.flatMap((status) => problemsOf(status).map(({ sentence }) => sentence)))
    .size;
  const rotated = new Set(statuses.flatMap(({ rotations }) => rotations.map(({ secret }) => secret))).size;
  const wrong = [
    errors === 0 ? '' : counted(errors, 'error', 'in the files'),
    problems === 0 ? '' : counted(problems, 'problem', 'on the servers'),
    rotated === 0 ? '' : counted(rotated, 'secret', 'changed in 1Password since the containers started'),
  ].filter((part) => part !== '');
  if (wrong.length > 0) return `${colours.error('✗')} ${colours.bold(`${list(wrong)}.`)}\n`;
  if (standingOf(report) === 'not known')
    return `${colours.info('?')} ${colours.bold(verdictLine(report))}\n`;
  if (statuses.every(({ rows }) => rows.length === 0))
    return `${colours.good('✓')} ${colours.bold(verdictLine(report))}\n`;
  const seen = looked.notes.length === 0 ? '' : ', as far as it was checked';
  return `${colours.good('✓')} ${colours.bold(`Every secret is where it needs to be${seen}.`)}\n`;
}

function counted(count: number, what: string, where: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'} ${where}`;
}

function nextSteps(looked: StatusReport, screen: Screen): string {
  const human: string[] = [];
  const agent: string[] = [];
  for (const status of looked.statuses) {
    const { next } = problemsInWords(problemsOf(status));
    human.push(...next.human);
    agent.push(...next.agent);
    if (status.rotations.length > 0)
      human.push(
        `Deploy again to give the containers the current values from 1Password: \`${deployCommand(status)}\`.`,
      );
  }
  const lists = screen.lists({ human, agent });
  if (countFindings(looked.report).error > 0)
    return (
      lists +
      screen.next(
        `run \`kamal-1password check${looked.statuses.length > 1 ? ' --all-destinations' : ''}\`: it shows where each error is and who can fix it.`,
      )
    );
  if (lists !== '') return lists + screen.next('work through the list, then run status again.');
  const hasSecrets = looked.statuses.some(({ rows }) => rows.length > 0);
  const token = hasSecrets && looked.notes.some((note) => note.includes('OP_SERVICE_ACCOUNT_TOKEN'));
  return token ? screen.next(giveToken()) : '';
}

function deployCommand({ destination }: Status): string {
  return `kamal deploy${destination === null ? '' : ` -d ${destination}`}`;
}

/** What the servers say, without what is shown as a rotation. */
function problemsOf({ servers, rotations }: Status): readonly VerifyProblem[] {
  const rotated = new Set(rotations.map(({ secret }) => secret));
  return (servers?.problems ?? []).filter(
    ({ secret, kind }) => !(kind === 'container-secret-differs' && secret !== null && rotated.has(secret)),
  );
}

function table(status: Status, screen: Screen, now: Date): string {
  const { colours } = screen;
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
      paint(text, colours)(column === COLUMNS.length - 1 ? text : padTo(text, widths[column] ?? 0)),
    );
    return `  ${padTo(visible(row.secret), first)}  ${own.join('  ')}`;
  });
  return [
    title(status, colours, now),
    colours.faint(head.trimEnd()),
    ...(lines.length === 0 ? ['  (no secrets)'] : lines),
    ...told(status, screen, now),
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
  return `${colours.bold(visible(destination ?? '(no destination)'))}${where.length === 0 ? '' : `  ${colours.faint(visible(where.join('; ')) + more)}`}`;
}

/** What is not as it should be, below the table: findings, servers, and what was rotated. */
function told(status: Status, screen: Screen, now: Date): string[] {
  const { report, rotations, rows } = status;
  const bad = (text: string): string => `  ${screen.colours.error('✗')} ${screen.sentence(text, 4)}`;
  // What the table shows already is not said again.
  const shown = new Set(
    rows.filter((row) => marksOf(row).some((mark) => mark === 'no')).map(({ secret }) => secret),
  );
  const errors = report.findings
    .filter(({ severity, secret }) => severity === 'error' && !(secret !== null && shown.has(secret)))
    .map(({ message }) => message);
  const problems = problemsInWords(problemsOf(status)).sentences;
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
  return [...new Set([...errors, ...problems, ...rotated])].map(bad);
}

function paint(text: string, colours: Palette): (text: string) => string {
  if (text.startsWith('✓')) return colours.good;
  if (text.startsWith('✗')) return colours.error;
  return text.startsWith('!') ? colours.warning : colours.faint;
}

function marksOf({ vault, fetch, extract, deployFile, container }: ParityRow): readonly SecretMark[] {
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
export function statusJson(looked: StatusReport): string {
  return jsonDocument({
    ok: isOk(looked),
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
  });
}
