/** Reusable workflows: what a called workflow reads has to be declared there, and handed over by each caller. */
import { namesIn } from '../files/workflow/expression.ts';
import type { Edit, Insertion, WorkflowMap, WorkflowReading } from '../parity/model.ts';
import { hasEntry, insertLines } from '../parity/workflow.ts';

export interface Handover {
  readonly edits: readonly Edit[];
  readonly notes: readonly string[];
  /** Why it cannot be done by edits; null if it can. */
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
  const { callable } = callee;
  if (callable === null || names.length === 0) return { edits, notes, refused: null };
  const { path } = callee.source;
  const declared = callable.secrets;
  const callers = callersOf(callee, all);
  const missing = names.filter((name) => !hasEntry(declared, name));
  const own = callers.filter(({ job }) => job.passedSecrets !== 'inherit');
  const declarations = missing.map((name) => ({ name, required: !optional.has(name) }));
  if (declared !== null || (own.length > 0 && missing.length > 0)) {
    const made =
      declared === null
        ? declareFirst(callee, callable.insert, declarations)
        : declareAlso(path, declared, declarations);
    if (typeof made === 'string') return { edits: [], notes, refused: made };
    edits.push(...made);
  }
  const read = missing.concat(names.filter((name) => hasEntry(declared, name)));
  for (const { workflow, job } of own) {
    const passed = job.passedSecrets;
    if (passed === 'inherit') continue;
    const open = read.filter((name) => !hasEntry(passed, name));
    if (open.length === 0) continue;
    const made = passOn(workflow.source.path, job.insert, passed, open);
    if (typeof made === 'string') return { edits: [], notes, refused: made };
    edits.push(...made);
    notes.push(`${workflow.source.path} passes ${named(open)} to ${path}.`);
  }
  if (missing.length > 0)
    notes.push(
      callers.length === 0
        ? `${path} is called from elsewhere: each caller must pass ${named(missing)}, or use \`secrets: inherit\`.`
        : `${path} takes ${named(missing)} from the workflows that call it; a caller in another repository must pass it too.`,
    );
  return { edits, notes, refused: null };
}

interface Declaration {
  readonly name: string;
  readonly required: boolean;
}

/** The edits, or why there are none. */
type EditsOrRefusal = readonly Edit[] | string;

/** The secrets that a workflow declares, with more of them. */
function declareAlso(
  path: string,
  declared: WorkflowMap,
  declarations: readonly Declaration[],
): EditsOrRefusal {
  const edits = declarations.map(({ name, required }) => {
    const value = `required: ${String(required)}`;
    return entryIn(path, declared, [`${name}:`, `  ${value}`], `${name}: { ${value} }`);
  });
  return allOr(edits, `${path} declares its secrets in a form that a line cannot be added to`);
}

/** Declared secrets leave no others: all that the workflow reads would have to be declared. */
function declareFirst(
  { source }: WorkflowReading,
  insert: Insertion | null,
  declarations: readonly Declaration[],
): EditsOrRefusal {
  const read = [...namesIn(source.text, 'secrets')].filter((name) => name !== 'GITHUB_TOKEN');
  if (insert === null || read.length > 0) return `${source.path} is called without the secrets it reads`;
  const lines = declarations.flatMap(({ name, required }) => [
    `  ${name}:`,
    `    required: ${String(required)}`,
  ]);
  return [insertLines(source.path, insert, ['secrets:', ...lines])];
}

/** A caller's job, with more secrets to hand over. */
function passOn(
  path: string,
  insert: Insertion | null,
  passed: WorkflowMap | null,
  names: readonly string[],
): EditsOrRefusal {
  const line = (name: string): string => `${name}: \${{ secrets.${name} }}`;
  if (passed === null)
    return insert === null
      ? `${path} calls it in a form that a line cannot be added to`
      : [insertLines(path, insert, ['secrets:', ...names.map((name) => `  ${line(name)}`)])];
  const edits = names.map((name) =>
    entryIn(path, passed, [line(name)], `${name}: "\${{ secrets.${name} }}"`),
  );
  return allOr(edits, `${path} passes secrets in a form that a line cannot be added to`);
}

function allOr(edits: readonly (Edit | null)[], refusal: string): EditsOrRefusal {
  const made = edits.filter((edit) => edit !== null);
  return made.length === edits.length ? made : refusal;
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

function entryIn(file: string, map: WorkflowMap, lines: readonly string[], flow: string): Edit | null {
  if (map.insert !== null) return insertLines(file, map.insert, lines);
  const first = map.entries[0];
  if (!map.isFlow || first === undefined) return null;
  return { file, start: first.keyStart, end: first.keyStart, text: `${flow}, ` };
}
