/** Reusable workflows: what a called workflow reads has to be declared there, and handed over by each caller. */
import { namesIn } from '../files/workflow/expression.ts';
import type { Edit, WorkflowMap, WorkflowReading } from '../parity/model.ts';
import { insertLines } from '../parity/workflow.ts';

export interface Handover {
  readonly edits: readonly Edit[];
  readonly notes: readonly string[];
  /** Why it cannot be done by edits; null where it can. */
  readonly refused: string | null;
}

/**
 * @param callee the workflow as it was
 * @param names the GitHub secrets that it reads from now on and did not read before
 * @param all every workflow of the repository
 * @param optional those of them that need not be there
 */
export function handOver(
  callee: WorkflowReading,
  names: readonly string[],
  all: readonly WorkflowReading[],
  optional: ReadonlySet<string> = new Set(),
): Handover {
  const edits: Edit[] = [];
  const notes: string[] = [];
  if (callee.callable === null || names.length === 0) return { edits, notes, refused: null };
  const { path } = callee.source;
  const declared = callee.callable.secrets;
  const callers = callersOf(callee, all);
  const missing = names.filter((name) => !has(declared, name));
  const own = callers.filter(({ job }) => job.passedSecrets !== 'inherit');
  if (declared !== null) {
    for (const name of missing) {
      const required = `required: ${String(!optional.has(name))}`;
      const edit = entryIn(path, declared, [`${name}:`, `  ${required}`], `${name}: { ${required} }`);
      if (edit === null)
        return {
          edits: [],
          notes,
          refused: `${path} declares its secrets in a way that no line can be added to`,
        };
      edits.push(edit);
    }
  } else if (own.length > 0 && missing.length > 0) {
    // Declared secrets leave no others: all that it reads would have to be declared.
    const { insert } = callee.callable;
    const read = [...namesIn(callee.source.text, 'secrets')].filter((name) => name !== 'GITHUB_TOKEN');
    if (insert === null || read.length > 0)
      return { edits: [], notes, refused: `${path} is called without the secrets that it reads` };
    edits.push(
      insertLines(path, insert, [
        'secrets:',
        ...missing.flatMap((name) => [`  ${name}:`, `    required: ${String(!optional.has(name))}`]),
      ]),
    );
  }
  for (const { workflow, job } of own) {
    const passed = job.passedSecrets;
    const open = missing
      .concat(names.filter((name) => has(declared, name)))
      .filter((name) => passed === 'inherit' || !has(passed, name));
    if (passed === 'inherit' || open.length === 0) continue;
    const lines = open.map((name) => `${name}: \${{ secrets.${name} }}`);
    if (passed === null) {
      if (job.insert === null)
        return {
          edits: [],
          notes,
          refused: `${workflow.source.path} calls it in a way that no line can be added to`,
        };
      edits.push(
        insertLines(workflow.source.path, job.insert, ['secrets:', ...lines.map((line) => `  ${line}`)]),
      );
    } else
      for (const [index, name] of open.entries()) {
        const edit = entryIn(
          workflow.source.path,
          passed,
          [lines[index] ?? ''],
          `${name}: "\${{ secrets.${name} }}"`,
        );
        if (edit === null)
          return {
            edits: [],
            notes,
            refused: `${workflow.source.path} hands secrets over in a way that no line can be added to`,
          };
        edits.push(edit);
      }
    notes.push(`${workflow.source.path} hands ${named(open)} to ${path}.`);
  }
  if (missing.length > 0)
    notes.push(
      callers.length === 0
        ? `${path} is called from elsewhere: each caller has to hand ${named(missing)} over, or say \`secrets: inherit\`.`
        : `${path} takes ${named(missing)} from the workflows that call it; a caller in another repository has to hand it over too.`,
    );
  return { edits, notes, refused: null };
}

function named(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function callersOf({ source }: WorkflowReading, all: readonly WorkflowReading[]) {
  const name = source.path.replace(/^.*\//, '');
  return all.flatMap((workflow) =>
    workflow.jobs
      .filter(({ calls }) => calls?.workflow === `./.github/workflows/${name}`)
      .map((job) => ({ workflow, job })),
  );
}

function has(map: WorkflowMap | null, name: string): boolean {
  return map?.entries.some((entry) => entry.name.toUpperCase() === name.toUpperCase()) === true;
}

function entryIn(file: string, map: WorkflowMap, lines: readonly string[], flow: string): Edit | null {
  if (map.insert !== null) return insertLines(file, map.insert, lines);
  const first = map.entries[0];
  if (!map.isFlow || first === undefined) return null;
  return { file, start: first.keyStart, end: first.keyStart, text: `${flow}, ` };
}
