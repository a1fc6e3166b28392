/** Writes docs/causes.md, by bin/docs.ts: the causes of a failed run, each with what `diagnose` makes of an example. */
import { CAUSES, EXPLANATIONS, type Cause } from '../src/kamal/diagnosis/causes.ts';
import { diagnose } from '../src/kamal/diagnosis/diagnose.ts';
import { CAUSE_EXAMPLES } from '../src/kamal/diagnosis/examples.ts';
import { NOBODY } from '../src/kamal/diagnosis/explanation.ts';

/** The whole of docs/causes.md. */
export function causesDocument(): string {
  const index = CAUSES.map(
    (cause) => `| [\`${cause}\`](#${cause}) | ${inMarkdown(EXPLANATIONS[cause].means(NOBODY))} |`,
  );
  return `# Causes

<!-- Written by bin/docs.ts from src/kamal/diagnosis; the tests diagnose every example. -->

When Kamal fails, the action says which of these causes it was: it is the title of the error annotation (\`kamal-failed\`
where it is none of them, \`cancelled\` where you stopped the run), and the job summary has the same sentences as below.
\`kamal-1password diagnose\` names the cause from any log of Kamal, one that a runner saved or \`gh run view --log\` printed
included, and from that of a container or of kamal-proxy (\`kamal app logs\`, \`kamal proxy logs\`, \`docker logs\`); \`kamal-1password explain CAUSE\` prints what stands here.

A cause is named only on words of the tool that failed, never on the class of an error, the phase or an exit status alone.
Where the log lacks what would prove it, it is *likely*, and \`--json\` lists every candidate with the line that speaks for
it. Where no words are known the cause is \`unknown\`, and the command, the host and its last words are quoted.

\`\`\`sh
kamal-1password diagnose deploy.log
kamal-1password explain registry-auth
\`\`\`

What stands between you and a deploy before Kamal is started (the token, a missing field, the SSH key, a download) is
not a cause of this list: the action says it in one sentence of its own. [Rules](rules.md) are what the check finds.

| Cause | What it means |
| --- | --- |
${index.join('\n')}

${CAUSES.map((cause) => section(cause)).join('\n')}`;
}

function section(cause: Cause): string {
  const { seen, means, next } = diagnose(CAUSE_EXAMPLES[cause]);
  return `## ${cause}

\`\`\`text
${CAUSE_EXAMPLES[cause].replace(/^\n/, '')}
\`\`\`

- **Seen:** ${inMarkdown(seen)}
- **It means:** ${inMarkdown(means)}
${steps('For you', next.human)}${steps('For you or your coding agent, in the files', next.agent)}`;
}

function steps(who: string, sentences: readonly string[]): string {
  return sentences.map((sentence) => `- **${who}:** ${inMarkdown(sentence)}\n`).join('');
}

/** Words of a log: what Markdown would take for HTML or a pattern is shown as it is. */
function inMarkdown(sentence: string): string {
  return sentence
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll(/[<>*[\]]/g, String.raw`\$&`)))
    .join('');
}
