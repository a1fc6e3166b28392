import { nearest } from '../../base/text/nearest.ts';
import { deployFile, REGISTRY_LINE } from '../examples/example.ts';
import type { ProjectRule } from '../rule.ts';
import { RULE_IDS } from '../rule-ids.ts';
import { isSeverity, isWeighable } from '../settings.ts';

const project = (settings: string): Record<string, string> => ({
  '.kamal/secrets': REGISTRY_LINE,
  '.kamal/1password.yml': settings,
  'config/deploy.yml': deployFile(),
});

export const projectRulesFile: ProjectRule = {
  id: 'project-rules',
  scope: 'project',
  severity: 'error',
  title: 'A line of .kamal/1password.yml has no effect, or a pull request changes the file',
  why: `\`.kamal/1password.yml\` holds the project's own rules: the severity of each rule, names to ignore and why,
and destinations to skip. A mistake in it has no effect and would go unnoticed. On a pull request the rules of its
base apply, so that a change cannot turn off its own errors: its version of the file counts once it is merged.`,
  seenIn: 'kamal-1password itself',
  who: ['agent', 'human'],
  examples: () => ({
    failing: project('rules:\n  secret-unusd: off\n'),
    fixed: project('rules:\n  secret-unused: off\n'),
  }),
  *check({ settings }) {
    if (settings.change !== null) {
      const { file, isBaseKnown } = settings.change;
      yield {
        secret: null,
        span: { file, start: 0, end: 0 },
        severity: 'warning',
        message: isBaseKnown
          ? `This pull request changes ${file}: until it is merged, the rules of its base apply.`
          : `The base of this pull request is not known, so ${file} has no effect here.`,
        fixes: [{ actor: 'human', title: `Review what ${file} turns off, and why.`, edits: [] }],
      };
      return;
    }
    for (const { message, span } of settings.problems)
      yield { secret: null, span, message: `${message.replace(/\.$/, '')}.` };
    for (const { id, idSpan, severity, severitySpan } of settings.rules) {
      if (!isWeighable(id)) {
        const meant = nearest(id, RULE_IDS.filter(isWeighable));
        yield {
          secret: null,
          span: idSpan,
          message: `There is no rule \`${id}\` whose severity can be set here.${meant === null ? '' : ` Did you mean ${meant}?`}`,
          fixes:
            meant === null
              ? []
              : [{ actor: 'agent', title: `Write ${meant}`, edits: [{ ...idSpan, text: meant }] }],
        };
      } else if (!isSeverity(severity)) {
        yield {
          secret: null,
          span: severitySpan,
          message: `\`${severity}\` is not a severity: use error, warning, info or off.`,
        };
      }
    }
    for (const { name, rule, span } of settings.ignored) {
      if (rule !== null && !isWeighable(rule))
        yield {
          secret: null,
          span,
          message: `${name} is ignored for the rule \`${rule}\`, which does not exist.`,
        };
    }
  },
};
