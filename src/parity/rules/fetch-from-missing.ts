import { NEWEST_KAMAL } from '../../base/kamal-facts/release.ts';
import { deployFile, extractLines, fetchLine } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';

/** What does the same in each release. */
const ENVIRONMENT =
  'Take each variable of the 1Password Environment by its name (`NAME=$NAME`), and name the Environment where Kamal is called: `op-environment` of kamal-1password, or `op run --environment ID -- kamal deploy`.';

export const fetchFromMissing: DestinationRule = {
  id: 'fetch-from-missing',
  scope: 'destination',
  severity: 'error',
  title: 'A fetch does not say which item its names are in',
  why: `The 1Password adapter puts \`--from\` before each name and reads the result as vault, item and field. Without
\`--from\`, a bare \`DATABASE_URL\` is read as a vault with no item; with only \`--from Vault\`, as an item,
whose field \`password\` Kamal then reads.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent', 'human'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `SECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com KAMAL_REGISTRY_PASSWORD)\n${extractLines('KAMAL_REGISTRY_PASSWORD')}`,
      'config/deploy.yml': deployFile(),
    },
    fixed: {
      '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(),
    },
  }),
  *check({ lookup }) {
    for (const { command, assignment, index } of lookup.fetches) {
      if (
        command.adapter?.name.toLowerCase() !== '1password' ||
        command.from !== null ||
        command.unknownWords ||
        command.unheardOption !== null
      )
        continue;
      const [bare] = command.names.filter(({ value }) => !value.replace(/^op:\/\//, '').includes('/'));
      if (bare === undefined && command.names.length > 0) continue;
      if (bare !== undefined && /^--environment(?:=|$)/.test(bare.value)) {
        yield {
          secret: assignment.name,
          span: bare.span,
          message: `No release of Kamal up to ${NEWEST_KAMAL} has the option --environment: it is taken as the name of a vault, and every secret of this deploy fails with it.`,
          covers: lookup.errorsOf(index),
          fixes: [{ actor: 'agent', title: ENVIRONMENT, edits: [] }],
        };
        continue;
      }
      yield {
        secret: assignment.name,
        span: bare?.span ?? command.span,
        message:
          bare === undefined
            ? 'This fetch has neither --from nor names: there is nothing to read, and every secret of this deploy fails.'
            : `This fetch has no --from, so ${bare.value} is read as the name of a vault: nothing is found, and every secret of this deploy fails.`,
        covers: lookup.errorsOf(index),
        fixes: [
          {
            actor: 'human',
            title: 'Find out which vault and item in 1Password these fields are in.',
            edits: [],
          },
          { actor: 'agent', title: 'Add `--from Vault/Item` before the names.', edits: [] },
        ],
      };
    }
  },
};
