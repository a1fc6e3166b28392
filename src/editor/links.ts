/** The rules that comments and `.kamal/1password.yml` name, as links to where they are explained. */
import type { DocumentLink } from 'vscode-languageserver/node';
import { isRuleId } from '../parity/rule-ids.ts';
import { suppressionsOf } from '../parity/suppression.ts';
import { ruleAddress } from '../report/parts/rule-address.ts';
import type { OpenDocument } from './documents.ts';
import type { EditorProject } from './project.ts';

/** The links of a document, by its own ranges: one for each rule id that the document names. */
export function linksIn(project: EditorProject, document: OpenDocument): DocumentLink[] {
  const file = project.knownAs(document.path);
  const named = suppressionsOf({ path: file, text: document.text.text, bom: 0 }).map(
    ({ rule, ruleSpan }) => ({
      id: rule,
      span: ruleSpan,
    }),
  );
  const settings = project.state().readings[0]?.project.settings;
  if (settings?.source?.path === file)
    named.push(...settings.rules.map(({ id, idSpan }) => ({ id, span: idSpan })));
  return named.flatMap(({ id, span }) =>
    isRuleId(id)
      ? [
          {
            range: document.text.range(span.start, span.end),
            target: ruleAddress(id),
            tooltip: `What ${id} means`,
          },
        ]
      : [],
  );
}
