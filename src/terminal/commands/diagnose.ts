import { factsFor } from '../../kamal/diagnosis/deploy-file-facts.ts';
import { diagnose as diagnoseLog } from '../../kamal/diagnosis/diagnose.ts';
import { type Diagnosis, diagnosisDocument, type KnownFacts } from '../../kamal/diagnosis/diagnosis.ts';
import { issuedCredentialsIn } from '../../parity/credential.ts';
import { visible } from '../../report/parts/visible.ts';
import { UsageError } from '../ui/arguments.ts';
import { EXIT, type Terminal, type TerminalCommand } from '../ui/command.ts';
import { jsonDocument } from '../../report/formats/document.ts';
import { readLogs } from '../ui/log-files.ts';
import { logText } from '../ui/log-text.ts';
import { projectFactsOf } from '../ui/project-facts.ts';
import { Screen } from '../ui/screen.ts';
import { COMMON_OPTIONS } from '../ui/shared-options.ts';

export const diagnose: TerminalCommand = {
  help: {
    name: 'diagnose',
    usage: 'diagnose [FILE…] [options]',
    summary: 'Find the cause of a failed Kamal run in its output, and what to do next.',
    operands: ['[FILE…]'],
    options: [
      { name: 'json', help: 'Print the result as JSON (docs/diagnosis.schema.json).' },
      {
        name: 'exit-code',
        value: 'CODE',
        help: "Kamal's exit code, if you know it; `signal` if a signal ended it.",
      },
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'diagnose deploy.log', does: 'diagnose a saved log' },
      { line: 'diagnose < deploy.log', does: 'read the log from standard input' },
      { line: 'diagnose logs/', does: 'diagnose each file in a directory, as a table' },
      { line: 'diagnose --json < deploy.log | jq -r .cause', does: 'print only the cause (docs/causes.md)' },
    ],
  },
  async run(given, terminal) {
    const ending = factsOf(given.value('exit-code'));
    const project = projectFactsOf({ root: terminal.cwd });
    const read = (log: string): Diagnosis => {
      terminal.conceal?.(issuedCredentialsIn(log));
      return diagnoseLog(log, { ...ending, ...factsFor(log, project) });
    };
    const { operands } = given;
    const screen = new Screen(given, terminal);
    if (operands.length === 0 || (operands.length === 1 && operands[0] === '-')) {
      const found = read(await inputOf(terminal));
      return tell([found], given.has('json') ? toJson(found) : render(found, screen), terminal);
    }
    const logs = await readLogs(operands, terminal);
    const found = logs.map(({ name, text }) => ({ name, diagnosis: read(text) }));
    const [first] = found;
    const only = found.length === 1 && logs[0]?.ofDirectory === false ? first?.diagnosis : undefined;
    const all = found.map(({ diagnosis }) => diagnosis);
    if (only !== undefined)
      return tell(all, given.has('json') ? toJson(only) : render(only, screen), terminal);
    const json = (): string =>
      jsonDocument({
        logs: found.map(({ name, diagnosis }) => ({ file: name, ...diagnosisDocument(diagnosis) })),
      });
    terminal.out(given.has('json') ? json() : table(found, screen));
    return endOf(all, (at) => logs[at]?.ofDirectory === true);
  },
};

/** @throws UsageError if it is neither a number nor `signal` */
function factsOf(code: string | undefined): KnownFacts {
  if (code === undefined) return {};
  if (!/^(?:\d+|signal)$/.test(code))
    throw new UsageError(`--exit-code takes a number or “signal”, not “${code}”.`);
  return { exitCode: code === 'signal' ? null : Number(code) };
}

async function inputOf(terminal: Terminal): Promise<string> {
  if (terminal.readInput === undefined) throw new UsageError('diagnose needs a FILE or standard input.');
  if (terminal.inputIsTerminal === true)
    terminal.err(
      'Reading from the terminal: paste the log, then press Ctrl-D. Or: kamal-1password diagnose FILE\n',
    );
  return logText(await terminal.readInput(), 'Standard input');
}

function tell(found: readonly Diagnosis[], text: string, terminal: Terminal): number {
  terminal.out(text);
  return found.every(({ cause }) => cause === 'none') ? EXIT.clean : EXIT.findings;
}

