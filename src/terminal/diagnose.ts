import { diagnose as diagnoseLog } from '../kamal/diagnosis/diagnose.ts';
import type { Diagnosis } from '../kamal/diagnosis/diagnosis.ts';
import { palette, type Palette } from '../report/palette.ts';
import { visible } from '../report/visible.ts';
import { UsageError } from './arguments.ts';
import { type Command, EXIT } from './command.ts';
import { jsonDocument } from './json.ts';
import { COMMON_OPTIONS, wantsColour } from './shared-options.ts';

export const diagnose: Command = {
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
    terminal.out(given.has('json') ? toJson(found) : render(found, palette(wantsColour(given, terminal))));
    return found.cause === 'none' ? EXIT.clean : EXIT.findings;
  },
};

/** docs/diagnosis.schema.json. */
function toJson({ next: { human, agent }, ...found }: Diagnosis): string {
  return jsonDocument({ ...found, human, agent });
}

function render({ cause, seen, means, evidence, next, containerLog }: Diagnosis, colours: Palette): string {
  const none = cause === 'none';
  const lines = [`${none ? colours.good('✓') : colours.error('✗')} ${colours.bold(cause)}: ${visible(seen)}`];
  if (!none) lines.push(`  ${visible(means)}`);
  if (evidence !== null)
    lines.push('', `  line ${evidence.line}: ${colours.faint(visible(evidence.text.slice(0, 300)))}`);
  if (containerLog.length > 0)
    lines.push(
      '',
      '  The container said:',
      ...containerLog.map((line) => `    ${colours.faint('|')} ${visible(line)}`),
    );
  if (next.human.length > 0)
    lines.push('', colours.bold('For you:'), ...next.human.map((step) => `  [ ] ${visible(step)}`));
  if (next.agent.length > 0)
    lines.push(
      '',
      colours.bold('For your coding agent, or you in the files:'),
      ...next.agent.map((step) => `  - ${visible(step)}`),
    );
  return `${lines.join('\n')}\n`;
}
