import { CAUSES, EXPLANATIONS, type Cause } from '../kamal/diagnosis/causes.ts';
import { CAUSE_EXAMPLES } from '../kamal/diagnosis/examples.ts';
import { NOBODY } from '../kamal/diagnosis/explanation.ts';
import { nearest } from '../parity/nearest.ts';
import type { Rule } from '../parity/rule.ts';
import { rules } from '../parity/rules.ts';
import { palette, type Palette } from '../report/palette.ts';
import { UsageError } from './arguments.ts';
import { type Command, EXIT } from './command.ts';
import { jsonDocument } from './json.ts';
import { toJson } from './rules.ts';
import { COMMON_OPTIONS, wantsColour } from './shared-options.ts';

export const explain: Command = {
  help: {
    name: 'explain',
    usage: 'explain RULE [options]',
    summary:
      'Say what a rule of the check or a cause of the diagnosis means, with an example and its remedy.',
    operands: ['RULE'],
    options: [{ name: 'json', help: 'The same as JSON (docs/explain.schema.json).' }, ...COMMON_OPTIONS],
    examples: [
      { line: 'explain secret-missing', does: 'a rule of `check`' },
      { line: 'explain registry-auth', does: 'a cause of `diagnose`' },
    ],
  },
  run(given, terminal) {
    const [name = ''] = given.operands;
    const rule = Object.values(rules).find(({ id }) => id === name);
    const cause = CAUSES.find((each) => each === name);
    if (rule === undefined && cause === undefined) {
      const meant = nearest(name, [...Object.keys(rules), ...CAUSES]);
      throw new UsageError(
        `There is neither a rule nor a cause called “${name}”.${meant === null ? ' `kamal-1password rules` lists the rules.' : ` Did you mean ${meant}?`}`,
      );
    }
    const colours = palette(wantsColour(given, terminal));
    if (given.has('json')) {
      terminal.out(
        jsonDocument({
          rule: rule === undefined ? null : toJson(rule),
          cause: cause === undefined ? null : { id: cause, ...explained(cause) },
        }),
      );
    } else {
      // What the check finds and what a run fails for may go by the same name.
      const texts = [
        ...(rule === undefined ? [] : [ruleText(rule, colours)]),
        ...(cause === undefined ? [] : [causeText(cause, colours)]),
      ];
      terminal.out(texts.join('\n'));
    }
    return EXIT.clean;
  },
};

function explained(cause: Cause): { means: string; human: readonly string[]; agent: readonly string[] } {
  const { human = [], agent = [] } = EXPLANATIONS[cause].next(NOBODY);
  return { means: EXPLANATIONS[cause].means(NOBODY), human, agent };
}

function causeText(cause: Cause, colours: Palette): string {
  const { means, human, agent } = explained(cause);
  const shown = CAUSE_EXAMPLES[cause]
    .replace(/^\n/, '')
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
  const steps = [...human.map((step) => `  [ ] ${step}`), ...agent.map((step) => `  - ${step}`)];
  return `${colours.bold(cause)} (a cause that \`diagnose\` names)\n\n${means}\n${steps.length === 0 ? '' : `\n${steps.join('\n')}\n`}
${colours.bold('Kamal says')}
${shown}`;
}

function ruleText({ id, severity, title, why, seenIn, who, examples }: Rule, colours: Palette): string {
  const project = (files: Rule['examples']['failing']): string =>
    Object.entries(files)
      .map(
        ([file, text]) =>
          `  ${colours.frame(file)}\n${text
            .trimEnd()
            .split('\n')
            .map((line) => `    ${line}`)
            .join('\n')}\n`,
      )
      .join('\n');
  const mends = who.map((each) => (each === 'human' ? 'a person' : 'whoever edits files')).join(' or ');
  return `${colours.bold(id)} (${colours[severity](severity)}): ${title}

${why.trim()}

Seen in ${seenIn}. Mended by ${mends}.

${colours.bold('Not like this')}
${project(examples.failing)}
${colours.bold('But like this')}
${project(examples.fixed)}
Weigh it otherwise with --rule ${id}=error|warning|info|off; let one line be with a comment above it:
  # kamal-1password: ignore ${id} — why this is meant
`;
}
