import { deployFile, envSecret } from '../examples/example.ts';
import type { Assignment } from '../model.ts';
import type { DestinationRule } from '../rule.ts';
import { list } from '../wording.ts';

const FETCH =
  'SECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com --from Shop Registry/PASSWORD Database/PASSWORD)\n';

export const extractAmbiguous: DestinationRule = {
  id: 'extract-ambiguous',
  scope: 'destination',
  severity: 'warning',
  title: 'More than one fetched key ends with the extracted name',
  why: `\`kamal secrets extract NAME\` takes the first key that ends with \`/NAME\`, in the order of the fetch, and
silently ignores the others. If two items have a field with the same name, the wrong one may be deployed, and
reordering the fetch changes which.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${FETCH}KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract PASSWORD \${SECRETS})
DATABASE_PASSWORD=$(kamal secrets extract PASSWORD \${SECRETS})
`,
      'config/deploy.yml': deployFile(envSecret('DATABASE_PASSWORD')),
    },
    fixed: {
      '.kamal/secrets': `${FETCH}KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract Registry/PASSWORD \${SECRETS})
DATABASE_PASSWORD=$(kamal secrets extract Database/PASSWORD \${SECRETS})
`,
      'config/deploy.yml': deployFile(envSecret('DATABASE_PASSWORD')),
    },
  }),
  *check({ lookup }) {
    for (const { command, assignment } of lookup.extracts) {
      const { name, key, candidates } = command;
      if (name === null || key === null || key === name.value || candidates.length < 2) continue;
      yield {
        secret: assignment.name,
        span: name.span,
        message: `${name.value} matches ${list(candidates)}. Kamal silently takes the first, ${key}.`,
        related: [],
        fixes: candidates.map((candidate, index) => {
          const path = quoted(shortest(candidate, candidates), assignment.quote);
          return {
            actor: 'agent',
            title: index === 0 ? `Be explicit: extract ${path}` : `Or extract ${path}`,
            edits: [{ file: name.span.file, start: name.span.start, end: name.span.end, text: path }],
          };
        }),
      };
    }
  },
};

/** The shortest end of a key that no other candidate shares; else the whole key. */
function shortest(key: string, candidates: readonly string[]): string {
  const parts = key.split('/');
  for (let from = parts.length - 2; from > 0; from--) {
    const end = parts.slice(from).join('/');
    if (candidates.every((other) => other === key || !other.endsWith(`/${end}`))) return end;
  }
  return key;
}

/** As a word of the command: quoted if needed, to fit the quotes around the value. */
function quoted(word: string, around: Assignment['quote']): string {
  if (/^[\w./:@%+=,-]+$/.test(word)) return word;
  // dotenv takes one backslash off, the command line the other.
  return around === 'none' && !word.includes('"')
    ? `"${word}"`
    : word.replaceAll(/[^\w./:@%+=,-]/g, '\\\\$&');
}
