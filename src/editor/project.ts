/** One project of a workspace as it is at this moment, unsaved texts included: read and checked again after each change. */
import { join, relative, sep } from 'node:path';
import { realpathSync } from 'node:fs';
import { once } from '../base/once.ts';
import { Failure } from '../base/failure.ts';
import type { CheckProjectOptions } from '../change/project-edits.ts';
import { openProject } from '../files/open-project.ts';
import { readProject } from '../files/read-project.ts';
import { repositoryPlace } from '../files/repository-root.ts';
import { readWorkflows } from '../files/workflow/find-workflows.ts';
import { parseYaml } from '../files/yaml/parser.ts';
import { check, sourcesOf } from '../parity/check.ts';
import type { Finding, SourceFile, WorkflowReading } from '../parity/model.ts';
import { distinctFindings, type Report } from '../parity/report/report.ts';
import type { DestinationReadings, ProjectReadings } from '../parity/rule.ts';
import type { Documents } from './documents.ts';

/** What the person who uses the editor decided. */
export interface EditorSettings {
  /** Deploy files in addition to config/deploy.yml that Kamal gets by `-c`, from the project's folder. */
  readonly configFiles: readonly string[];
  readonly defaults: Pick<CheckProjectOptions, 'kamalVersion' | 'rules'>;
  /** Puts beside the files what 1Password holds, by name only; null if the person has not asked for it. */
  readonly readVault: ((project: ProjectReadings) => Promise<ProjectReadings>) | null;
}

/** The reading of one deploy file and its destinations. */
export interface Reading {
  readonly options: CheckProjectOptions;
  readonly project: ProjectReadings;
  /** Checked when it is first asked for: completion does not wait for it. */
  readonly report: Report;
}

export interface ProjectState {
  /** One for each deploy file that Kamal gets. */
  readonly readings: readonly Reading[];
  /** What all of them find, each once. */
  readonly findings: readonly Finding[];
  /** Every file that was read, by its path from the project. */
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** Why a deploy file could not be checked. */
  readonly failures: readonly Failure[];
}

/** Files may change silently of the editor's: older states are read again, in milliseconds. */
const LONGEST_KEPT = 2000;

export class EditorProject {
  /** Absolute. */
  readonly root: string;
  readonly #documents: Documents;
  readonly #settings: EditorSettings;
  #state: { readonly value: ProjectState; readonly at: number } | null = null;
  #last: ProjectState | null = null;

  constructor(root: string, documents: Documents, settings: EditorSettings) {
    this.root = root;
    this.#documents = documents;
    this.#settings = settings;
  }

  /** Something of the project, or of an open document, has changed. */
  invalidate(): void {
    this.#state = null;
  }

  state(): ProjectState {
    const kept = this.#state;
    if (kept !== null && performance.now() - kept.at < LONGEST_KEPT) return kept.value;
    const value = this.#read();
    this.#state = { value, at: performance.now() };
    this.#last = value;
    return value;
  }

  /** As it was a moment ago, before the last keystrokes: for what has to be there while someone types. */
  recent(): ProjectState {
    return this.#last ?? this.state();
  }

  /** A file as the check names it: from the project, with `/`. */
  nameOf(path: string): string {
    return relative(this.root, path).split(sep).join('/');
  }

