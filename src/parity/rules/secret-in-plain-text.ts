import { isCredential, isIssuedCredential, isPlaceholder } from '../credential.ts';
import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { Span } from '../model.ts';
import type { DestinationContext, DestinationRule, Draft } from '../rule.ts';

export const secretInPlainText: DestinationRule = {
  id: 'secret-in-plain-text',
  scope: 'destination',
  severity: 'warning',
  title: 'A committed file contains a credential in plain text',
  why: `The deploy file and \`.kamal/secrets\` are meant to be committed: they say where secrets come from, not what
they are. Anyone who can read the repository, now or in its history, can read this secret. A file that \`.gitignore\`
lists is not checked, unless git tracks it anyway.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent', 'human'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_PASSWORD=kVd83nfPq20x\n`,
      'config/deploy.yml': deployFile(envSecret('DATABASE_PASSWORD')),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_PASSWORD=$DATABASE_PASSWORD\n`,
      'config/deploy.yml': deployFile(envSecret('DATABASE_PASSWORD')),
    },
  }),
  *check(context) {
    const { secrets, deploy, lookup, notCommitted } = context;
    for (const assignment of secrets.assignments) {
      if (notCommitted.has(assignment.span.file) || assignment.value !== 'filled') continue;
      if (
        assignment.references.length > 0 ||
        assignment.commands.length > 0 ||
        assignment.form !== 'assignment'
      )
        continue;
      const value = lookup
        .text(assignment.valueSpan)
        .trim()
        .replace(/^(["'])(.*)\1$/s, '$2');
      if (value.includes('$(') || value.includes('`') || !isCredential(assignment.name, value)) continue;
      yield written(assignment.name, assignment.valueSpan, isIssuedCredential(value), context);
    }
    for (const { what, span } of deploy.literals) {
      const value = lookup.text(span);
      if (notCommitted.has(span.file) || (isPlaceholder(value) && !isIssuedCredential(value))) continue;
      yield written(what, span, isIssuedCredential(value), context);
    }
  },
};

function written(what: string, span: Span, issued: boolean, { lookup }: DestinationContext): Draft {
  const text = lookup.text(span);
  const name = what.replace(/^.*\.clear\./, '');
  const start = span.start + (text.length - text.trimStart().length);
  return {
    secret: /^\w+$/.test(name) ? name : null,
    span: { file: span.file, start, end: start + text.trim().length },
    severity: issued ? 'error' : 'warning',
    message: `${name} is in plain text here: everyone who can read the repository or its history has it.`,
    sensitive: true,
    fixes: [
      {
        actor: 'human',
        title: `Get a new ${name} where it was issued, store it in 1Password, and revoke this one.`,
        edits: [],
      },
      {
        actor: 'agent',
        title: 'Replace the value with one from the vault: fetch and extract it in the secrets file.',
        edits: [],
      },
    ],
  };
}
