/**
 * The prompt for a coding agent that adds a secret in all its places: files, exact lines, what not to touch, how to
 * verify.
 */

export interface PromptParts {
  readonly name: string;
  /** The edits, as a unified diff. */
  readonly diff: string;
  /** What no edit of ours could do. */
  readonly manual: readonly string[];
  readonly human: readonly string[];
  readonly files: readonly string[];
}

/** The prompt as one Markdown text. It holds names, paths and the diff, never a value. */
export function addPrompt({ name, diff, manual, human, files }: PromptParts): string {
  const list = (items: readonly string[]): string => items.map((item) => `- ${item}\n`).join('');
  const nothing = diff === '' && manual.length === 0;
  return `Add the secret ${name} to this project's Kamal deploy.

A secret lives in three places: in 1Password, in the secrets file (fetched and extracted), and in the deploy file.
${nothing ? `\nThe files already have it: there is nothing to edit.\n` : ''}${
    diff === ''
      ? ''
      : `
Make exactly these edits, and no other, in ${files.map((file) => `\`${file}\``).join(' and ')}:

\`\`\`diff
${diff}\`\`\`
`
  }${manual.length === 0 ? '' : `\nAlso:\n\n${list(manual)}`}
Do not touch:

- the value of any secret: names only, never write a value into a file, a command or a message
- other lines of these files: comments, quotes, order and line endings stay as they are
- .kamal/hooks, the workflows, and files of other destinations

Verify: \`npx kamal-1password check --all-destinations\` must end with exit code 0. It needs no token.

Then use ${name} in the app through its environment variable, without a default value that would hide that it is missing.
${human.length === 0 ? '' : `\nAt the end, list for the human what only they can do:\n\n${human.map((item) => `- [ ] ${item}\n`).join('')}`}`;
}
