/** Adds a secret in all its places in one go: the fetch, the extract, the list of the deploy file. */
import { assigning } from './assigning.ts';
import { createSecretList } from './block-list.ts';
import { Lookup } from '../lookup.ts';
import type { Edit, SecretList, VariableSource } from '../model.ts';
import type { DestinationReadings, ProjectReadings } from '../rule.ts';
import { stepsFor, variableSources } from '../variable-sources.ts';
import { assignByHand } from '../wording.ts';
import { secretSteps } from '../workflow.ts';
import { addToList, lists } from './secret-list.ts';

export interface AddRequest {
  /** What the container gets. */
  readonly name: string;
  /** The secret that the name is an alias of, if it is one. */
  readonly alias: string | null;
  /** The role whose own list it goes to; null for the list of all roles. */
  readonly role: string | null;
  /** The destinations that are to have it; null is the one without a name. */
  readonly destinations: readonly (string | null)[];
}

export interface AddPlan {
  readonly edits: readonly Edit[];
  /** What a person does in 1Password, each once. */
  readonly human: readonly string[];
  /** What could not be done by edits, each with what to write. */
  readonly manual: readonly string[];
  /** Destinations that were not asked for, but whose list is the same one. */
  readonly alsoFor: readonly (string | null)[];
}

/**
 * Plans the edits; empty if everything is set up already.
 * @param project all destinations of the project, since one list may serve several
 */
export function planAdd(project: ProjectReadings, request: AddRequest): AddPlan {
  const roles = rolesOf(project);
  if (request.role !== null && roles !== null && !roles.includes(request.role))
    return {
      edits: [],
      human: [],
      manual: [`There is no role ${request.role}. The roles are: ${roles.join(', ')}.`],
      alsoFor: [],
    };
  const secret = request.alias ?? request.name;
  const item = request.alias === null ? request.name : `${request.name}:${request.alias}`;
  const deploys = secretSteps(project);
  const planner = new Planner();
  const edited = new Set<string>();
  for (const readings of project.destinations) {
    if (request.destinations.includes(readings.destination))
      planner.list(readings, request.role, item, edited);
  }
  const alsoFor: (string | null)[] = [];
  for (const readings of project.destinations) {
    const asked = request.destinations.includes(readings.destination);
    const shares = !asked && sharesList(readings, request.role, edited);
    if (shares) alsoFor.push(readings.destination);
    if (asked || shares)
      planner.assignment(
        readings,
        secret,
        variableSources(stepsFor(deploys, readings), readings.destination),
      );
  }
  return {
    edits: [...planner.edits.values()].flat(),
    human: [...planner.human],
    manual: [...planner.manual],
    alsoFor,
  };
}

/** The roles of all destinations; null if one of them is known only when Kamal runs. */
export function rolesOf({ destinations }: ProjectReadings): string[] | null {
  const roles = destinations.map(({ deploy }) => deploy.deployment?.roles.map(({ name }) => name) ?? null);
  return roles.includes(null) ? null : [...new Set(roles.flatMap((each) => each ?? []))];
}

class Planner {
  /** By what they do, so that what destinations share is done once. */
  readonly edits = new Map<string, readonly Edit[]>();
  readonly human = new Set<string>();
  readonly manual = new Set<string>();

  list(readings: DestinationReadings, role: string | null, item: string, edited: Set<string>): void {
    const via = viaOf(role);
    const lookup = new Lookup(readings.secrets, readings.deploy);
    const list = effectiveList(readings, via);
    if (list !== undefined) {
      edited.add(placeOf(list));
      if (lists(list, item)) return;
      const edit = addToList(list, item, lookup.lineIndex(list.span.file));
      if (edit === null) this.manual.add(`Add \`- ${item}\` to ${via} in ${list.span.file}.`);
      else this.#add([edit]);
      return;
    }
    const file = readings.deploy.files[0]?.path;
    if (file === undefined) return;
    edited.add(`${file}:new`);
    const edits = createSecretList(file, lookup.lineIndex(file), role, item);
    if (edits === null) this.manual.add(`Add \`- ${item}\` to ${via} in ${file}.`);
    else this.#add(edits);
  }

  assignment(
    { secrets, deploy }: DestinationReadings,
    secret: string,
    sources: readonly VariableSource[],
  ): void {
    const lookup = new Lookup(secrets, deploy);
    if (lookup.assignmentsOf(secret).length > 0) return;
    const way = assigning(secret, secrets, lookup, sources);
    if (way === null) {
      const isEmpty = lookup.loadedFiles().length > 0 && secrets.assignments.length === 0;
      const init = isEmpty
        ? ` \`kamal-1password init --vault VAULT --secret ${secret}\` does all of it, with the vault that holds it.`
        : '';
      this.manual.add(`${assignByHand(secret, lookup)}${init}`);
      return;
    }
    this.#add(way.edits);
    this.human.add(way.human);
  }

  #add(edits: readonly Edit[]): void {
    this.edits.set(JSON.stringify(edits), edits);
  }
}

function viaOf(role: string | null): string {
  return role === null ? 'env.secret' : `servers.${role}.env.secret`;
}

function effectiveList({ deploy }: DestinationReadings, via: string): SecretList | undefined {
  return deploy.secretLists.find((list) => list.via === via && list.effective);
}

function sharesList(
  readings: DestinationReadings,
  role: string | null,
  edited: ReadonlySet<string>,
): boolean {
  const list = effectiveList(readings, viaOf(role));
  if (list !== undefined) return edited.has(placeOf(list));
  return edited.has(`${readings.deploy.files[0]?.path ?? ''}:new`);
}

function placeOf({ span }: SecretList): string {
  return `${span.file}:${span.start}`;
}
