import path from 'node:path';
import { readProject } from '../../files/read-project.ts';
import { Failure } from '../../base/failure.ts';
import type { GivenPlaces } from '../../vault-to-servers/questions.ts';
import { wantedByReference } from '../../onepassword/vault/field-request.ts';
import { check } from '../../parity/check.ts';
import { UsageError } from '../ui/arguments.ts';
import { type Arguments, type TerminalCommand, EXIT } from '../ui/command.ts';
import { examined, worst, type Examination } from '../doctor/examination.ts';
import { examineFindings } from '../doctor/findings.ts';
import { examineMachine } from '../doctor/machine.ts';
import { renderJson, renderScreen } from '../doctor/render.ts';
import { examineVault } from '../doctor/vault.ts';
import { environmentOfPrograms } from '../ui/programs.ts';
import { withProgress } from '../ui/progress.ts';
import { Screen } from '../ui/screen.ts';
import { hasToken } from '../ui/sign-in.ts';
import { chosenProject } from '../ui/chosen-project.ts';
import {
  COMMON_OPTIONS,
  ENVIRONMENT_OPTION,
  environmentOption,
  PROJECT_OPTIONS,
  RULE_OPTION,
} from '../ui/shared-options.ts';

export const doctor: TerminalCommand = {
  help: {
    name: 'doctor',
    usage: 'doctor [options]',
    summary:
      'Check everything a deploy needs: files, 1Password, values, SSH key, servers, this machine. Changes nothing.',
    operands: [],
    options: [
      ...PROJECT_OPTIONS,
      ENVIRONMENT_OPTION,
      {
        name: 'ssh-key',
        value: 'REFERENCE',
        help: 'Where the SSH key is. Default: op://VAULT/Server/SSH_KEY, with the vault of the first fetch.',
      },
      {
        name: 'known-hosts',
        value: 'REFERENCE',
        help: "Where the servers' host keys are. Default: KNOWN_HOSTS beside the SSH key.",
      },
      { name: 'json', help: 'Print the result as JSON (docs/doctor.schema.json).' },
      RULE_OPTION,
      ...COMMON_OPTIONS,
    ],
    examples: [
      { line: 'doctor -d production', does: 'check everything (token in OP_SERVICE_ACCOUNT_TOKEN)' },
      { line: 'doctor --json | jq .state', does: 'print good, warning or bad' },
    ],
  },
  async run(given, terminal) {
    const options = chosenProject(given, terminal);
    const places = { ...placesOf(given), ...environmentOption(given) };
    const project = readProject(options);
    const stop = new AbortController();
    const interrupt = (): void => stop.abort(new Failure('interrupted', 'Interrupted.'));
    process.once('SIGINT', interrupt);
    try {
      const [looked, machine] = await withProgress(
        hasToken(terminal) ? 'Checking 1Password, the servers and this machine' : 'Checking this machine',
        terminal,
        (shown) =>
          Promise.all([
            examineVault(project, places, shown, stop.signal),
            examineMachine({
              root: path.resolve(options.root),
              environment: environmentOfPrograms(terminal),
              isJob: (terminal.environment['CI'] ?? '') !== '',
              signal: stop.signal,
            }),
          ]),
      );
      const report = check(looked.project, options);
      const vaults = looked.project.destinations.flatMap(({ vault }) => vault ?? []);
      const lines = [
        ...looked.examinations.filter(({ area }) => area === 'onepassword'),
        ...examineFindings(report, vaults),
        ...looked.examinations.filter(({ area }) => area !== 'onepassword'),
        ...machine,
        ...budget(looked.requests),
      ];
      terminal.out(
        given.has('json')
          ? renderJson(lines, looked.requests, report)
          : renderScreen(lines, new Screen(given, terminal)),
      );
      return worst(lines) === 'bad' ? EXIT.findings : EXIT.clean;
    } finally {
      process.off('SIGINT', interrupt);
    }
  },
};

/** The limits: developer.1password.com/docs/service-accounts/rate-limits. */
function budget(requests: number | null): Examination[] {
  if (requests === null) return [];
  const sentence = `Made ${requests} requests to 1Password. The limits: 1,000 reads per hour for each token (Business 10,000), and 1,000 requests per day for each account (Teams 5,000, Business 50,000).`;
  const human = ['`op service-account ratelimit` shows what is left of both, and does not count.'];
  return [examined(['budget', 'requests'], 'note', sentence, { human })];
}

function placesOf(given: Arguments): GivenPlaces {
  const reference = (name: string): string | null => {
    const text = given.value(name) ?? null;
    if (text !== null && wantedByReference(text) === null)
      throw new UsageError(`--${name} takes a reference such as op://MyApp/Server/SSH_KEY, not “${text}”.`);
    return text;
  };
  const knownHosts = reference('known-hosts');
  return {
    sshKey: reference('ssh-key'),
    knownHosts: knownHosts === null ? null : { kind: 'reference', text: knownHosts },
  };
}
