/** Sends the findings to the client, soon after a pause in typing. */
import type { Diagnostic } from 'vscode-languageserver/node';
import type { Documents } from './documents.ts';
import { diagnosticsOf } from './diagnostics.ts';
import type { EditorProject } from './project.ts';
import type { Workspace } from './workspace.ts';

/** How long after a change; in milliseconds. */
const PAUSE = 80;
/** A check that takes long comes less often: it waits so many times as long as the last one took. */
const REST = 3;

/** Where they are sent. */
export interface Outlet {
  readonly publish: (uri: string, version: number | undefined, diagnostics: Diagnostic[]) => void;
  /** Our own fault: the server continues with the next change. */
  readonly fail: (error: unknown) => void;
}

export class Publisher {
  readonly #workspace: Workspace;
  readonly #documents: Documents;
  readonly #outlet: Outlet;
  readonly #waiting = new Map<EditorProject, NodeJS.Timeout>();
  /** What each project has said of each file: a workflow may be of several. */
  readonly #said = new Map<EditorProject, ReadonlyMap<string, Diagnostic[]>>();
  #took = 0;

  constructor(workspace: Workspace, outlet: Outlet) {
    this.#workspace = workspace;
    this.#documents = workspace.documents;
    this.#outlet = outlet;
  }

  schedule(project: EditorProject): void {
    if (this.#waiting.has(project)) return;
    const pause = Math.max(PAUSE, REST * this.#took);
    this.#waiting.set(
      project,
      setTimeout(() => this.#now(project), pause),
    );
  }

  #now(project: EditorProject): void {
    this.#waiting.delete(project);
    const started = performance.now();
    try {
      this.#tell(project, diagnosticsOf(project, this.#documents));
    } catch (error) {
      this.#outlet.fail(error);
    }
    this.#took = performance.now() - started;
  }

  /** Nothing of the project is open any more. */
  forget(project: EditorProject): void {
    clearTimeout(this.#waiting.get(project));
    this.#waiting.delete(project);
    this.#tell(project, new Map());
    this.#said.delete(project);
  }

  #tell(project: EditorProject, found: ReadonlyMap<string, Diagnostic[]>): void {
    const before = this.#said.get(project) ?? new Map<string, Diagnostic[]>();
    this.#said.set(project, found);
    // An open document gets a message even without findings: that is the state of its version.
    const open = [...this.#documents.all()].flatMap(({ uri, path }) =>
      this.#workspace.projectsOf(path).includes(project) ? [uri] : [],
    );
    for (const uri of new Set([...before.keys(), ...found.keys(), ...open])) {
      const all = [...this.#said.values()].flatMap((each) => each.get(uri) ?? []);
      // A file that two projects share has what both say, each once.
      const once = new Map(all.map((each) => [JSON.stringify(each), each]));
      this.#outlet.publish(uri, this.#documents.get(uri)?.version, [...once.values()]);
    }
  }
}
