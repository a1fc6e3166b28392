import path from 'node:path';
import { asCalled } from '../ui/called-as.ts';
import { wantsLinks } from '../ui/hyperlinks.ts';
import { chosenProject } from '../ui/chosen-project.ts';
import {
  COMMON_OPTIONS,
  ENVIRONMENT_OPTION,
  environmentOption,
  lineWidth,
  PROJECT_OPTIONS,
  RULE_OPTION,
  wantsColour,
} from '../ui/shared-options.ts';
import type { CheckProjectOptions } from '../../change/project-edits.ts';
import { readProject } from '../../files/read-project.ts';
import type { LiveOptions } from '../../vault-to-servers/read-vault.ts';
import { Failure } from '../../base/failure.ts';
import { check as checkReadings } from '../../parity/check.ts';
import type { Report } from '../../parity/report/report.ts';
import { rules } from '../../parity/rules.ts';
import { renderPretty } from '../../report/formats/pretty.ts';
import { VERSION } from '../../base/version.ts';
import { UsageError } from '../ui/arguments.ts';
import { type Arguments, type TerminalCommand, EXIT, type Terminal } from '../ui/command.ts';
import { exitCode } from '../ui/exit-code.ts';

const FORMATS = ['pretty', 'json', 'sarif', 'github', 'markdown', 'unix'] as const;
type Format = (typeof FORMATS)[number];

export const check: TerminalCommand = {
  help: {
    name: 'check',
    usage: 'check [options]',
    summary:
      'Check the secrets the way Kamal would read them, without running it. --live checks 1Password too.',
    operands: [],
    options: [
      ...PROJECT_OPTIONS,
      {
        name: 'format',
        value: 'FORMAT',
        choices: FORMATS,
        help: `Output format: ${FORMATS.join(', ')}.`,
      },
      { name: 'json', help: 'Same as --format json (docs/report.schema.json).' },
      {
        name: 'live',
        help: 'Check 1Password too, with the token in OP_SERVICE_ACCOUNT_TOKEN. Shows names only, never values.',
      },
      ENVIRONMENT_OPTION,
      RULE_OPTION,
      {
        name: 'fail-on',
        value: 'SEVERITY',
        choices: ['error', 'warning', 'info', 'never'],
        help: 'Exit with 1 if there are findings of at least this severity. Default: error.',
      },
      { name: 'notes', help: 'Show findings of severity info too.' },
      { name: 'watch', short: 'w', help: 'Check again each time a file is saved, until interrupted.' },
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'check -d staging', does: 'check what `kamal deploy -d staging` uses' },
      { line: 'check --live', does: 'also check that the fields exist in 1Password' },
      {
        line: 'check --all-destinations --format sarif > secrets.sarif',
        does: 'write a report for code scanning',
      },
    ],
  },
  async run(given, terminal) {
    const options = chosenProject(given, terminal);
    if (given.has('watch')) return watch(options, given, terminal);
    const report = given.has('live')
      ? await checkLive(options, environmentOption(given), terminal)
      : checkReadings(readProject(options), options);
    terminal.out(await render(report, options, given, terminal));
    return exitCode(report, given.value('fail-on') ?? 'error');
  },
};

/** The screen again after each save; a file that cannot be read at the moment is reported and awaited. */
async function watch(options: CheckProjectOptions, given: Arguments, terminal: Terminal): Promise<number> {
  if (given.has('live'))
    throw new UsageError(
      '--watch and --live cannot be combined: each check would use up 1Password requests.',
    );
  const { watchFolders } = await import('../ui/watch.ts');
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  let files: Iterable<string> = [];
  const again = async (): Promise<void> => {
    const started = performance.now();
    try {
      const report = checkReadings(readProject(options), options);
      files = report.sources.keys();
      const text = await render(report, options, given, terminal);
      const milliseconds = Math.max(1, Math.round(performance.now() - started));
      // Clears the screen and what was scrolled off it, as a person reads the latest only.
      terminal.out(
        `${terminal.isTerminal && formatOf(given) === 'pretty' ? '\u001B[2J\u001B[3J\u001B[H' : ''}${text}`,
      );
      terminal.err(`checked in ${milliseconds} ms; waiting for the next save\n`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      terminal.err(`${error.message}\n`);
    }
  };
  process.once('SIGINT', interrupt);
  terminal.onLost?.(interrupt);
  try {
    await watchFolders({ root: options.root, files: () => files, run: again }, stop.signal);
    return EXIT.clean;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** The check with what the vault holds. @throws Failure as `signIn` */
async function checkLive(
  options: CheckProjectOptions,
  environments: LiveOptions,
  terminal: Terminal,
): Promise<Report> {
  const project = readProject(options);
  const [{ openSession, shadowOf, credentialOf }, { readLive }, { withProgress }] = await Promise.all([
    import('../ui/sign-in.ts'),
    import('../../vault-to-servers/read-vault.ts'),
    import('../ui/progress.ts'),
  ]);
  const token = credentialOf(terminal);
  const shadow = shadowOf(terminal);
  if (shadow !== null) terminal.err(`${shadow.message}\n`);
  const known = await withProgress('Reading 1Password', terminal, async (shown) => {
    using session = await openSession(token, shown);
    return (await readLive(session, project, environments)).project;
  });
  return checkReadings(known, options);
}

function formatOf(given: Arguments): Format {
  if (given.has('json')) return 'json';
  return (given.value('format') ?? 'pretty') as Format;
}

/** Loads the other renderings only when they are asked for. */
async function render(
  report: Report,
  { root }: CheckProjectOptions,
  given: Arguments,
  terminal: Terminal,
): Promise<string> {
  const format = formatOf(given);
  switch (format) {
    case 'pretty':
      return renderPretty(report, {
        colour: wantsColour(given, terminal),
        links: wantsLinks(given, terminal),
        width: lineWidth(terminal),
        wrap: terminal.isTerminal,
        live: given.has('live'),
        command: (text) => asCalled(text, terminal),
        infos: given.has('notes'),
      });
    case 'json':
      return (await import('../../report/formats/json.ts')).renderJson(report, VERSION);
    case 'sarif':
      return (await import('../../report/formats/sarif.ts')).renderSarif(
        await asRead(report, root, terminal),
        rules,
        VERSION,
      );
    case 'github':
      return (await import('../../report/formats/github.ts')).renderGithub(
        await asRead(report, root, terminal),
        {
          infos: given.has('notes'),
        },
      );
    case 'markdown':
      return (await import('../../report/formats/markdown.ts')).renderMarkdown(report);
    case 'unix':
      return (await import('../../report/formats/unix.ts')).renderUnix(await asRead(report, root, terminal));
  }
}

/** Paths relative to the workspace of a job on GitHub, else to the current folder. */
async function asRead(report: Report, root: string, { cwd, environment }: Terminal): Promise<Report> {
  const base = path.resolve(cwd, environment['GITHUB_WORKSPACE'] ?? '');
  const project = path.relative(base, path.resolve(cwd, root));
  if (project === '') return report;
  const { relocate } = await import('../../parity/report/relocate.ts');
  return relocate(report, (file) => path.join(project, file));
}
