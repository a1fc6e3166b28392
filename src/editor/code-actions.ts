/** Fixes as code actions: each of one finding, and all that are known of the project. */
import { type CodeAction, CodeActionKind, type Range } from 'vscode-languageserver/node';
import { fixAll } from '../change/fix-all.ts';
import { mergeDeletions } from '../parity/edits/fix.ts';
import type { Finding, Span } from '../parity/model.ts';
import { visible } from '../report/parts/visible.ts';
import { diagnosticOf, Places } from './diagnostics.ts';
import type { Documents, OpenDocument } from './documents.ts';
import { changesByUri, editsByUri, workspaceEdit } from './edits.ts';
import type { EditorProject } from './project.ts';

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.kamal-1password`;

export interface ActionsWanted {
  readonly range: Range;
  /** Kinds that the client wants; all of them where it names none. */
  readonly only: readonly string[] | undefined;
  readonly versioned: boolean;
}

export function codeActions(
  project: EditorProject,
  document: OpenDocument,
  documents: Documents,
  { range, only, versioned }: ActionsWanted,
): CodeAction[] {
  const wants = (kind: string): boolean =>
    only === undefined || only.some((each) => kind === each || kind.startsWith(`${each}.`));
  const file = project.knownAs(document.path);
  const places = new Places(project, documents);
  const here = { start: document.text.offset(range.start), end: document.text.offset(range.end) };
  const touched = project.state().findings.filter(({ span }) => span.file === file && touches(span, here));
  const actions = wants(CodeActionKind.QuickFix)
    ? touched.flatMap((finding) => quickFixes(finding, places, documents, versioned))
    : [];
  const all = actions.length > 0 || wants(FIX_ALL) ? fixesOfAll(project, places) : null;
  if (all === null) return actions;
  const edit = workspaceEdit(all.byUri, documents, versioned);
  const title =
    all.count === 1
      ? 'Make the one edit that is known in this project'
      : `Make all ${all.count} edits that are known in this project`;
  if (all.count > 1 && actions.length > 0) actions.push({ title, kind: CodeActionKind.QuickFix, edit });
  if (wants(FIX_ALL)) actions.push({ title, kind: FIX_ALL, edit });
  return actions;
}

function quickFixes(
  finding: Finding,
  places: Places,
  documents: Documents,
  versioned: boolean,
): CodeAction[] {
  const ways = finding.fixes.filter(({ actor, edits }) => actor === 'agent' && edits.length > 0);
  const isOnly = finding.fixes.filter(({ actor }) => actor === 'agent').length === 1;
  return ways.map(({ title, edits }) => ({
    title: visible(title),
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnosticOf(finding, places)],
    isPreferred: isOnly,
    edit: workspaceEdit(editsByUri(mergeDeletions(edits), places), documents, versioned),
  }));
}

/** What `fix` would do, over all deploy files; null where there is nothing. */
function fixesOfAll(project: EditorProject, places: Places) {
  const changed = new Map<string, string>();
  let count = 0;
  for (const { options, report } of project.state().readings) {
    const fixed = fixAll(options, report);
    // A file that another deploy file's fixes change already is left to the next time.
    if ([...fixed.changed.keys()].some((file) => changed.has(file))) continue;
    for (const [file, text] of fixed.changed) changed.set(file, text);
    count += fixed.made.length;
  }
  return changed.size === 0 ? null : { byUri: changesByUri(changed, places), count };
}

function touches(span: Span, here: { readonly start: number; readonly end: number }): boolean {
  return span.start <= here.end && here.start <= span.end;
}
