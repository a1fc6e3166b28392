import { deployFile, extractLines, fetchLine } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';

export const fetchFromMissing: DestinationRule = {
  id: 'fetch-from-missing',
  scope: 'destination',
  severity: 'error',
  title: 'A fetch does not say which item its names are in',
  why: `The 1Password adapter puts \`--from\` before each name and reads the result as vault, item and field. Without \`--from\`, a
bare \`DATABASE_URL\` is taken as the name of a vault with no item in it; with \`--from Vault\` alone, it is taken as an item whose
field \`password\` is wanted.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent', 'human'],
  examples: {
    failing: {
      '.kamal/secrets': `SECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com KAMAL_REGISTRY_PASSWORD)\n${extractLines('KAMAL_REGISTRY_PASSWORD')}`,
      'config/deploy.yml': deployFile(),
    },
    fixed: {
      '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(),
    },
  },
  *check({ lookup }) {
    for (const { command, assignment, index } of lookup.fetches) {
      if (
        command.adapter?.name.toLowerCase() !== '1password' ||
        command.from !== null ||
        command.unknownWords
      )
        continue;
      const [bare] = command.names.filter(({ value }) => !value.replace(/^op:\/\//, '').includes('/'));
      if (bare === undefined && command.names.length > 0) continue;
      yield {
        secret: assignment.name,
        span: bare?.span ?? command.span,
        message:
          bare === undefined
            ? 'This fetch has neither --from nor names: there is nothing to read, and every secret of this deploy fails with it.'
            : `This fetch has no --from, so ${bare.value} is taken as the name of a vault: nothing is found, and every secret of this deploy fails with it.`,
        covers: lookup.errorsOf(index),
        fixes: [
          { actor: 'human', title: 'Tell in which vault and item of 1Password these fields are.', edits: [] },
          { actor: 'agent', title: 'Add `--from Vault/Item` before the names.', edits: [] },
        ],
      };
    }
  },
};
