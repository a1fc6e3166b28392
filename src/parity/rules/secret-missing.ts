import { deployFile, envSecret, extractLines, fetchLine } from '../examples/example.ts';
import type { Lookup } from '../lookup.ts';
import type { Consumer, Finding, Fix } from '../model.ts';
import { addExtract } from '../edits/placing.ts';
import type { DestinationContext, Draft, DestinationRule } from '../rule.ts';
import type { Cover } from '../rule-ids.ts';
import { assigning, isAssignable } from '../edits/assigning.ts';
import { assignByHand, list, noAssignment, stopsWhere } from '../wording.ts';

export const secretMissing: DestinationRule = {
  id: 'secret-missing',
  scope: 'destination',
  severity: 'error',
  title: 'The deploy file uses a secret that no secrets file assigns',
  why: `Kamal looks up a secret only when it needs it: the registry's password immediately, a container's secrets only
after the image is built and pushed. The deploy then stops with \`Secret 'NAME' not found in .kamal/secrets\`, often
below a message about an unhealthy container. Names must match exactly: case, \`_\` and \`-\` matter.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent', 'human'],
  examples: () => ({
    failing: {
      '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    },
    fixed: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL') +
        extractLines('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    },
  }),
  *check(context) {
    if (context.secrets.error?.kind === 'unreadable') return;
    for (const name of context.lookup.wanted()) {
      if (context.lookup.assignmentsOf(name).length > 0) continue;
      // `ssh.key_data` takes what is no secret's name for the key itself.
      const asking = context.lookup
        .appliedConsumersOf(name)
        .filter(({ where, certain }) => where !== 'ssh' && certain);
      const [first, ...others] = asking;
      if (first === undefined) continue;
      const draft = missing(name, first, others, context);
      yield context.writtenBy === null ? draft : perhapsWritten(draft, first, name, context.writtenBy);
    }
  },
};

/** A step of a workflow writes the file: whether the name is in it is known only then. */
function perhapsWritten(
  draft: Draft,
  first: Consumer,
  name: string,
  { step, file }: NonNullable<DestinationContext['writtenBy']>,
): Draft {
  return {
    ...draft,
    severity: 'info',
    message: `${first.via} needs ${name}; a step of a workflow writes ${file}, so whether it is assigned is known only when it runs.`,
    related: [{ message: `${file} is written here`, span: step.span }],
    fixes: [],
  };
}

function missing(
  name: string,
  first: Consumer,
  others: readonly Consumer[],
  context: DestinationContext,
): Draft {
  const { lookup } = context;
  const related: Finding['related'] = others.map(({ span, via }) => ({
    message: `${via} needs it too`,
    span,
  }));
  const asked = `${first.via} needs ${name}, but ${noAssignment(lookup)}`;
  const draft = { secret: name, span: first.span, related };
  const wanted: Wanted = { name, first, asked, draft };

  if (first.via === 'builder.secrets' && name.includes(':')) {
    const [alias = name] = name.split(':');
    return {
      ...draft,
      message: `builder.secrets takes no aliases: Kamal looks for a secret whose whole name is “${name}”. ${stopsWhere(first)}`,
      fixes: [
        {
          actor: 'agent',
          title: `List ${alias} instead, or assign the name that the build expects in the secrets file.`,
          edits: [],
        },
      ],
    };
  }

  if (!isAssignable(name)) return notAssignable(wanted, context);

  const fetched = lookup.fetchedAs(name);
  const misspelt = fetched === null ? null : misspeltAs(name, lookup);
  if (misspelt !== null) return misspeltInFile(wanted, misspelt, lookup);
  if (fetched !== null) return onlyFetched(wanted, fetched, lookup);

  const near = lookup.nearestAssigned(name);
  if (near !== null && isUnused(near, lookup)) return meantAnother(wanted, near, context);
  const hint = near === null ? '' : ` (${near} is assigned)`;
  return {
    ...draft,
    message: `${asked}${hint}. ${stopsWhere(first)}`,
    fixes: assignFixes(name, context),
  };
}

/** A name that is asked for and not there. */
interface Wanted {
  readonly name: string;
  readonly first: Consumer;
  /** The first sentence, without what follows from it. */
  readonly asked: string;
  /** What each finding about it has. */
  readonly draft: Pick<Finding, 'secret' | 'span' | 'related'>;
}

function onlyFetched(
  { name, first, asked, draft }: Wanted,
  fetched: NonNullable<ReturnType<Lookup['fetchedAs']>>,
  lookup: Lookup,
): Draft {
  return {
    ...draft,
    message: `${asked}: it is fetched, but never extracted. ${stopsWhere(first)}`,
    related: [...draft.related, { message: 'fetched here', span: fetched.span }],
    fixes: [
      {
        actor: 'agent',
        title: `Extract ${name} below the fetch`,
        edits: [addExtract(lookup, fetched.fetch, name, name)],
      },
    ],
    covers: [{ rule: 'fetched-not-extracted', secret: name }],
  };
}

function isUnused(name: string, lookup: Lookup): boolean {
  return (
    lookup.appliedConsumersOf(name).length === 0 &&
    lookup.assignmentsOf(name).every((index) => lookup.readersOf(index).length === 0)
  );
}

/** The secrets file has it with a slip in its name, while what it fetches is spelt right. */
function misspeltInFile({ name, first, asked, draft }: Wanted, misspelt: string, lookup: Lookup): Draft {
  const { related } = draft;
  const [assignment] = lookup.assignmentsOf(misspelt).flatMap((index) => lookup.assignment(index) ?? []);
  return {
    ...draft,
    message: `${asked}: ${misspelt} is assigned instead, but nothing uses it. ${stopsWhere(first)}`,
    related:
      assignment === undefined
        ? related
        : [...related, { message: `${misspelt} is assigned here`, span: assignment.nameSpan }],
    fixes: [spelt(name, misspelt, lookup)],
    covers: [
      { rule: 'fetched-not-extracted', secret: name },
      { rule: 'secret-unused', secret: misspelt },
      { rule: 'extract-not-fetched', secret: misspelt },
    ],
  };
}

/** The deploy file asks by another name than the secrets file has. */
function meantAnother(
  { name, first, asked, draft }: Wanted,
  near: string,
  context: DestinationContext,
): Draft {
  const { lookup } = context;
  const { related } = draft;
  const { fixes, covers } = rename(name, near, first, context);
  const assignment = lookup.effective(near);
  return {
    ...draft,
    message: `${asked}. Did you mean ${near}, which is assigned, but nothing uses it? ${stopsWhere(first)}`,
    related:
      assignment === null
        ? related
        : [...related, { message: `${near} is assigned here`, span: assignment.nameSpan }],
    fixes,
    covers,
  };
}

/** The line that was meant: what it assigns is a slip of the name away, or another case, and no one reads it. */
function misspeltAs(name: string, lookup: Lookup): string | null {
  const near = lookup.nearestAssigned(name);
  if (near === null || lookup.appliedConsumersOf(near).length > 0) return null;
  const indexes = lookup.assignmentsOf(near);
  if (indexes.some((index) => lookup.readersOf(index).length > 0)) return null;
  // It has to take this very secret, by its right name or by the same slip.
  const takes = indexes.every((index) => {
    const words: readonly string[] =
      lookup.text(lookup.assignment(index)?.valueSpan ?? emptySpan).match(/\w+/g) ?? [];
    return words.includes(name) || words.includes(near);
  });
  return takes ? near : null;
}

const emptySpan = { file: '', start: 0, end: 0 };

/** The name as it is asked for, in the name of the line and in what it extracts. */
function spelt(name: string, misspelt: string, lookup: Lookup): Fix {
  const assignments = lookup.assignmentsOf(misspelt).flatMap((index) => lookup.assignment(index) ?? []);
  const word = new RegExp(`(?<![\\w])${misspelt.replaceAll('.', '\\.')}(?![\\w])`, 'g');
  return {
    actor: 'agent',
    title: `Rename ${misspelt} to ${name} in ${list([...new Set(assignments.map(({ span }) => span.file))])}`,
    edits: assignments.flatMap(({ nameSpan, valueSpan }) => [
      { file: nameSpan.file, start: nameSpan.start, end: nameSpan.end, text: name },
      ...[...lookup.text(valueSpan).matchAll(word)].map(({ index }) => ({
        file: valueSpan.file,
        start: valueSpan.start + index,
        end: valueSpan.start + index + misspelt.length,
        text: name,
      })),
    ]),
  };
}

/** Another name was meant: most often the `#` of a comment is glued to it. */
function notAssignable({ name, first, asked, draft }: Wanted, { lookup }: DestinationContext): Draft {
  const glued = /^([\w.]+)#/.exec(name)?.[1];
  const spaces = lookup.consumersOf(name).flatMap(({ span }) => {
    const text = lookup.text(span);
    const hash = span.start + text.indexOf('#');
    // In a list within brackets the comment would swallow the items behind it.
    const isLast = /^[ \t]*(?:\r?\n|$)/.test(lookup.fileText(span.file).slice(span.end));
    return isLast && /^[\w.:]+#/.test(text) ? [{ file: span.file, start: hash, end: hash, text: ' ' }] : [];
  });
  const near = glued ?? lookup.nearestAssigned(name);
  const why =
    glued === undefined
      ? 'no line can, because names in a secrets file have only A to Z, digits, “_” and “.”'
      : 'without a space before it, the # is part of the name';
  const byAnotherName: Fix =
    near === null
      ? {
          actor: 'agent',
          title: 'Use a name of letters, digits, underscores and dots, as the secrets file assigns it.',
          edits: [],
        }
      : askFor(near, name, first, lookup);
  return {
    ...draft,
    message: `${asked}: ${why}. ${stopsWhere(first)}`,
    fixes: [
      glued !== undefined && spaces.length === lookup.consumersOf(name).length
        ? { actor: 'agent', title: `Use ${glued}: put a space before the #`, edits: spaces }
        : byAnotherName,
    ],
    covers: near === null ? [] : [{ rule: 'secret-unused', secret: near }],
  };
}

/** Which side has the slip of the keyboard: the one that the rest of the line disagrees with. */
function rename(
  wanted: string,
  assigned: string,
  consumer: Consumer,
  { lookup }: DestinationContext,
): { fixes: Fix[]; covers: Cover[] } {
  const assignments = lookup.assignmentsOf(assigned).flatMap((index) => lookup.assignment(index) ?? []);
  const toWanted: Fix = {
    actor: 'agent',
    title: `Rename ${assigned} to ${wanted} in ${list([...new Set(assignments.map(({ span }) => span.file))])}`,
    edits: assignments.map(({ nameSpan }) => ({
      file: nameSpan.file,
      start: nameSpan.start,
      end: nameSpan.end,
      text: wanted,
    })),
  };
  const toAssigned = askFor(assigned, wanted, consumer, lookup);
  const words = new Set(assignments.flatMap(({ valueSpan }) => lookup.text(valueSpan).match(/\w+/g) ?? []));
  const [hasWanted, hasAssigned] = [words.has(wanted), words.has(assigned)];
  const fixes = [
    ...(hasWanted || !hasAssigned ? [toWanted] : []),
    ...(hasAssigned || !hasWanted ? [hasWanted || !hasAssigned ? orElse(toAssigned) : toAssigned] : []),
  ];
  return {
    fixes,
    covers: [
      { rule: 'secret-unused', secret: assigned },
      { rule: 'shell-syntax', secret: assigned },
    ],
  };
}

/** A fix that is the other way to the one before it. */
function orElse(fix: Fix): Fix {
  return { ...fix, title: `Or ${fix.title.charAt(0).toLowerCase()}${fix.title.slice(1)}` };
}

function askFor(assigned: string, wanted: string, consumer: Consumer, lookup: Lookup): Fix {
  return {
    actor: 'agent',
    title: `Use ${assigned} in ${consumer.span.file}`,
    edits: lookup
      .consumersOf(wanted)
      .map(({ span }) => replaceName(lookup.text(span), span, wanted, assigned)),
  };
}

function replaceName(
  text: string,
  span: { file: string; start: number; end: number },
  from: string,
  to: string,
) {
  const at = Math.max(text.lastIndexOf(from), 0);
  return { file: span.file, start: span.start + at, end: span.start + at + from.length, text: to };
}

/** The whole way from the vault to the name, where the file shows how its neighbours come. */
function assignFixes(name: string, { lookup, secrets, inVault, variableSources }: DestinationContext): Fix[] {
  const way = assigning(name, secrets, lookup, variableSources);
  if (way !== null) {
    const isThere =
      inVault?.reading.unasked.some(({ field }) => field.name === name && field.section === null) === true ||
      inVault?.reading.environment?.unused.some((variable) => variable.name === name) === true;
    return [
      ...(isThere ? [] : [{ actor: 'human', title: way.human, edits: [] } as const]),
      { actor: 'agent', title: way.title, edits: way.edits },
    ];
  }
  return [{ actor: 'agent', title: assignByHand(name, lookup), edits: [] }];
}
