import { deployFile, envSecret, extractLines, fetchLine } from '../example.ts';
import type { Consumer, Finding, Fix } from '../model.ts';
import { addExtract } from '../placing.ts';
import type { Cover, DestinationContext, Draft, DestinationRule } from '../rule.ts';
import { assigning, isAssignable } from '../assigning.ts';
import { list, nobodyAssignsIt, stopsWhere } from '../wording.ts';

export const secretMissing: DestinationRule = {
  id: 'secret-missing',
  scope: 'destination',
  severity: 'error',
  title: 'The deploy file asks for a secret that no secrets file assigns',
  why: `Kamal looks a secret up only when it needs it: for \`registry\` at once, for a container after the image is built and
pushed. The deploy then stops with \`Secret 'NAME' not found in .kamal/secrets\`, often below a message about an unhealthy
container. Names are compared exactly: case, \`_\` and \`-\` count.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent', 'human'],
  examples: {
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
  },
  *check(context) {
    if (context.secrets.error?.kind === 'unreadable') return;
    for (const name of context.lookup.wanted()) {
      if (context.lookup.assignmentsOf(name).length > 0) continue;
      // `ssh.key_data` takes what is no secret's name for the key itself.
      const asking = context.lookup
        .appliedConsumersOf(name)
        .filter(({ where, certain }) => where !== 'ssh' && certain);
      const [first, ...others] = asking;
      if (first !== undefined) yield missing(name, first, others, context);
    }
  },
};

function missing(
  name: string,
  first: Consumer,
  others: readonly Consumer[],
  context: DestinationContext,
): Draft {
  const { lookup } = context;
  const related: Finding['related'] = others.map(({ span, via }) => ({
    message: `also asked for by ${via}`,
    span,
  }));
  const asked = `${first.via} asks for ${name}, but ${nobodyAssignsIt(lookup)}`;
  const draft = { secret: name, span: first.span };

  if (first.via === 'builder.secrets' && name.includes(':')) {
    const [alias = name] = name.split(':');
    return {
      ...draft,
      message: `builder.secrets takes no aliases: Kamal looks for a secret whose whole name is “${name}”. ${stopsWhere(first)}`,
      related,
      fixes: [
        {
          actor: 'agent',
          title: `Ask for ${alias}, or assign the name that the build expects in the secrets file.`,
          edits: [],
        },
      ],
    };
  }

  if (!isAssignable(name)) {
    const alias = first.via.endsWith('env.secret')
      ? ` (\`${name}:OTHER_NAME\` keeps what the container gets)`
      : '';
    return {
      ...draft,
      message: `${asked}, and none can: the names in a secrets file are of A to Z, digits, “_” and “.”. ${stopsWhere(first)}`,
      related,
      fixes: [
        {
          actor: 'agent',
          title: `Ask for a name that can be assigned in ${first.span.file}${alias}.`,
          edits: [],
        },
      ],
    };
  }

  const fetched = lookup.fetchedAs(name);
  if (fetched !== null) {
    return {
      ...draft,
      message: `${asked}: it is fetched, but never extracted. ${stopsWhere(first)}`,
      related: [...related, { message: 'fetched here', span: fetched.span }],
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

  const near = lookup.nearestAssigned(name);
  if (
    near !== null &&
    lookup.appliedConsumersOf(near).length === 0 &&
    lookup.assignmentsOf(near).every((index) => lookup.readersOf(index).length === 0)
  ) {
    const { fixes, covers } = rename(name, near, first, context);
    const assignment = lookup.effective(near);
    return {
      ...draft,
      message: `${asked}. Did you mean ${near}, which is assigned and asked for by nobody? ${stopsWhere(first)}`,
      related:
        assignment === null
          ? related
          : [...related, { message: `${near} is assigned here`, span: assignment.nameSpan }],
      fixes,
      covers,
    };
  }
  const hint = near === null ? '' : ` (${near} is assigned)`;
  return {
    ...draft,
    message: `${asked}${hint}. ${stopsWhere(first)}`,
    related,
    fixes: assignFixes(name, context),
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
  const toAssigned: Fix = {
    actor: 'agent',
    title: `Ask for ${assigned} in ${consumer.span.file}`,
    edits: lookup
      .consumersOf(wanted)
      .map(({ span }) => replaceName(lookup.text(span), span, wanted, assigned)),
  };
  const words = new Set(assignments.flatMap(({ valueSpan }) => lookup.text(valueSpan).match(/\w+/g) ?? []));
  const fixes =
    words.has(wanted) && !words.has(assigned)
      ? [toWanted]
      : words.has(assigned) && !words.has(wanted)
        ? [toAssigned]
        : [toWanted, toAssigned];
  return {
    fixes,
    covers: [
      { rule: 'secret-unused', secret: assigned },
      { rule: 'shell-syntax', secret: assigned },
    ],
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
function assignFixes(name: string, { lookup, secrets, inVault }: DestinationContext): Fix[] {
  const way = assigning(name, secrets, lookup);
  if (way !== null) {
    const isThere =
      inVault?.reading.unasked.some(({ field }) => field.name === name && field.section === null) === true;
    return [
      ...(isThere ? [] : [{ actor: 'human', title: way.human, edits: [] } as const]),
      { actor: 'agent', title: way.title, edits: way.edits },
    ];
  }
  const file = lookup.loadedFiles().at(-1);
  const target = file ?? lookup.triedFiles().at(-1) ?? '.kamal/secrets';
  return [
    {
      actor: 'agent',
      title: `Assign ${name} in ${target}${file === undefined ? ', which does not exist yet' : ''}.`,
      edits: [],
    },
  ];
}