  /** Where a file of the check is; the open document that it is another name of, where there is one. */
  pathOf(name: string): string {
    const path = join(this.root, name);
    if (this.#documents.at(path) !== null) return path;
    const real = realOrNull(path);
    if (real === null || real === path) return path;
    for (const document of this.#documents.all())
      if (realOrNull(document.path) === real) return document.path;
    return path;
  }

  /** The name by which the check knows an open document: its own, or that of a link to it. */
  knownAs(path: string, { sources }: ProjectState = this.state()): string {
    const name = this.nameOf(path);
    if (sources.has(name)) return name;
    for (const known of sources.keys()) if (this.pathOf(known) === path) return known;
    return name;
  }

  /** The destinations that a file is part of. */
  destinationsWith(name: string, { readings }: ProjectState): DestinationReadings[] {
    return readings.flatMap(({ project }) =>
      project.destinations.filter(({ deploy, secrets, notLoaded }) =>
        [
          ...deploy.files.map(({ path }) => path),
          ...[secrets, ...notLoaded].flatMap(({ files }) => files.map(({ path }) => path)),
        ].includes(name),
      ),
    );
  }

  #read(): ProjectState {
    const overlay = this.#overlay();
    const workflows = this.#workflows(overlay);
    const readings: Reading[] = [];
    const failures: Failure[] = [];
    for (const config of this.#configs(overlay, workflows ?? [])) {
      const options: CheckProjectOptions = {
        ...this.#settings.defaults,
        root: this.root,
        config,
        destinations: 'all',
        overlay,
      };
      try {
        const project = readProject(workflows === null ? options : { ...options, workflows });
        const report = once(() => check(project, options));
        readings.push({
          options,
          project,
          get report() {
            return report();
          },
        });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failures.push(error);
      }
    }
    const findings = once(() => findingsOf(readings));
    return {
      readings,
      get findings() {
        return findings();
      },
      sources: new Map(readings.flatMap(({ project }) => [...sourcesOf(project)])),
      failures,
    };
  }

  #overlay(): Map<string, string> {
    const overlay = new Map<string, string>();
    for (const { path, text } of this.#documents.all()) overlay.set(this.nameOf(path), text.text);
    return overlay;
  }

  /** `config/deploy.yml`, and what the workflows and the person name with `-c`. */
  #configs(overlay: ReadonlyMap<string, string>, workflows: readonly WorkflowReading[]): string[] {
    const project = openProject(this.root, undefined, overlay);
    const named = [...this.#settings.configFiles, ...configsIn(workflows)];
    const others = [...new Set(named)].filter((name) => name !== project.configPath && project.exists(name));
    const hasOwn = project.exists(project.configPath) || project.destinations().length > 0;
    return hasOwn || others.length === 0 ? [project.configPath, ...others] : others;
  }

  /** Null if they cannot be read: then each reading says so. */
  #workflows(overlay: ReadonlyMap<string, string>): WorkflowReading[] | null {
    try {
      return readWorkflows(repositoryPlace(this.root, undefined), parseYaml, overlay);
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  }
}

/** Every finding once. A secret that one deploy file leaves unused is no finding if another one uses it. */
function findingsOf(readings: readonly Reading[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const { report } of readings) {
    const asked = new Set(
      readings
        .filter((other) => other.report !== report)
        .flatMap(({ project }) => project.destinations.flatMap(({ deploy }) => deploy.consumers))
        .map(({ secret }) => secret),
    );
    for (const { finding } of distinctFindings(report)) {
      const { rule, secret, message, span } = finding;
      if (rule === 'secret-unused' && secret !== null && asked.has(secret)) continue;
      found.set(JSON.stringify([rule, secret, message, span]), finding);
    }
  }
  return [...found.values()];
}

/** The deploy files that `kamal -c FILE` and `--config-file` name. */
function configsIn(workflows: readonly WorkflowReading[]): string[] {
  return workflows
    .flatMap(({ jobs }) => jobs)
    .flatMap(({ steps }) => steps)
    .flatMap(({ kamal }) => kamal)
    .flatMap(({ words }) =>
      words.flatMap((word, index) => {
        const value =
          word === '-c' || word === '--config-file'
            ? words[index + 1]
            : /^(?:--config-file=|-c=?)(?<file>.+)$/.exec(word ?? '')?.groups?.['file'];
        return value == null || !/^[\w@./-]+$/.test(value) ? [] : [value.replace(/^(?:\.\/)+/, '')];
      }),
    );
}

function realOrNull(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}
