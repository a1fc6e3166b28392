import { deployFile, extractLines, fetchLine } from '../examples/example.ts';
import type { Lookup } from '../lookup.ts';
import type { FetchCommand, Fix, Span } from '../model.ts';
import type { DestinationRule } from '../rule.ts';

/** Adapters that work without `--account`: the others inherit `requires_account?` true (Kamal 2.12.0, lib/kamal/secrets/adapters). */
const WITHOUT_ACCOUNT = new Set([
  'aws_secrets_manager',
  'bitwarden-sm',
  'bitwarden_secrets_manager',
  'doppler',
  'enpass',
  'passbolt',
]);

export const fetchAccountMissing: DestinationRule = {
  id: 'fetch-account-missing',
  scope: 'destination',
  severity: 'error',
  title: 'A fetch does not say which account to read',
  why: `Most adapters, including 1Password, require \`--account\`. Without it \`kamal secrets fetch\` on its own
prints an error and exits 0; inside a secrets file it raises \`undefined method 'chomp' for nil\`, and every lookup
of the deploy fails. With a service account any value works, but there must be one.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent', 'human'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `SECRETS=$(kamal secrets fetch --adapter 1password --from Shop/Production KAMAL_REGISTRY_PASSWORD)\n${extractLines('KAMAL_REGISTRY_PASSWORD')}`,
      'config/deploy.yml': deployFile(),
    },
    fixed: {
      '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(),
    },
  }),
  *check({ lookup }) {
    const known = lookup.fetches.find(
      ({ command }) => command.account !== null && command.account.value !== '',
    )?.command.account;
    for (const { command, assignment, index } of lookup.fetches) {
      const { adapter, account } = command;
      if (adapter === null || !takesAccount(adapter)) continue;
      if ((account?.value ?? '').trim() !== '' || command.unknownWords) continue;
      const written = known == null || account !== null ? null : lookup.text(known.span);
      yield {
        secret: assignment.name,
        span: account === null || account.span.start === account.span.end ? command.span : account.span,
        message: `This fetch has no --account, which the ${adapter.name} adapter requires: Kamal raises “undefined method \`chomp' for nil” here, and every secret of this deploy fails.`,
        covers: lookup.errorsOf(index),
        fixes: written === null ? ASK_FOR_ACCOUNT : [addAccount(written, adapter.span, lookup)],
      };
    }
  },
};

const ASK_FOR_ACCOUNT: readonly Fix[] = [
  {
    actor: 'human',
    title:
      'Find the sign-in address of the 1Password account, e.g. `my.1password.com` (1Password, Settings, Account).',
    edits: [],
  },
  { actor: 'agent', title: 'Add `--account SIGN-IN-ADDRESS` after the adapter.', edits: [] },
];

function takesAccount({ known, name }: NonNullable<FetchCommand['adapter']>): boolean {
  return known && !WITHOUT_ACCOUNT.has(name.toLowerCase());
}

function addAccount(written: string, { file, end }: Span, lookup: Lookup): Fix {
  const at = end + (/["']/.test(lookup.fileText(file)[end] ?? '') ? 1 : 0);
  return {
    actor: 'agent',
    title: `Add --account ${written}, as in the other fetch`,
    edits: [{ file, start: at, end: at, text: ` --account ${written}` }],
  };
}
