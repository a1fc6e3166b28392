import { deployFile, envSecret, extractLines, fetchLine } from '../examples/example.ts';
import type { Placed } from '../lookup.ts';
import type { FetchCommand } from '../model.ts';
import type { DestinationContext, DestinationRule } from '../rule.ts';
import { addExtract, removeFromFetch } from '../edits/placing.ts';

export const fetchedNotExtracted: DestinationRule = {
  id: 'fetched-not-extracted',
  scope: 'destination',
  severity: 'warning',
  title: 'A name is fetched from the vault, but no line extracts it',
  why: `\`kamal secrets fetch\` returns all values as one JSON text; without its own
\`NAME=$(kamal secrets extract NAME $SECRETS)\` line there is no secret with that name. Fetching a value that nothing
uses costs a read of 1Password on every deploy, and the deploy fails once the field is removed.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY', 'SMTP_PASSWORD') +
        extractLines('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY'),
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
    fixed: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY') +
        extractLines('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY'),
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
  }),
  *check(context) {
    for (const fetch of context.lookup.fetches) {
      if (!onlyExtracted(fetch, context)) continue;
      const extracts = context.lookup.extractsFrom(fetch.index);
      const taken = new Set(extracts.flatMap(({ command }) => [command.key, ...command.candidates]));
      const failed = extracts.some(({ command }) => command.found !== true);
      for (const { key, name } of fetch.command.keys) {
        const word = name === null ? undefined : fetch.command.names[name];
        // While some extract fails, the unused name is probably the one it meant: that finding reports it.
        if (word === undefined || taken.has(key) || failed) continue;
        const secret = word.value.split('/').at(-1) ?? word.value;
        yield {
          secret,
          span: word.span,
          message: `${word.value} is fetched, but no line extracts it: there is no secret with this name.`,
          related: [],
          fixes: [
            {
              actor: 'agent',
              title: `Remove ${word.value} from the fetch`,
              edits: [removeFromFetch(context.lookup, fetch.command, word.span)],
            },
            {
              actor: 'agent',
              title: `Or extract it, if the deploy needs it`,
              edits: [addExtract(context.lookup, fetch, secret, secret)],
            },
          ],
        };
      }
    }
  },
};

/** Whether all that reads the fetch are extracts whose names are known, so that a name not among them is unused. */
function onlyExtracted(
  { command, index, assignment }: Placed<FetchCommand>,
  { lookup, mentionedInHooks }: DestinationContext,
): boolean {
  if (
    command.opaque ||
    command.unknownWords ||
    assignment.commands.length !== 1 ||
    mentionedInHooks(assignment.name)
  )
    return false;
  if (lookup.consumersOf(assignment.name).length > 0) return false;
  const readers = lookup.readersOf(index);
  if (readers.length === 0) return false;
  const extracting = new Map(lookup.extractsFrom(index).map((each) => [each.index, each.command]));
  return readers.every(({ reference, index: reader }) => {
    const extract = extracting.get(reader);
    return (
      extract !== undefined &&
      extract.name !== null &&
      extract.span.start <= reference.span.start &&
      reference.span.end <= extract.span.end
    );
  });
}
