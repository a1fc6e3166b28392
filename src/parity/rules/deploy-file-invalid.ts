import { isKamal1 } from '../../base/kamal-facts/release.ts';
import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { Consumer, Fix, Span } from '../model.ts';
import { isFileMissing } from '../wording.ts';
import type { DestinationContext, DestinationRule, Draft, ProjectKamal } from '../rule.ts';

/** An item that is not a string is one that lacks its quotes. */
function whereKamalFails(
  { message, span, isNotString }: NonNullable<Consumer['failure']>,
  text: string,
): Draft {
  const quotable = isNotString && /^[\w.+-]+$/.test(text);
  return {
    secret: null,
    span,
    message: `Kamal loads this file, but stops when it looks up these secrets: ${message}.`,
    fixes: [
      {
        actor: 'agent',
        title: quotable ? `Quote it: "${text}"` : 'Fix what the message describes.',
        edits: quotable ? [{ file: span.file, start: span.start, end: span.end, text: `"${text}"` }] : [],
      },
    ],
  };
}

/** “Kamal rejects”; one that the project pins is named. Of Kamal 1 nothing is known. */
function refuses({ version, from }: ProjectKamal): string {
  if (isKamal1(version)) return 'Kamal 2 rejects';
  return from === 'default' ? 'Kamal rejects' : `Kamal ${version} rejects`;
}

export const deployFileInvalid: DestinationRule = {
  id: 'deploy-file-invalid',
  scope: 'destination',
  severity: 'error',
  title: 'Kamal rejects the deploy file',
  why: `Kamal validates the whole file before it does anything. An empty list (\`secret:\` with nothing below it), a
space after the colon of \`NAME: ALIAS\` (which makes it a hash) or two names for a registry's password stops every
command. An item of a secret list that YAML reads as a number or a boolean (\`- NO\`) passes, and stops the deploy
where the list is read.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_URL=$DATABASE_URL\n`,
      'config/deploy.yml': deployFile('env:\n  secret:\n    - DB_URL: DATABASE_URL\n'),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_URL=$DATABASE_URL\n`,
      'config/deploy.yml': deployFile(envSecret('DB_URL:DATABASE_URL')),
    },
  }),
  *check({ deploy, lookup, kamal, laterKamal }) {
    const told = new Set<string>();
    for (const { failure, certain } of deploy.consumers) {
      if (failure === null || !certain || told.has(JSON.stringify(failure.span))) continue;
      told.add(JSON.stringify(failure.span));
      yield whereKamalFails(failure, lookup.text(failure.span));
    }
    for (const error of deploy.errors) {
      const { message, span, certain } = error;
      if (!certain) continue;
      const text = lookup.text(span);
      const alias = /^(["']?)([\w.]+):[ \t]+([\w.]+)\1$/.exec(text);
      const isItem = /secret\/\d+: should be a string/.test(message) && alias !== null;
      const isAbsent = isFileMissing(error);
      yield {
        secret: null,
        span,
        message: isAbsent
          ? `There is no ${span.file}: Kamal stops with “${message}”.`
          : `${refuses(kamal)} this file: ${message}${isItem ? '. The space after the colon makes it a hash' : ''}.${laterKamal === null ? '' : ` Kamal ${laterKamal} accepts it.`}`,
        fixes: [
          isItem
            ? withoutSpace(alias[2] ?? '', span, text)
            : {
                actor: 'agent',
                title: isAbsent
                  ? `Add ${span.file}, or name an existing deploy file: \`config-file\` in a workflow, \`-c\` on a terminal.`
                  : corrected(message, laterKamal, kamal),
                edits: [],
              },
        ],
      };
    }
  },
};

function withoutSpace(name: string, { file, start }: Span, text: string): Fix {
  const after = text.indexOf(':') + 1;
  const spaces = /^[ \t]+/.exec(text.slice(after))?.[0].length ?? 0;
  return {
    actor: 'agent',
    title: `Remove the space after ${name}:`,
    edits: [{ file, start: start + after, end: start + after + spaces, text: '' }],
  };
}

/** What to do about a file that a template reads and that is not there. */
function unreadable(message: string): string | null {
  const file = /^No such file or directory @ \w+ - (.+)$/.exec(message)?.[1];
  return file === undefined
    ? null
    : `Commit ${file}, or remove the tag that reads it: Kamal runs the tags in comments too (\`<%#\` begins one that it skips).`;
}

/** What to do about a key that only Kamal 1 has (lib/kamal/configuration.rb of 1.9.2 reads it). */
function upgraded(message: string): string | null {
  const key = /^unknown keys?: (?:.*, )?(traefik|healthcheck)\b/.exec(message)?.[1];
  return key === undefined
    ? null
    : `Only Kamal 1 has \`${key}:\`. Upgrade the file to Kamal 2, where \`proxy:\` replaces it (https://kamal-deploy.org/docs/upgrading).`;
}

function corrected(message: string, laterKamal: string | null, kamal: DestinationContext['kamal']): string {
  const known = unreadable(message) ?? upgraded(message);
  if (known !== null) return known;
  if (laterKamal === null) return 'Fix the structure that the message describes.';
  if (isKamal1(kamal.version)) return `Use Kamal ${laterKamal} or later.`;
  return `Use Kamal ${laterKamal} or later (${kamal.file ?? '`kamal-version`'}), or write it the way Kamal ${kamal.version} accepts it.`;
}
