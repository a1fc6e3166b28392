import { deployFile, extractLines, fetchLine } from '../examples/example.ts';
import { nearest } from '../../base/text/nearest.ts';
import type { Lookup } from '../lookup.ts';
import type { Fix, Span } from '../model.ts';
import type { DestinationRule } from '../rule.ts';

/** Kamal 2.12.0, lib/kamal/secrets/adapters.rb and the files beside it, as its documentation spells them. */
const ADAPTERS = [
  '1password',
  'aws_secrets_manager',
  'bitwarden',
  'bitwarden-sm',
  'doppler',
  'enpass',
  'gcp',
  'lastpass',
  'passbolt',
];
const ALSO_CALLED: Readonly<Record<string, string>> = {
  onepassword: '1password',
  op: '1password',
  aws: 'aws_secrets_manager',
  bw: 'bitwarden',
  bws: 'bitwarden-sm',
  google: 'gcp',
};

export const fetchAdapterUnknown: DestinationRule = {
  id: 'fetch-adapter-unknown',
  scope: 'destination',
  severity: 'error',
  title: 'A fetch names no adapter, or one that Kamal does not have',
  why: `\`kamal secrets fetch\` raises \`Unknown secrets adapter\` for a name that it does not know, and ends the
whole process if \`--adapter\` is missing. Either way every lookup of the deploy fails.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD').replace('1password', 'onepassword') +
        extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(),
    },
    fixed: {
      '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(),
    },
  }),
  *check({ lookup }) {
    for (const { command, assignment, index } of lookup.fetches) {
      const { adapter } = command;
      if (adapter === null ? command.unknownWords : adapter.known) continue;
      if (adapter === null) {
        yield {
          secret: assignment.name,
          span: command.span,
          message: `This fetch has no --adapter. ${CONSEQUENCE}`,
          covers: lookup.errorsOf(index),
          fixes: [addAdapter(command.span, lookup)],
        };
        continue;
      }
      const meant =
        ALSO_CALLED[adapter.name.toLowerCase().replaceAll(/[-_ ]/g, '')] ?? nearest(adapter.name, ADAPTERS);
      yield {
        secret: assignment.name,
        span: adapter.span,
        message: `Kamal has no adapter called ${adapter.name}${meant === null ? '' : `. Did you mean ${meant}?`}${meant === null ? '. ' : ' '}${CONSEQUENCE}`,
        covers: lookup.errorsOf(index),
        fixes: [
          meant === null
            ? { actor: 'agent', title: `Use one of ${ADAPTERS.join(', ')}.`, edits: [] }
            : useInstead(meant, adapter.span),
        ],
      };
    }
  },
};

const CONSEQUENCE = 'Kamal stops here, and every secret of this deploy fails.';

function addAdapter(fetch: Span, lookup: Lookup): Fix {
  const words = /^\$\(\s*kamal\s+secrets\s+fetch|^\s*kamal\s+secrets\s+fetch/.exec(lookup.text(fetch));
  const at = fetch.start + (words?.[0].length ?? 0);
  return {
    actor: 'agent',
    title: 'Add --adapter 1password',
    edits: words === null ? [] : [{ file: fetch.file, start: at, end: at, text: ' --adapter 1password' }],
  };
}

function useInstead(meant: string, { file, start, end }: Span): Fix {
  return { actor: 'agent', title: `Use ${meant}`, edits: [{ file, start, end, text: meant }] };
}
