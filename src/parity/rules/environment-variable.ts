import { deployFile, envSecret, extractLines, fetchLine, REGISTRY_LINE } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';
import type { VariableSource } from '../model.ts';

export const environmentVariable: DestinationRule = {
  id: 'environment-variable',
  scope: 'destination',
  severity: 'info',
  title: 'A secret comes from the environment that Kamal runs in',
  why: `A \`$NAME\` that no earlier line of the file assigns is read from the environment, and is blank if it is not
set there: on a runner, the workflow has to pass each such variable. A \`$\` in the middle of a literal password is
such a reference too; single quotes keep it as it is.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['agent', 'human'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}RAILS_MASTER_KEY=$RAILS_MASTER_KEY\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
    fixed: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY') +
        extractLines('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY'),
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
  }),
  *check({ secrets, inVault, variableSources }) {
    // Each is compared with the Environment itself.
    const isCompared = inVault?.reading.environment?.item != null;
    const from = saidSource(variableSources);
    for (const { name, references, valueSpan, quote, commands } of secrets.assignments) {
      for (const reference of references) {
        // Of a preview: the deploy sets it, and the deploy file stops Kamal where no one has.
        if (reference.to !== null || reference.name === 'KAMAL_PREVIEW_NUMBER') continue;
        const digit = /^\d/.test(reference.name) && commands.length === 0;
        if (isCompared && !digit) continue;
        yield {
          secret: name,
          span: reference.span,
          severity: digit ? 'warning' : 'info',
          message: digit
            ? `Kamal reads $${reference.name} as a variable, and it disappears from the value of ${name}.`
            : takenFromEnvironment(name, reference.name, from),
          fixes:
            digit && quote === 'none'
              ? [
                  {
                    actor: 'agent',
                    title: 'Keep the $: put the value in single quotes',
                    edits: [
                      { file: valueSpan.file, start: valueSpan.start, end: valueSpan.start, text: "'" },
                      { file: valueSpan.file, start: valueSpan.end, end: valueSpan.end, text: "'" },
                    ],
                  },
                ]
              : [],
        };
      }
    }
  },
};

function takenFromEnvironment(name: string, variable: string, from: string | null): string {
  if (from !== null) return `${name} ${name === variable ? 'comes' : `takes ${variable}`} from ${from}`;
  return name === variable
    ? `${name} comes from the environment of the deploy, and is blank if it is not set there.`
    : `${name} takes ${variable} from the environment of the deploy, where it may not be set.`;
}

/** The one source of all steps, and what this check cannot see of it; null if there is none or several. */
function saidSource(sources: readonly VariableSource[]): string | null {
  const said = new Set(sources.map(nameOfSource));
  const [only = null] = said;
  return said.size === 1 ? only : null;
}

function nameOfSource(source: VariableSource): string {
  const where = source.id === null ? 'the 1Password Environment' : `the 1Password Environment “${source.id}”`;
  if (source.kind === 'op-environment')
    return `${where} that the workflow names: \`check --live\` shows whether it is there.`;
  return source.id === null
    ? `what \`${source.tool}\` passes to Kamal: this check cannot tell whether it is there.`
    : `${where}, through \`op run\`: \`check --live\` shows whether it is there.`;
}
