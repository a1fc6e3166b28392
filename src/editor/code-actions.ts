/** Fixes as code actions: each of one finding, and all that are known of the project. */
import { type CodeAction, CodeActionKind, type Range, type WorkspaceEdit } from 'vscode-languageserver/node';
import { fixAll } from '../change/fix-all.ts';
import { chooseFixes, mergeDeletions } from '../parity/edits/fix.ts';
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
  /** Whether the client asks for an edit when someone chooses it. */
  readonly resolved: boolean;
}

export function codeActions(
  project: EditorProject,
  document: OpenDocument,
  documents: Documents,
  { range, only, versioned, resolved }: ActionsWanted,
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
  const count = project.state().readings.reduce((sum, { report }) => sum + chooseFixes(report).length, 0);
  const all = (kind: string): CodeAction => ({
    title:
      count === 1 ? 'Apply the one fix known for this project' : 'Apply all fixes known for this project',
    kind,
    // Working them out means checking again: only where someone chooses it.
    ...(resolved ? { data: { uri: document.uri } } : { edit: fixAllEdit(project, documents, versioned) }),
  });
  if (count > 1 && actions.length > 0) actions.push(all(CodeActionKind.QuickFix));
  if (count > 0 && wants(FIX_ALL)) actions.push(all(FIX_ALL));
  return actions;
}

/** What `fix` would do, over all deploy files. */
export function fixAllEdit(project: EditorProject, documents: Documents, versioned: boolean): WorkspaceEdit {
  const changed = new Map<string, string>();
  for (const { options, report } of project.state().readings) {
    const fixed = fixAll(options, report);
    // A file that another deploy file's fixes change already is left to the next time.
    if ([...fixed.changed.keys()].some((file) => changed.has(file))) continue;
    for (const [file, text] of fixed.changed) changed.set(file, text);
  }
  return workspaceEdit(changesByUri(changed, new Places(project, documents)), documents, versioned);
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

function touches(span: Span, here: { readonly start: number; readonly end: number }): boolean {
  return span.start <= here.end && here.start <= span.end;
}
