/** The projects that the open documents belong to. */
import { dirname } from 'node:path';
import type { Documents } from './documents.ts';
import { projectsAround, projectsOfWorkflow } from './find-projects.ts';
import { type EditorSettings, EditorProject } from './project.ts';

export class Workspace {
  readonly documents: Documents;
  readonly #settings: EditorSettings;
  readonly #projects = new Map<string, EditorProject>();
  /** By path; looked up again when documents are opened and closed, and when files come and go. */
  readonly #owners = new Map<string, readonly EditorProject[]>();

  constructor(documents: Documents, settings: EditorSettings) {
    this.documents = documents;
    this.#settings = settings;
  }

  /** The projects that a file counts in, that of its own folder first. */
  projectsOf(path: string): readonly EditorProject[] {
    let owners = this.#owners.get(path);
    if (owners === undefined) {
      owners = this.#findOwners(path);
      this.#owners.set(path, owners);
    }
    return owners;
  }

  #findOwners(path: string): EditorProject[] {
    const ofWorkflow = projectsOfWorkflow(path);
    if (ofWorkflow.length > 0) return ofWorkflow.map((root) => this.#open(root));
    const around = projectsAround(path).map((root) => this.#open(root));
    // An outer project can have a deploy file that it gets by `-c`.
    const owner =
      (around.length > 1 ? around.find((project) => readsWith(project, path)) : null) ?? around[0];
    return owner === undefined ? [] : [owner];
  }

  /** Projects that have an open document, or had one. */
  opened(): IterableIterator<EditorProject> {
    return this.#projects.values();
  }

  /** Whether any document of a project is open. */
  isUsed(project: EditorProject): boolean {
    for (const { path } of this.documents.all()) if (this.projectsOf(path).includes(project)) return true;
    return false;
  }

  forget(project: EditorProject): void {
    this.#projects.delete(project.root);
    this.#owners.clear();
  }

  /** Files or documents have come or gone: others may be projects now. */
  reread(): void {
    this.#owners.clear();
    this.invalidate();
  }

  /** A text has changed. */
  invalidate(): void {
    for (const project of this.#projects.values()) project.invalidate();
  }

  #open(root: string): EditorProject {
    let project = this.#projects.get(root);
    if (project === undefined) {
      project = new EditorProject(root, this.documents, this.#settings);
      this.#projects.set(root, project);
    }
    return project;
  }
}

/** Whether a project's check reads a file, through its own secrets file. */
function readsWith(project: EditorProject, path: string): boolean {
  const name = project.nameOf(path);
  const { readings } = project.state();
  return (
    dirname(path) !== project.root &&
    readings.some(
      ({ report }) =>
        report.sources.has(name) &&
        report.destinations.some(({ secretsFiles }) => secretsFiles.some(({ exists }) => exists)),
    )
  );
}
