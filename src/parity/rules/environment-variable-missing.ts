import { environmentWith, withOpEnvironment } from '../examples/environment-example.ts';
import type { Fix } from '../model.ts';
import type { DestinationContext, DestinationRule, Draft } from '../rule.ts';
import { isGiven } from '../given-variables.ts';
import type { VaultField, VaultItem } from '../vault/reading.ts';
import { createOrRename, itemName, meantField, quoted } from '../vault/wording.ts';
import { takenVariables, type TakenVariable } from '../variable-sources.ts';

export const environmentVariableMissing: DestinationRule = {
  id: 'environment-variable-missing',
  scope: 'destination',
  severity: 'error',
  title: 'The 1Password Environment has no variable with this name',
  why: `\`NAME=$NAME\` reads the variable from the 1Password Environment that the deploy runs with. A variable that is
not there is blank, and Kamal deploys a blank secret: nothing fails until the app does. Case matters.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['human', 'agent'],
  examples: () => ({
    failing: withOpEnvironment(['DATABASE_URL']),
    fixed: withOpEnvironment(['DATABASE_URL']),
    vault: {
      failing: environmentWith({ DATABASEURL: 'value-of-DATABASE_URL' }),
      fixed: environmentWith({ DATABASE_URL: 'value-of-DATABASE_URL' }),
    },
  }),
  *check(context) {
    const item = context.inVault?.reading.environment?.item ?? null;
    if (item === null) return;
    const told = new Set<string>();
    for (const taken of takenVariables(context.secrets)) {
      const { name } = taken;
      if (item.fields.some((field) => field.name === name) || told.has(name)) continue;
      const comesOtherwise = setElsewhere(name, taken, context);
      if (comesOtherwise === true) continue;
      told.add(name);
      yield missing(taken, item, comesOtherwise, context);
    }
  },
};

/** Whether the variable comes from the job or the runner. */
function setElsewhere(
  name: string,
  { assignment }: TakenVariable,
  { inVault, passedByWorkflows }: DestinationContext,
): boolean | 'unknown' {
  if (assignment.name !== name && isGiven(name)) return true;
  const setByJob = inVault?.reading.environment?.setByJob ?? null;
  return setByJob === null ? passedByWorkflows(name) : setByJob.has(name);
}

function missing(
  { name, span, assignment }: TakenVariable,
  item: VaultItem,
  comesOtherwise: false | 'unknown',
  { lookup }: DestinationContext,
): Draft {
  const meant = meantField(name, item.fields);
  const unless = comesOtherwise === false ? '' : ', unless something in the job sets it';
  const isWanted = [assignment.name, ...readersOf(assignment.name, lookup)].some(
    (each) => lookup.appliedConsumersOf(each).length > 0,
  );
  return {
    secret: assignment.name,
    span,
    severity: comesOtherwise === false && isWanted ? 'error' : 'warning',
    message: `There is no variable ${name} in ${itemName(item)}: ${insteadOf(meant, item)} Kamal deploys a blank ${assignment.name}${unless}.`,
    fixes: [createOrRename(meant, name, item), ...taking(meant, name, span, lookup)],
  };
}

function readersOf(name: string, lookup: DestinationContext['lookup']): string[] {
  return lookup
    .assignmentsOf(name)
    .flatMap((index) => lookup.readersOf(index))
    .flatMap(({ index }) => lookup.assignment(index)?.name ?? []);
}

function insteadOf(meant: VaultField | null, item: VaultItem): string {
  return meant === null
    ? `it has ${quoted(
        item.fields.map((field) => field.name),
        'none',
      )}.`
    : `did you mean \`${meant.name}\`?`;
}

function taking(
  meant: VaultField | null,
  name: string,
  span: TakenVariable['span'],
  lookup: DestinationContext['lookup'],
): Fix[] {
  if (meant === null || !/^[A-Za-z_]\w*$/.test(meant.name)) return [];
  const text = lookup.text(span).replace(name, meant.name);
  return [{ actor: 'agent', title: `Or read \`$${meant.name}\` instead`, edits: [{ ...span, text }] }];
}
