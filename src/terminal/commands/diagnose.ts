import { diagnose as diagnoseLog } from '../../kamal/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../kamal/diagnosis/diagnosis.ts';
import { visible } from '../../report/parts/visible.ts';
import { UsageError } from '../ui/arguments.ts';
import { type TerminalCommand, EXIT } from '../ui/command.ts';
import { jsonDocument } from '../ui/json.ts';
import { Screen } from '../ui/screen.ts';
import { COMMON_OPTIONS } from '../ui/shared-options.ts';

export const diagnose: TerminalCommand = {
  help: {
    name: 'diagnose',
    usage: 'diagnose [options] < LOG',
    summary: 'Name the cause of a failed run of Kamal from its output, and what to do next.',
    operands: [],
    options: [
      { name: 'json', help: 'Write it as JSON (docs/diagnosis.schema.json).' },
      {
        name: 'exit-code',
        value: 'CODE',
        help: 'How Kamal ended, where that is known; `signal` where a signal ended it.',
      },
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'diagnose < deploy.log', does: 'of a log that was kept' },
      { line: 'diagnose --json < deploy.log | jq -r .cause', does: 'the cause alone (docs/causes.md)' },
    ],
  },
  async run(given, terminal) {
    if (terminal.readInput === undefined) throw new UsageError('diagnose reads the log from standard input.');
    const code = given.value('exit-code');
    if (code !== undefined && !/^(?:\d+|signal)$/.test(code))
      throw new UsageError(`--exit-code takes a number or “signal”, not “${code}”.`);
    const exitCode = code === undefined ? {} : { exitCode: code === 'signal' ? null : Number(code) };
    const found = diagnoseLog(await terminal.readInput(), exitCode);
    terminal.out(given.has('json') ? toJson(found) : render(found, new Screen(given, terminal)));
    return found.cause === 'none' ? EXIT.clean : EXIT.findings;
  },
};

/** docs/diagnosis.schema.json. */
function toJson({ next: { human, agent }, ...found }: Diagnosis): string {
  return jsonDocument({ ...found, human, agent });
}

function render({ cause, seen, means, evidence, next, containerLog }: Diagnosis, screen: Screen): string {
  const { colours } = screen;
  const none = cause === 'none';
  const sign = none ? colours.good('✓') : colours.error('✗');
  const lines = [`${sign} ${colours.bold(cause)}: ${screen.sentence(seen, 2, cause.length + 4)}`];
  if (!none) lines.push(`  ${screen.sentence(means, 2)}`);
  if (evidence !== null)
    lines.push('', `  line ${evidence.line}: ${colours.faint(visible(evidence.text.slice(0, 300)))}`);
  if (containerLog.length > 0)
    lines.push(
      '',
      '  The container said:',
      ...containerLog.map((line) => `    ${colours.faint('|')} ${visible(line)}`),
    );
  return `${lines.join('\n')}\n${screen.lists(next)}`;
}
