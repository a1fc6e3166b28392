import { deployFile, envSecret, extractLines, fetchLine } from '../examples/example.ts';
import { aloneOnItsLines, lineEnd, removeLines } from '../edits/lines.ts';
import type { Fix, Reference } from '../model.ts';
import { nearest } from '../../base/text/nearest.ts';
import type { DestinationContext, DestinationRule, Draft } from '../rule.ts';
import { readsNothing, type BlindExtract } from '../blind-extract.ts';

export const extractBeforeFetch: DestinationRule = {
  id: 'extract-before-fetch',
  scope: 'destination',
  severity: 'error',
  title: 'A line extracts from a variable that no earlier line assigns',
  why: `Kamal reads a secrets file from top to bottom. If \`$SECRETS\` is used above the fetch, or is misspelt, Kamal
looks for it in the environment instead, and \`extract\` fails to read it as JSON. Every lookup of the deploy then
fails.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets':
        extractLines('KAMAL_REGISTRY_PASSWORD') +
        fetchLine('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY') +
        extractLines('RAILS_MASTER_KEY'),
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
    for (const extract of readsNothing(context)) {
      if (!extract.acrossFiles) yield blind(extract, context);
    }
  },
};

function blind({ reference, extract, laterFetch }: BlindExtract, context: DestinationContext): Draft {
  const { lookup } = context;
  const consequence = `Kamal looks for $${reference.name} in the environment instead, extract fails on what it finds there, and every secret of this deploy fails.`;
  const draft = {
    secret: extract.assignment.name,
    span: reference.span,
    covers: [
      ...lookup.errorsOf(extract.index),
      {
        rule: 'fetched-not-extracted',
        secret: extract.command.name?.value.split('/').at(-1) ?? null,
      } as const,
    ],
  };
  if (laterFetch !== null) {
    return {
      ...draft,
      message: `$${reference.name} is assigned only below this line. ${consequence}`,
      related: [{ message: 'fetched here, too late', span: laterFetch.assignment.nameSpan }],
      fixes: [moveFix(extract.assignment.span, laterFetch.assignment.span, reference.name, context)],
    };
  }
  const before = lookup.fetches.filter(
    ({ index, command }) => index < extract.index && command.span.file === reference.span.file,
  );
  const names = [...new Set(before.map(({ assignment }) => assignment.name))];
  const meant = nearest(reference.name, names) ?? (names.length === 1 ? (names[0] ?? null) : null);
  return {
    ...draft,
    message: `No line above assigns $${reference.name}${meant === null ? '' : `. Did you mean $${meant}?`}${meant === null ? '. ' : ' '}${consequence}`,
    related: before
      .filter(({ assignment }) => assignment.name === meant)
      .map(({ assignment }) => ({ message: 'fetched here', span: assignment.nameSpan })),
    fixes: [meant === null ? assignAbove(reference) : readInstead(reference, meant, lookup)],
  };
}

function assignAbove({ name }: Reference): Fix {
  return {
    actor: 'agent',
    title: `Assign $${name} with kamal secrets fetch above this line.`,
    edits: [],
  };
}

function readInstead({ name, span }: Reference, meant: string, lookup: DestinationContext['lookup']): Fix {
  const text = lookup.text(span).replace(name, () => meant);
  return {
    actor: 'agent',
    title: `Read $${meant}`,
    edits: [{ file: span.file, start: span.start, end: span.end, text }],
  };
}

/** Moves the line to just below the fetch. */
function moveFix(
  line: { file: string; start: number; end: number },
  fetch: { file: string; start: number; end: number },
  name: string,
  { lookup }: DestinationContext,
): Fix {
  const title = `Move this line below the fetch of $${name}`;
  const lines = lookup.lineIndex(line.file);
  if (!aloneOnItsLines(lines, line) || !aloneOnItsLines(lines, fetch))
    return { actor: 'agent', title: `${title}.`, edits: [] };
  const removal = removeLines(lines, line);
  const [, end] = lines.bounds(lines.lineAt(Math.max(fetch.start, fetch.end - 1)));
  const text = lines.text.slice(removal.start, removal.end).replace(/(?<![\r\n])[\r\n]+$/, '');
  return {
    actor: 'agent',
    title,
    edits: [removal, { file: line.file, start: end, end, text: lineEnd(lines) + text }],
  };
}
