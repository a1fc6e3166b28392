/** A report whose files are named from another folder: tools want paths from the root of the repository. */
import type { Finding, Span } from '../model.ts';
import type { DestinationReport, Report, SecretRow } from './report.ts';

/** The same report with every path put through `move`; nothing else changes. */
export function relocate(report: Report, move: (file: string) => string): Report {
  const span = (at: Span): Span => ({ ...at, file: move(at.file) });
  const finding = (each: Finding): Finding => ({
    ...each,
    span: span(each.span),
    related: each.related.map((related) => ({ ...related, span: span(related.span) })),
    fixes: each.fixes.map((fix) => ({
      ...fix,
      edits: fix.edits.map((edit) => ({ ...edit, file: move(edit.file) })),
    })),
  });
  const row = (each: SecretRow): SecretRow => ({
    ...each,
    fetched: each.fetched.map(span),
    extracted: each.extracted.map(span),
    taken: each.taken.map(span),
    assigned: each.assigned.map(span),
    consumed: each.consumed.map((consumer) => ({ ...consumer, span: span(consumer.span) })),
  });
  const destination = (each: DestinationReport): DestinationReport => ({
    ...each,
    deployFiles: each.deployFiles.map(move),
    secretsFiles: each.secretsFiles.map((file) => ({ ...file, path: move(file.path) })),
    secrets: each.secrets.map(row),
    findings: each.findings.map(finding),
  });
  const { kamal, incompleteBase } = report;
  return {
    kamal: { ...kamal, file: kamal.file === null ? null : move(kamal.file) },
    incompleteBase: incompleteBase && { ...incompleteBase, span: span(incompleteBase.span) },
    destinations: report.destinations.map(destination),
    notChecked: report.notChecked,
    findings: report.findings.map(finding),
    beyond: report.beyond,
    ignored: report.ignored,
    words: report.words,
    sources: new Map(
      [...report.sources.values()].map((source) => [
        move(source.path),
        { ...source, path: move(source.path) },
      ]),
    ),
    sensitive: report.sensitive.map(span),
  };
}

/**
 * The path of a project's file from the root of the repository.
 * @param project the project's folder in the repository, `/` between names, empty for the root itself
 * @param file relative to the project; may lead out of it with `../`
 */
export function repositoryPath(project: string, file: string): string {
  const names: string[] = [];
  for (const name of `${project}/${file}`.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names.join('/');
}
