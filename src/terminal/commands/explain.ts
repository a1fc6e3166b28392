import { isDeepStrictEqual } from 'node:util';
import { CAUSES, type ExplainedCause } from '../../kamal/diagnosis/causes.ts';
import { EXPLAINED_IDS, explainedById } from '../../kamal/diagnosis/explained-by-id.ts';
import { CAUSE_EXAMPLES } from '../../kamal/diagnosis/examples.ts';
import type { ExplainedFailure } from '../../base/failure-meanings.ts';
import { didYouMean } from '../../base/text/did-you-mean.ts';
import type { ExampleFiles, ExampleVault, Rule } from '../../parity/rule.ts';
import { ruleById, rules } from '../../parity/rules.ts';
import { ruleAddress } from '../../report/parts/rule-address.ts';
import type { Palette } from '../../report/parts/palette.ts';
import { UsageError } from '../ui/arguments.ts';
import { type TerminalCommand, EXIT } from '../ui/command.ts';
import { jsonDocument } from '../../report/formats/document.ts';
import { ruleDocument } from '../../report/formats/rule.ts';
import { Screen } from '../ui/screen.ts';
import { COMMON_OPTIONS } from '../ui/shared-options.ts';

export const explain: TerminalCommand = {
  help: {
    name: 'explain',
    usage: 'explain RULE | CAUSE [options]',
    summary: 'Explain a rule of `check` or a cause of `diagnose`, with an example and how to fix it.',
    operands: ['RULE'],
    options: [{ name: 'json', help: 'Print it as JSON (docs/explain.schema.json).' }, ...COMMON_OPTIONS],
    examples: [
      { line: 'explain secret-missing', does: 'explain a rule of `check`' },
      { line: 'explain registry-auth', does: 'explain a cause of `diagnose`' },
    ],
  },
  run(given, terminal) {
    const [name = ''] = given.operands;
    const rule = ruleById(name);
    const cause = explainedById(name);
    if (rule === null && cause === null) {
      const help = didYouMean(name, [...Object.keys(rules), ...EXPLAINED_IDS]);
      throw new UsageError(
        `No rule or cause is called “${name}”.${help === '' ? ' `kamal-1password rules` lists the rules.' : help}`,
      );
    }
    const screen = new Screen(given, terminal);
    if (given.has('json')) {
      terminal.out(jsonDocument({ rule: rule === null ? null : ruleDocument(rule), cause }));
    } else {
      // What the check finds and what a run fails for may go by the same name.
      const texts = [
        ...(rule === null ? [] : [ruleText(rule, screen)]),
        ...(cause === null ? [] : [causeText(cause, screen)]),
      ];
      terminal.out(texts.join('\n'));
    }
    return EXIT.clean;
  },
};

function causeText({ id, means, human, agent }: ExplainedCause | ExplainedFailure, screen: Screen): string {
  const { colours } = screen;
  const example = exampleOf(id);
  const kind = example === null ? 'what a run stops with' : 'a cause of `diagnose`';
  const text = `${colours.bold(id)} (${kind})\n\n${screen.sentence(means, 0)}\n${screen.lists({ human, agent })}`;
  if (example === null) return text;
  const shown = example
    .replace(/^\n/, '')
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
  return `${text}\n${colours.bold('Kamal says')}\n${shown}`;
}

/** What Kamal says of a cause; null for an id that does not exist. */
function exampleOf(id: string): string | null {
  const cause = CAUSES.find((each) => each === id);
  return cause === undefined ? null : CAUSE_EXAMPLES[cause];
}

function ruleText({ id, severity, title, why, seenIn, who, examples }: Rule, screen: Screen): string {
  const { colours } = screen;
  const { failing, fixed, vault } = examples();
  const fixers = who.map((each) => (each === 'human' ? 'a person' : 'an agent')).join(' or ');
  // Paragraphs are broken again, to the terminal.
  const reasons = why
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => screen.sentence(paragraph.replaceAll(/\s+/g, ' '), 0));
  const heading = `${colours.bold(colours.link(id, ruleAddress(id)))} (${colours[severity](severity)}): `;
  return `${heading}${screen.sentence(title, 2, id.length + severity.length + 5)}

${reasons.join('\n\n')}

Seen in ${seenIn}. Fixed by ${fixers}.

${colours.bold('Wrong')}
${exampleText(failing, vault?.failing, colours)}
${colours.bold('Right')}
${exampleText(changed(fixed, failing), isDeepStrictEqual(vault?.failing, vault?.fixed) ? undefined : vault?.fixed, colours)}
${screen.sentence(`Change its severity with --rule ${id}=error|warning|info|off. To accept one line, put a comment above it:`, 0)}
  # kamal-1password: ignore ${id} — why this is intended
`;
}

/** The files that are not as they were. */
function changed(files: ExampleFiles, before: ExampleFiles): ExampleFiles {
  return Object.fromEntries(Object.entries(files).filter(([file, text]) => before[file] !== text));
}

/** The files, and what 1Password holds beside them: names only, as everywhere. */
function exampleText(files: ExampleFiles, vault: ExampleVault | undefined, colours: Palette): string {
  const texts = Object.entries(files).map(
    ([file, text]) =>
      `  ${colours.frame(file)}\n${text
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`)
        .join('\n')}\n`,
  );
  const items = (vault ?? []).map(({ vault: title, item, fields, isEnvironment }) => {
    const names = Object.entries(fields).map(([name, value]) => (value === '' ? `${name} (empty)` : name));
    const place = isEnvironment === true ? `Environment “${item}”` : `vault “${title}”, item “${item}”`;
    return `  ${colours.frame(`1Password, ${place}`)}\n    ${names.length === 0 ? '(no fields)' : names.join(', ')}\n`;
  });
  return [...texts, ...items].join('\n');
}
