import { deployFile, envSecret, extractLines, fetchLine } from '../examples/example.ts';
import type { Placed } from '../lookup.ts';
import type { Edit, ExtractCommand, FetchCommand, Fix } from '../model.ts';
import { nearest } from '../../base/text/nearest.ts';
import { addToFetch, fetchName } from '../edits/placing.ts';
import type { DestinationContext, DestinationRule, Draft } from '../rule.ts';
import { createField, itemOf, list } from '../wording.ts';

export const extractNotFetched: DestinationRule = {
  id: 'extract-not-fetched',
  scope: 'destination',
  severity: 'error',
  title: 'A line extracts a name that the fetch does not return',
  why: `\`kamal secrets extract NAME\` takes the key NAME, or else the first key that ends with \`/NAME\`; otherwise
it raises \`Could not find secret NAME\`. Kamal evaluates the whole file before the first lookup, so this one line
makes every secret of the deploy fail. A field called \`password\` is a trap: the adapter removes \`/password\` from
the key, so the value is found under the item's name.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent', 'human'],
  examples: () => ({
    failing: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY'),
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
    for (const extract of context.lookup.extracts) {
      const { command } = extract;
      if (command.found !== false || command.name === null || command.source === null) continue;
      const fetch = context.lookup.fetchOf(command.source);
      // If the fetch does return it (quotes around the variable), or has it between commas, another rule reports that.
      if (fetch === null || brings(fetch, command.name.value) || inCommas(fetch, command.name.value))
        continue;
      yield notFetched(extract, command.name, fetch, context);
    }
  },
};

function notFetched(
  { assignment, command, index }: Placed<ExtractCommand>,
  name: ExtractedName,
  fetch: FetchCommand,
  context: DestinationContext,
): Draft {
  const { lookup } = context;
  const consequence = 'Kamal raises “Could not find secret” here, and every secret of this deploy fails.';
  const draft = { secret: assignment.name, span: name.span, covers: lookup.errorsOf(index) };
  const related = [{ message: 'this is the fetch', span: fetch.names.at(-1)?.span ?? fetch.span }];
  const passwordKey = name.value.split('/').at(-1) === 'password' ? passwordItem(fetch) : null;
  if (passwordKey !== null) {
    return {
      ...draft,
      message: `A field called “password” is found under its item's name: extract ${passwordKey} instead. ${consequence}`,
      related,
      fixes: [{ actor: 'agent', title: `Extract ${passwordKey}`, edits: [renamed(name, passwordKey)] }],
    };
  }

  const taken = new Set(lookup.extractsFrom(command.source ?? -1).map((each) => each.command.key));
  const tails = fetch.keys.map(({ key }) => ({ key, tail: key.split('/').at(-1) ?? key }));
  const near = nearest(
    name.value.split('/').at(-1) ?? name.value,
    tails.map(({ tail }) => tail),
  );
  const free = near !== null && tails.some(({ key, tail }) => tail === near && !taken.has(key));
  if (near !== null && free) {
    return {
      ...draft,
      message: `${name.value} is extracted, but the fetch does not return it. Did you mean ${near}? ${consequence}`,
      related,
      fixes: slip(name, near, fetch, context),
    };
  }
  const others = list(fetch.names.map(({ value }) => value));
  return {
    ...draft,
    message: `${name.value} is extracted, but the fetch returns only ${others === '' ? 'other keys' : others}. ${consequence}`,
    related,
    fixes: toFetch(name.value, fetch, context),
  };
}

type ExtractedName = NonNullable<ExtractCommand['name']>;

function renamed({ span }: ExtractedName, to: string): Edit {
  return { file: span.file, start: span.start, end: span.end, text: to };
}

/** The field is made, and fetched. */
function toFetch(name: string, fetch: FetchCommand, { lookup }: DestinationContext): Fix[] {
  const add = addToFetch(lookup, fetch, name);
  return [
    { actor: 'human', title: createField(fetch, fetchName(fetch, name)), edits: [] },
    ...(add === null
      ? []
      : [
          {
            actor: 'agent',
            title: `Add ${fetchName(fetch, name)} to the fetch`,
            edits: [add],
          } as const,
        ]),
  ];
}

/** A slip in the extract, or in the fetch: the side that disagrees with the assignment's own name is the wrong one. */
function slip(name: ExtractedName, near: string, fetch: FetchCommand, { lookup }: DestinationContext): Fix[] {
  const inExtract: Fix = { actor: 'agent', title: `Extract ${near}`, edits: [renamed(name, near)] };
  const word = fetch.names.find(({ value }) => value === near || value.endsWith(`/${near}`));
  const written = word === undefined ? '' : lookup.text(word.span);
  const at = written.lastIndexOf(near);
  if (word === undefined || at < 0) return [inExtract];
  const start = word.span.start + at;
  const inFetch: Fix = {
    actor: 'agent',
    title: `Fetch ${name.value}`,
    edits: [{ file: word.span.file, start, end: start + near.length, text: name.value }],
  };
  const assignedAs = lookup.assignmentsOf(name.value).length > 0;
  const nearAssigned = lookup.assignmentsOf(near).length > 0 || lookup.consumersOf(near).length > 0;
  if (nearAssigned && !assignedAs) return [inExtract];
  const item = itemOf(fetch, word.value);
  const check: Fix = {
    actor: 'human',
    title: `Check in 1Password${item === null ? '' : `, vault “${item.vault}”, item “${item.item}”`}: is the field called \`${name.value}\` or \`${near}\`? The names must match exactly.`,
    edits: [],
  };
  return assignedAs && !nearAssigned
    ? [check, inFetch]
    : [check, inExtract, { ...inFetch, title: `Or fetch ${name.value}` }];
}

function passwordItem(fetch: FetchCommand): string | null {
  for (const { key, name } of fetch.keys) {
    const word = name === null ? '' : (fetch.names[name]?.value ?? '');
    const asked = fetch.from === null ? word : `${fetch.from.value}/${word}`;
    if (asked.replace(/^op:\/\//, '') === `${key}/password`) return key.split('/').at(-1) ?? null;
  }
  return null;
}

function brings({ keys }: FetchCommand, name: string): boolean {
  return keys.some(({ key }) => key === name || key.endsWith(`/${name}`));
}

function inCommas(fetch: FetchCommand, name: string): boolean {
  return fetch.names.some(({ value }) => value.includes(',') && value.split(/[,/]/).includes(name));
}
