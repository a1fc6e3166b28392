import { environmentWith, withOpEnvironment } from '../examples/environment-example.ts';
import type { DestinationContext, DestinationRule, Draft } from '../rule.ts';
import { inOnePassword, itemName } from '../vault/wording.ts';
import type { VaultItem } from '../vault/reading.ts';
import { isOfTheRunner, takenVariables, type TakenVariable } from '../variable-sources.ts';

const PASSED = 'DATABASE_URL: ${{ secrets.DATABASE_URL }}';

export const environmentVariableTwice: DestinationRule = {
  id: 'environment-variable-twice',
  scope: 'destination',
  severity: 'warning',
  title: 'A variable comes from two places',
  why: `If both the 1Password Environment and the job set a variable, the Environment wins, and changing the value on
GitHub has no effect. If the Environment itself has two variables with one name, it is unclear which one is meant:
that is an error.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent', 'human'],
  examples: () => ({
    failing: withOpEnvironment(['DATABASE_URL'], PASSED),
    fixed: withOpEnvironment(['DATABASE_URL']),
    vault: {
      failing: environmentWith({ DATABASE_URL: 'value-of-DATABASE_URL' }),
      fixed: environmentWith({ DATABASE_URL: 'value-of-DATABASE_URL' }),
    },
  }),
  *check(context) {
    const item = context.inVault?.reading.environment?.item ?? null;
    const told = new Set<string>();
    for (const taken of takenVariables(context.secrets)) {
      const count = item?.fields.filter(({ name }) => name === taken.name).length ?? 0;
      if (item === null || count === 0 || told.has(taken.name)) continue;
      told.add(taken.name);
      if (isOfTheRunner(taken.name)) yield notGiven(taken, item);
      else if (count > 1) yield ambiguous(taken, item, count);
      else if (isSetByJob(taken.name, context)) yield setTwice(taken, item);
    }
  },
};

function isSetByJob(name: string, { inVault, passedByWorkflows }: DestinationContext): boolean {
  const setByJob = inVault?.reading.environment?.setByJob ?? null;
  return setByJob === null ? passedByWorkflows(name) === true : setByJob.has(name);
}

function ambiguous({ name, span, assignment }: TakenVariable, item: VaultItem, count: number): Draft {
  return {
    secret: assignment.name,
    span,
    severity: 'error',
    message: `${itemName(item).replace(/^t/, 'T')} has ${count} variables named ${name}: it is unclear which one ${assignment.name} should be.`,
    fixes: [
      {
        actor: 'human',
        title: `${inOnePassword(item)}: remove or rename all but one of the variables named \`${name}\`.`,
        edits: [],
      },
    ],
  };
}

function notGiven({ name, span, assignment }: TakenVariable, item: VaultItem): Draft {
  return {
    secret: assignment.name,
    span,
    message: `${name} controls how Kamal itself runs, so it keeps the runner's value: the one in ${itemName(item)} is not used.`,
    fixes: [
      {
        actor: 'human',
        title: `${inOnePassword(item)}: rename \`${name}\`, and read the new name in the secrets file.`,
        edits: [],
      },
    ],
  };
}

function setTwice({ name, span, assignment }: TakenVariable, item: VaultItem): Draft {
  return {
    secret: assignment.name,
    span,
    message: `${name} is set by the job and is also a variable of ${itemName(item)}: Kamal gets the one from the Environment.`,
    fixes: [
      {
        actor: 'agent',
        title: `Remove ${name} from \`env:\` of the workflow, job or step that deploys.`,
        edits: [],
      },
      { actor: 'human', title: `${inOnePassword(item)}: remove \`${name}\` instead.`, edits: [] },
    ],
  };
}
