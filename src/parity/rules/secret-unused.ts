import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import { aloneOnItsLines, removeLines } from '../edits/lines.ts';
import type { Assignment, Edit, Fix } from '../model.ts';
import type { Lookup } from '../lookup.ts';
import { removeFromFetch } from '../edits/placing.ts';
import type { DestinationContext, DestinationRule } from '../rule.ts';
import { addToList } from '../edits/secret-list.ts';

export const secretUnused: DestinationRule = {
  id: 'secret-unused',
  scope: 'destination',
  severity: 'warning',
  title: 'A secret is assigned, but no container, build or registry uses it',
  why: `Kamal gives a container only the secrets that its \`env.secret\` lists. A secret that is fetched and assigned
but not listed never arrives: usually the third of the three places was forgotten. Hooks get every secret, so a secret
that a file in \`.kamal/hooks\` mentions is not reported.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}RAILS_MASTER_KEY=$RAILS_MASTER_KEY\nSENTRY_DSN=$SENTRY_DSN\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}RAILS_MASTER_KEY=$RAILS_MASTER_KEY\nSENTRY_DSN=$SENTRY_DSN\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY', 'SENTRY_DSN')),
    },
  }),
  *check(context) {
    const { verdict, lookup, deploy, secrets } = context;
    const maybe = new Set(deploy.maybe.map(({ name }) => name));
    const unused = secrets.error === null ? verdict.unused : null;
    for (const name of unused ?? unusedBesides(context)) {
      const assignment = lookup.effective(name);
      if (assignment === null || maybe.has(name) || isRead(assignment, context)) continue;
      const inErb = deploy.readByErb.find((read) => read.name === name);
      const neverRead = lookup.consumersOf(name);
      const suffix = neverRead.length > 0 ? ' (the places that name it are never read)' : '';
      yield {
        secret: name,
        span: assignment.nameSpan,
        // Someone uses the name; only the deploy's environment shows whether from the same place.
        ...(inErb === undefined ? {} : { severity: 'info' as const }),
        message: `${name} is assigned, but no container, build or registry uses it${suffix}: only hooks can see it.${inErb === undefined ? '' : ` The ERB of ${inErb.span.file} reads ${name} from the environment, which the secrets files do not set.`}`,
        related: [
          ...neverRead.map(({ span, notAppliedBecause }) => ({
            message: notAppliedBecause ?? 'never read',
            span,
          })),
          ...(inErb === undefined ? [] : [{ message: 'read from the environment', span: inErb.span }]),
        ],
        fixes: neverRead.length > 0 || inErb !== undefined ? [] : fixesFor(assignment, context),
      };
    }
  },
};

/** Kamal reports no names while the secrets file raises; the flaw still exists. */
function unusedBesides({ verdict, secrets, lookup }: DestinationContext): string[] {
  if (!verdict.loads) return [];
  const names = new Set(secrets.assignments.map(({ name }) => name));
  const read = (name: string): boolean =>
    lookup.assignmentsOf(name).some((index) => lookup.readersOf(index).length > 0);
  return [...names].filter(
    (name) =>
      lookup.consumersOf(name).length === 0 &&
      !read(name) &&
      lookup.fetchOf(lookup.assignmentsOf(name).at(-1) ?? null) === null,
  );
}

/**
 * The files that other destinations, or other configurations of the same one, load too are not judged by this one on its
 * own.
 */
function usedElsewhere(
  assignment: Assignment,
  { destination, secrets, mentionedElsewhere }: DestinationContext,
): boolean {
  const own = destination !== null && assignment.span.file === secrets.files.at(-1)?.path;
  return !own && mentionedElsewhere(assignment.name);
}

/** Two ways that exclude each other: only the reader knows whether the container needs it. */
function fixesFor(assignment: Assignment, { lookup, deploy }: DestinationContext): Fix[] {
  const fixes: Fix[] = [];
  const list = deploy.secretLists.find(({ via, effective }) => via === 'env.secret' && effective);
  const added =
    list === undefined ? null : addToList(list, assignment.name, lookup.lineIndex(list.span.file));
  fixes.push({
    actor: 'agent',
    title: `Give ${assignment.name} to the containers: add it to env.secret in ${list?.span.file ?? deploy.files[0]?.path ?? 'config/deploy.yml'}`,
    edits: added === null ? [] : [added],
  });
  const lines = lookup.lineIndex(assignment.span.file);
  const edits: Edit[] = aloneOnItsLines(lines, assignment.span)
    ? [...fetchedForIt(assignment, lookup), removeLines(lines, assignment.span)]
    : [];
  fixes.push({ actor: 'agent', title: `Or remove ${assignment.name} from ${assignment.span.file}`, edits });
  return fixes;
}

/** The name in the fetch that only this line uses goes with it; a fetch without names would return the whole item. */
function fetchedForIt(assignment: Assignment, lookup: Lookup): Edit[] {
  return lookup.fetches.flatMap(({ index, command }) => {
    const extracts = lookup.extractsFrom(index);
    const own = extracts.find((each) => each.assignment === assignment)?.command.key;
    const others = extracts.filter((each) => each.assignment !== assignment).map((each) => each.command.key);
    const name = command.keys.find(({ key }) => key === own)?.name ?? null;
    const word = name === null ? undefined : command.names[name];
    return word === undefined || others.includes(own ?? null) || command.names.length < 2
      ? []
      : [removeFromFetch(lookup, command, word.span)];
  });
}

/** Whether it has a reader that the verdict does not know. */
function isRead(assignment: Assignment, context: DestinationContext): boolean {
  const { lookup, deploy, mentionedInHooks } = context;
  const { name } = assignment;
  return (
    lookup.consumersOf(name).some(({ failure }) => failure !== null) ||
    mentionedInHooks(name) ||
    usedElsewhere(assignment, context) ||
    deploy.readByErb.some((read) => read.of === 'secrets' && read.name === name)
  );
}
