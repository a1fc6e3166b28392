/** Findings as an editor shows them. */
import {
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type DiagnosticRelatedInformation,
} from 'vscode-languageserver/node';
import type { Failure } from '../base/failure.ts';
import type { Finding, Severity, Span } from '../parity/model.ts';
import { ruleAddress } from '../report/parts/rule-address.ts';
import { visible } from '../report/parts/visible.ts';
import { type Documents, Text } from './documents.ts';
import type { EditorProject, ProjectState } from './project.ts';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** Rules whose finding marks what may go. */
const UNUSED: readonly string[] = ['secret-unused', 'fetched-not-extracted', 'suppression-unused'];

/** Places in the files of a project as a client has them. */
export class Places {
  readonly #project: EditorProject;
  readonly #state: ProjectState;
  readonly #documents: Documents;
  readonly #texts = new Map<string, Text>();

  constructor(project: EditorProject, documents: Documents) {
    this.#project = project;
    this.#state = project.state();
    this.#documents = documents;
  }

  uri(file: string): string {
    return this.#documents.uriOf(this.#project.pathOf(file));
  }

  /** The text of a file as the check has read it. */
  text(file: string): Text {
    let text = this.#texts.get(file);
    if (text === undefined) {
      text = new Text(this.#state.sources.get(file)?.text ?? '', this.#documents.encoding);
      this.#texts.set(file, text);
    }
    return text;
  }

  location({ file, start, end }: Span) {
    return { uri: this.uri(file), range: this.text(file).range(start, end) };
  }
}

/** The diagnostics of every file of a project, by URI; a file without any is not among them. */
export function diagnosticsOf(project: EditorProject, documents: Documents): Map<string, Diagnostic[]> {
  const places = new Places(project, documents);
  const { findings, failures } = project.state();
  const found = new Map<string, Diagnostic[]>();
  const add = (uri: string, diagnostic: Diagnostic): void => {
    const same = found.get(uri);
    if (same === undefined) found.set(uri, [diagnostic]);
    else same.push(diagnostic);
  };
  for (const finding of findings) add(places.uri(finding.span.file), diagnosticOf(finding, places));
  const open = [...documents.all()].filter(({ path }) => !project.nameOf(path).startsWith('..'));
  for (const failure of failures) {
    const named = open.filter(({ path }) => failure.message.includes(project.nameOf(path)));
    for (const { uri } of named.length > 0 ? named : open) add(uri, failureAt(failure));
  }
  return found;
}

export function diagnosticOf(finding: Finding, places: Places): Diagnostic {
  const { rule, severity, message, span, related } = finding;
  return {
    range: places.location(span).range,
    severity: SEVERITIES[severity],
    code: rule,
    codeDescription: { href: ruleAddress(rule) },
    source: 'kamal-1password',
    message: [visible(message), ...humanSteps(finding)].join('\n'),
    ...(UNUSED.includes(rule) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(related.length === 0
      ? {}
      : {
          relatedInformation: related.map((each): DiagnosticRelatedInformation => ({
            location: places.location(each.span),
            message: visible(each.message),
          })),
        }),
  };
}

/** A step that no edit does is a sentence. */
function humanSteps({ fixes }: Finding): string[] {
  return fixes.filter(({ actor }) => actor === 'human').map(({ title }) => `For a person: ${visible(title)}`);
}

/** A file that could not be read: at its beginning. */
function failureAt({ code, message, next }: Failure): Diagnostic {
  return {
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    severity: DiagnosticSeverity.Error,
    code,
    source: 'kamal-1password',
    message: [message, ...next.agent, ...next.human].map(visible).join('\n'),
  };
}