/**
 * A folder has logs of other steps, too, which say nothing of a run of Kamal: they count only where no log shows one that
 * ended well. A file that was named counts as it does alone.
 */
function endOf(found: readonly Diagnosis[], ofDirectory: (at: number) => boolean): number {
  const isClean = found.every(({ cause, failure }, at) => cause === 'none' || (ofDirectory(at) && !failure));
  return isClean && found.some(({ cause }) => cause === 'none') ? EXIT.clean : EXIT.findings;
}

/** docs/diagnosis.schema.json. */
function toJson(found: Diagnosis): string {
  return jsonDocument(diagnosisDocument(found));
}

function render(found: Diagnosis, screen: Screen): string {
  const { cause, confidence, seen, means, evidence, next, containerLog, failed, candidates } = found;
  const { colours } = screen;
  const none = cause === 'none';
  const sign = none ? colours.good('✓') : colours.error('✗');
  const likely = confidence === 'likely' ? ' (likely)' : '';
  const lines = [
    `${sign} ${colours.bold(cause)}${likely}: ${screen.sentence(seen, 2, cause.length + likely.length + 4)}`,
  ];
  if (!none) lines.push(`  ${screen.sentence(means, 2)}`);
  if (evidence !== null)
    lines.push('', `  line ${evidence.line}: ${colours.faint(visible(evidence.text.slice(0, 300)))}`);
  if (cause === 'unknown' && failed !== null) {
    lines.push('', `  What failed, on ${failed.host ?? 'the runner'}:`);
    if (failed.command !== null)
      lines.push(`    ${colours.faint('$')} ${visible(failed.command.slice(0, 300))}`);
    if (failed.said !== null) lines.push(`    ${colours.faint('|')} ${visible(failed.said.slice(0, 300))}`);
  }
  if (containerLog.length > 0)
    lines.push(
      '',
      '  The container said:',
      ...containerLog.map((line) => `    ${colours.faint('|')} ${visible(line)}`),
    );
  const others = candidates.slice(1).map((each) => each.cause);
  if (others.length > 0 && confidence === 'likely')
    lines.push('', `  ${screen.sentence(`The log may also mean: ${others.join(', ')}.`, 2)}`);
  return `${lines.join('\n')}\n${screen.lists(next)}`;
}

/** A line for each log: its cause, its name, what was seen. */
function table(
  found: readonly { readonly name: string; readonly diagnosis: Diagnosis }[],
  screen: Screen,
): string {
  const { colours } = screen;
  const width = Math.max(...found.map(({ diagnosis }) => diagnosis.cause.length));
  const names = Math.max(...found.map(({ name }) => visible(name).length));
  const rows = found.map(({ name, diagnosis: { cause, confidence, failure, seen } }) => {
    const open = cause === 'none' ? colours.good('✓') : colours.faint('?');
    const sign = failure ? colours.error('✗') : open;
    const likely = confidence === 'likely' ? 'likely: ' : '';
    const cut = visible(seen.length > 160 ? `${seen.slice(0, 160)}…` : seen);
    return `${sign} ${colours.bold(cause.padEnd(width))}  ${visible(name).padEnd(names)}  ${colours.faint(`${likely}${cut}`)}\n`;
  });
  const failed = found.filter(({ diagnosis }) => diagnosis.failure).length;
  const open = found.filter(({ diagnosis: { cause, failure } }) => cause === 'unknown' && !failure).length;
  const others =
    open === 0 ? '' : `; ${open} show${open === 1 ? 's' : ''} neither a failure nor a successful run`;
  const ended = found.some(({ diagnosis }) => diagnosis.cause === 'none');
  return `${rows.join('')}\n${failed} of ${found.length} failed${others}.\n${nextOf(failed > 0, ended, screen)}`;
}

function nextOf(failed: boolean, ended: boolean, screen: Screen): string {
  if (failed) return screen.next('run `kamal-1password diagnose FILE` to see what to do about one of them.');
  return ended
    ? ''
    : screen.next(
        'none of them is the log of a run of Kamal. Diagnose that of the step that runs Kamal: `gh run view <run> --log-failed | kamal-1password diagnose`.',
      );
}
