/** Writes docs/causes.md, by bin/docs.ts: the causes of a failed run, each with what `diagnose` makes of an example. */
import { CAUSES, EXPLANATIONS, type Cause } from '../src/kamal/diagnosis/causes.ts';
import { diagnose } from '../src/kamal/diagnosis/diagnose.ts';
import { CAUSE_EXAMPLES } from '../src/kamal/diagnosis/examples.ts';
import { UNNAMED } from '../src/kamal/diagnosis/explanation.ts';

/** The whole of docs/causes.md. */
export function causesDocument(): string {
  const index = CAUSES.map(
    (cause) => `| [\`${cause}\`](#${cause}) | ${inMarkdown(EXPLANATIONS[cause].means(UNNAMED))} |`,
  );
  return `# Causes

<!-- Written by bin/docs.ts from src/kamal/diagnosis; the tests diagnose every example. -->

When Kamal fails, the action names one of these causes: as the title of the error annotation (\`kamal-failed\` if none
of them fits, \`cancelled\` if you stopped the run), and in the job summary, with the sentences below.
\`kamal-1password diagnose\` names the cause from any log of Kamal (saved by a runner, or printed by
\`gh run view --log\`), of a container or of kamal-proxy (\`kamal app logs\`, \`kamal proxy logs\`, \`docker logs\`).
\`kamal-1password explain CAUSE\` prints its section of this page.

A cause is named only from words of the tool that failed, never from the class of an error, the phase or an exit status
alone. If the log does not prove it, the cause is *likely*, and \`--json\` lists every candidate with the line that points
to it. If no words are recognised, the cause is \`unknown\`, and the command, the host and its last words are quoted.

\`\`\`sh
kamal-1password diagnose deploy.log
kamal-1password explain registry-auth
\`\`\`

What stops a deploy before Kamal starts (the token, a missing field, the SSH key, a download) is not in this list: the
action reports it in its own words. [Rules](rules.md) are what the check finds.

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
