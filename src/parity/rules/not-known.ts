import { NEWEST_KAMAL } from '../../base/kamal-facts/release.ts';
import { readsNothing } from '../blind-extract.ts';
import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { Lookup, Placed } from '../lookup.ts';
import type { Assignment, ExtractCommand, Span, Unknown } from '../model.ts';
import type { DestinationContext, DestinationRule, Draft } from '../rule.ts';
import { list } from '../wording.ts';

/** How many names a note lists per cause. */
const MOST_NAMES = 3;

export const notKnown: DestinationRule = {
  id: 'not-known',
  scope: 'destination',
  severity: 'info',
  title: 'Something here is known only when Kamal runs',
  why: `The check reads files and runs nothing. If ERB, the output of a command or an answer from 1Password decides
which secrets there are, the check says so once per cause, says how to find out, and assumes that it is right: it
never raises a false alarm.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': REGISTRY_LINE,
      'config/deploy.yml': deployFile('env:\n  secret:\n    - <%= `bin/name-of-the-key`.strip %>\n'),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}RAILS_MASTER_KEY=$RAILS_MASTER_KEY\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
  }),
  *check(context) {
    yield* ofDeployFile(context.deploy.unknowns);
    yield* ofFetches(context);
    yield* ofCommands(context);
    yield* ofUncertainErrors(context);
  },
};

/** One per place: of several notes on a place, the last says the most. */
function* ofDeployFile(unknowns: readonly Unknown[]): Generator<Draft> {
  const byPlace = new Map<string, Unknown>();
  for (const each of unknowns) byPlace.set(`${each.span.file}\0${each.span.start}`, each);
  for (const { reason, span } of byPlace.values()) {
    const sentence = `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, '')}`;
    yield note(span, `${sentence}. \`kamal config\` shows the result on your machine.`);
  }
}

/** Fetches whose answer only a vault or a run knows, with the extracts that hang on each. */
function* ofFetches({ lookup, inVault }: DestinationContext): Generator<Draft> {
  for (const { command, index } of lookup.fetches) {
    const names = namesOf(lookup.extractsFrom(index).filter((each) => each.command.found === 'unknown'));
    const hanging = names === null ? '' : `, so this check cannot tell whether ${names} in it`;
    if (command.unheardOption !== null) {
      yield note(
        command.span,
        `This check does not know what \`${command.unheardOption}\` does: Kamal ${NEWEST_KAMAL} has no such option, and this project has a newer Kamal${hanging}.`,
      );
    } else if (command.keysUnknown) {
      yield note(
        command.span,
        `What this fetch reads comes from environment variables or commands${hanging}. Write it out to have it checked.`,
      );
    } else if (command.opaque && (inVault === null || command.adapter?.name !== '1password')) {
      const isOnePassword = command.adapter?.name === '1password';
      const cure = isOnePassword ? ' `check --live` asks 1Password; or name the fields in the fetch.' : '';
      yield note(
        command.span,
        `Only ${isOnePassword ? '1Password' : 'the vault'} knows which names this fetch returns${hanging}.${cure}`,
      );
    }
  }
}

/** What an extract receives, and how that is known. */
function givenTo({ name, span }: ExtractCommand, { references }: Assignment, lookup: Lookup) {
  const from = name?.span.end ?? span.start;
  const reference = references.find((each) => each.span.start >= from && each.span.end <= span.end);
  const source = lookup.assignment(reference?.to ?? null);
  if (source === null) return { span: reference?.span ?? span, what: 'The input of this extract' };
  return {
    span: source.valueSpan,
    what: `The value of ${source.name} comes from ${source.commands.length > 0 ? 'a command and' : 'elsewhere and'}`,
  };
}

/** Extracts from what a command prints or the environment holds, by where they take it from. */
function* ofCommands(context: DestinationContext): Generator<Draft> {
  const { lookup } = context;
  const blind = new Set([...readsNothing(context)].map(({ extract }) => extract));
  const byCause = new Map<string, { span: Span; what: string; extracts: Placed<ExtractCommand>[] }>();
  for (const extract of lookup.extracts) {
    const { command, assignment } = extract;
    if (command.found !== 'unknown' || command.source !== null || blind.has(extract)) continue;
    const { span, what } = givenTo(command, assignment, lookup);
    const key = `${span.file}\0${span.start}`;
    const cause = byCause.get(key) ?? { span, what, extracts: [] };
    cause.extracts.push(extract);
    byCause.set(key, cause);
  }
  for (const { span, what, extracts } of byCause.values()) {
    const names = namesOf(extracts) ?? 'a name is found';
    yield note(
      span,
      `${what} is known only when Kamal runs, so this check cannot tell whether ${names} in it.`,
    );
  }
}

/** What raises on the placeholders for the environment, but perhaps not in a run. */
function* ofUncertainErrors({ secrets }: DestinationContext): Generator<Draft> {
  for (const { span, kind, certain } of secrets.errors) {
    if (certain || kind.startsWith('extract-not-')) continue;
    yield note(
      span,
      'The input of this command comes from the environment or another command, so whether Kamal accepts it is known only when it runs.',
    );
  }
}

/** “A is found”, “A, B and 3 more are found”; null for none. */
function namesOf(extracts: readonly Placed<ExtractCommand>[]): string | null {
  const names = [...new Set(extracts.flatMap(({ command }) => command.name?.value ?? []))];
  if (names.length === 0) return null;
  return `${list(names, MOST_NAMES)} ${names.length === 1 ? 'is' : 'are'} found`;
}

function note(span: Span, message: string): Draft {
  return { secret: null, span, message };
}
