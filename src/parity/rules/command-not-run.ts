import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { Fix } from '../model.ts';
import type { DestinationRule } from '../rule.ts';

export const commandNotRun: DestinationRule = {
  id: 'command-not-run',
  scope: 'destination',
  severity: 'error',
  title: 'A command or variable is written so that Kamal deploys it as text',
  why: `Nothing is substituted inside single quotes, dotenv does not run backticks, and a backslash before \`$(\`
turns the command off. The text of the command silently becomes the secret.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}RAILS_MASTER_KEY='$(op read op://Shop/Production/RAILS_MASTER_KEY)'\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}RAILS_MASTER_KEY="$(op read op://Shop/Production/RAILS_MASTER_KEY)"\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
  }),
  *check({ secrets, lookup }) {
    for (const [index, { name, form, quote, valueSpan }] of secrets.assignments.entries()) {
      if (form !== 'assignment') continue;
      const raw = lookup.text(valueSpan);
      const { file } = valueSpan;
      const start = valueSpan.start + (raw.length - raw.trimStart().length);
      const value = raw.trim();
      const end = start + value.length;
      const replace = (from: number, to: number, text: string) => ({ file, start: from, end: to, text });
      let fix: Fix | null = null;
      let message = '';
      if (quote === 'single' && /^'\s*(?:\$\(.*\)|\$\{\w+\}|\$[A-Za-z_]\w*)\s*'$/s.test(value)) {
        const inner = value.slice(1, -1);
        message = `Nothing is substituted inside single quotes: ${name} is deployed as the text ${inner.trim().startsWith('$(') ? 'of the command' : inner.trim()}.`;
        fix = {
          actor: 'agent',
          title: 'Use double quotes',
          edits: /["]/.test(inner) ? [] : [replace(start, start + 1, '"'), replace(end - 1, end, '"')],
        };
      } else if (quote !== 'single' && /^"?`[^`]*`"?$/s.test(value)) {
        const at = start + value.indexOf('`');
        const to = start + value.lastIndexOf('`');
        message = `dotenv does not run backticks: ${name} is deployed as the text of the command.`;
        fix = {
          actor: 'agent',
          title: 'Use $(…)',
          edits: [replace(at, at + 1, '$('), replace(to, to + 1, ')')],
        };
      } else if (quote !== 'single' && /^"?\\\$\(.*\)"?$/s.test(value)) {
        const at = start + value.indexOf('\\');
        message = `\\$( is escaped: ${name} is deployed as the text of the command.`;
        fix = { actor: 'agent', title: 'Remove the backslash', edits: [replace(at, at + 1, '')] };
      }
      if (fix !== null)
        yield {
          secret: name,
          span: { file, start, end },
          message,
          fixes: [fix],
          covers: lookup.errorsOf(index),
        };
    }
  },
};
