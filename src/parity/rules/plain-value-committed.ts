import { isCredential } from '../credential.ts';
import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { Lookup } from '../lookup.ts';
import type { Assignment } from '../model.ts';
import type { DestinationRule } from '../rule.ts';
import { list } from '../wording.ts';

export const plainValueCommitted: DestinationRule = {
  id: 'plain-value-committed',
  scope: 'destination',
  severity: 'info',
  title: 'A committed secrets file contains plain values',
  why: `The deploy file lists a secret, and the committed secrets file contains its value: then it is not a secret.
Kamal's own template says of the file: “DO NOT ENTER RAW CREDENTIALS HERE! This file needs to be safe for git.”
(lib/kamal/cli/templates/secrets). A value that looks like a credential is a finding of \`secret-in-plain-text\`.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent', 'human'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}SMTP_HOST=smtp.example.com\n`,
      'config/deploy.yml': deployFile(envSecret('SMTP_HOST')),
    },
    fixed: {
      '.kamal/secrets': REGISTRY_LINE,
      'config/deploy.yml': deployFile('env:\n  clear:\n    SMTP_HOST: smtp.example.com\n'),
    },
  }),
  *check({ secrets, lookup, notCommitted }) {
    const plain = secrets.assignments.filter(
      (each) =>
        !notCommitted.has(each.span.file) &&
        isPlain(each, lookup) &&
        lookup.effective(each.name) === each &&
        lookup.appliedConsumersOf(each.name).some(({ container }) => container !== null) &&
        !isCredential(each.name, lookup.text(each.valueSpan).replace(/^(["'])(.*)\1$/s, '$2')),
    );
    for (const file of new Set(plain.map(({ span }) => span.file))) {
      const found = plain.filter(({ span }) => span.file === file);
      const [first, ...more] = found;
      if (first === undefined) continue;
      const names = list(found.map(({ name }) => name));
      yield {
        secret: more.length === 0 ? first.name : null,
        span: first.nameSpan,
        message: `${file} contains the ${more.length === 0 ? 'value' : 'values'} of ${names}, and git does not ignore it: everyone who can read the repository has ${more.length === 0 ? 'it' : 'them'}.`,
        fixes: [
          {
            actor: 'agent',
            title:
              'Move what is not a secret to `env.clear` in the deploy file, and remove its name from the list of secrets; fetch real secrets from 1Password.',
            edits: [],
          },
          {
            actor: 'human',
            title: 'Replace each real secret with a new value, and store that in 1Password.',
            edits: [],
          },
        ],
      };
    }
  },
};

/** A command that is not run (single quotes, backticks) is another rule's. */
function isPlain({ form, value, valueSpan, references, commands }: Assignment, lookup: Lookup): boolean {
  return (
    form === 'assignment' &&
    value === 'filled' &&
    references.length === 0 &&
    commands.length === 0 &&
    !/\$\(|`/.test(lookup.text(valueSpan))
  );
}
