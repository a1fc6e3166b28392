/**
 * The static check of a project on disk: reads its deploy files, secrets files and hooks, and joins the readers with the
 * rules. Nothing of the project is executed and nothing leaves the machine.
 */
import { withoutComments } from '../base/text/without-comments.ts';
import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { didYouMean } from '../base/text/did-you-mean.ts';
import { GitIgnore } from './git-ignore.ts';
import { trackedFiles } from './git-index.ts';
import { type RepositoryPlace, repositoryPlace } from './repository-root.ts';
import { readWorkflows } from './workflow/find-workflows.ts';
import { laterRelease } from './deploy-file/later-release.ts';
import { type DeployFileInput, readDeployFile } from './deploy-file/read.ts';
import { makersOf } from './made-files.ts';
import { openProject, type Project } from './open-project.ts';
import { deployFileNotFound, type ProjectNaming } from './project-failures.ts';
import { readSecrets, secretsFilePaths } from './secrets-file/read-secrets.ts';
import { parseYaml } from './yaml/parser.ts';
import type { KamalRelease } from '../base/kamal-facts/release.ts';
import { chooseKamal } from './chosen-kamal.ts';
import type { DeployError, SecretsReading, SourceFile, WorkflowReading } from '../parity/model.ts';
import { readSettings, SETTINGS_FILE } from './project-settings.ts';
import type { DestinationReadings, ProjectReadings, ProjectSettings } from '../parity/rule.ts';

/** The project's rules at the base of a pull request: null if it has none, or if they are not known. */
export interface BaseSettings {
  readonly text: string | null;
  readonly isKnown: boolean;
}

export interface ReadProjectOptions {
  /** The folder that Kamal would run in. */
  readonly root: string;
  /** The deploy file, relative to the root; default `config/deploy.yml`. */
  readonly config?: string;
  /** Destinations by name, null for none; `all` for every one the project has. Default: what plain `kamal deploy` uses. */
  readonly destinations?: readonly (string | null)[] | 'all';
  /** The version of Kamal that will run, where the caller knows; null or none: as the project's files say. */
  readonly kamalVersion?: string | null;
  /** The text of `.kamal/1password.yml` that holds instead of the project's own, as on a pull request that of its base; null: none. */
  readonly baseSettings?: BaseSettings;
  /** The number of the preview that is deployed; by default each destination whose file asks for one gets a sample. */
  readonly previewNumber?: number;
  /** Texts instead of those on disk, by path: the files after a change. */
  readonly overlay?: ReadonlyMap<string, string>;
  /** The workflows of the repository, if the caller has read them, overlay included. */
  readonly workflows?: readonly WorkflowReading[];
  /** How a failure names projects; by default by the options of a terminal. */
  readonly naming?: ProjectNaming;
  /** Called with what was read, before any of it is used: later output hides what is in it. */
  readonly onRead?: (project: ProjectReadings) => void;
}

/**
 * Reads all that the check and the fixes need of a project, without judging it.
 *
 * @throws Failure `config-not-found` if there is no deploy file, `destination-not-found` if a destination has none,
 * and what `openProject` throws for files that cannot be read
 */
export function readProject(options: ReadProjectOptions): ProjectReadings {
  const project = readAll(options);
  options.onRead?.(project);
  return project;
}

function readAll({
  root,
  config,
  destinations,
  kamalVersion = null,
  baseSettings,
  previewNumber,
  overlay,
  workflows: givenWorkflows,
  naming = { kind: 'options' },
}: ReadProjectOptions): ProjectReadings {
  const files = new Files(openProject(root, config, overlay, naming));
  const { project } = files;
  const source = files.source(project.configPath);
  const settings = settingsOf(files, baseSettings);
  const all = project.destinations();
  if (source === null) refuseWrongFolder(project, all.length === 0, naming);
  const place = repositoryPlace(project.directory, undefined);
  const workflows = givenWorkflows ?? readWorkflows(place, parseYaml, overlay);
  const known = all.filter((each) => isDeployedTo(project, each, all, workflows));
  const kept = known.filter((each) => !settings.skipped.includes(each));
  const depth = place.project === '' ? 0 : place.project.split('/').length;
  const kamal = chooseKamal(kamalVersion, workflows, (file) => files.sourceOrNull(file), depth);
  const reader = new DestinationReader(files, source, kamal.release, {
    place,
    workflows,
    number: previewNumber ?? null,
    destinations: previewDestinations(workflows),
  });
  const { chosen, incompleteBase } = chooseDestinations(
    destinations,
    { known: all, kept },
    reader,
    workflows,
  );
  const readings = chosen.map((destination) => reader.read(destination));
  const hooksPath = readings[0]?.deploy.hooksPath ?? '.kamal/hooks';
  return {
    destinations: readings,
    complete: known.every((each) => chosen.includes(each)),
    others: destinations === undefined ? kept.filter((each) => !chosen.includes(each)) : [],
    hooks: project.hooks(hooksPath).flatMap((name) => files.sourceOrNull(`${hooksPath}/${name}`) ?? []),
    deployFiles: deployFilePaths(project).flatMap((each) => files.sourceOrNull(each) ?? []),
    absent: reader.absent(readings),
    kamal: kamal.told,
    settings,
    incompleteBase,
    workflows,
  };
}

/** With nothing of Kamal around, this is the wrong folder; else Kamal's own refusal is the finding. @throws Failure */
function refuseWrongFolder(project: Project, hasNoDestination: boolean, naming: ProjectNaming): void {
  const misnamed = project.configPath.replace(/\.yml$/, '.yaml');
  if (misnamed !== project.configPath && project.exists(misnamed))
    throw new Failure(
      'config-not-found',
      `There is ${misnamed} in ${project.directory}, but Kamal reads ${project.configPath}.`,
      { agent: [`Rename it: git mv ${misnamed} ${project.configPath}`] },
    );
  if (hasNoDestination && !project.exists('.kamal'))
    throw deployFileNotFound(project.directory, project.configPath, naming);
}

/** Those of the base apply if they are known; an unchanged file changes nothing. */
function settingsOf(files: Files, base: BaseSettings | undefined): ProjectSettings {
  const own = files.sourceOrNull(SETTINGS_FILE);
  if (base === undefined || (own?.text ?? null) === base.text) return readSettings(own);
  const source = base.text === null ? null : { path: SETTINGS_FILE, text: base.text, bom: 0 as const };
  const change = { file: SETTINGS_FILE, isBaseKnown: base.isKnown };
  // The lines of the base are not those that anybody sees here.
  return { ...readSettings(source), source: own, problems: [], change };
}

/** `config/deploy.template.yml`: a file to copy from, unless a workflow deploys with it. */
const TEMPLATE = /^(?:template|tmpl|example|sample|skeleton|dist)$/i;

function chooseDestinations(
  wanted: readonly (string | null)[] | 'all' | undefined,
  { known: all, kept: known }: { readonly known: readonly string[]; readonly kept: readonly string[] },
  reader: DestinationReader,
  workflows: readonly WorkflowReading[],
): Chosen {
  if (wanted !== undefined && wanted !== 'all') {
    const missing = wanted.find((each) => each !== null && !all.includes(each));
    if (missing != null) throw destinationNotFound(missing, all, reader.pathOf(missing));
    return { chosen: [...new Set(wanted)], incompleteBase: null };
  }
  if (known.length === 0) return { chosen: [null], incompleteBase: null };
  const base = reader.read(null);
  const [refusal = null] = base.deploy.loads === false ? base.deploy.errors : [];
  const isCompleted = refusal !== null && known.some((each) => reader.read(each).deploy.loads !== false);
  if (isCompleted) {
    // `require_destination: true` says it on its own.
    return { chosen: known, incompleteBase: asksForDestination(base) ? null : refusal };
  }
  if (!isDeployedWithout(base, known, reader)) return { chosen: known, incompleteBase: null };
  const others = wanted === 'all' ? known : known.filter((each) => isNamedIn(workflows, each));
  return { chosen: [null, ...others], incompleteBase: null };
}

function destinationNotFound(name: string, all: readonly string[], file: string): Failure {
  const [there, step] =
    all.length === 0
      ? ['this project has no destinations.', 'Omit the destination']
      : [
          `${all.length === 1 ? 'the only destination is' : 'the destinations are'} ${all.join(', ')}.${didYouMean(name, all)}`,
          all.length === 1 ? 'Use this destination' : 'Use one of these destinations',
        ];
  return new Failure('destination-not-found', `There is no ${file}: ${there}`, {
    agent: [`${step}, or add ${file}.`],
  });
}

interface Chosen {
  readonly chosen: readonly (string | null)[];
  readonly incompleteBase: DeployError | null;
}

/** The destinations of the steps with `command: preview`: `preview` where a workflow names none. */
function previewDestinations(workflows: readonly WorkflowReading[]): Set<string> {
  const steps = workflows.flatMap(({ jobs }) => jobs.flatMap((job) => job.steps));
  const inputOf = (step: (typeof steps)[number], name: string): string | undefined =>
    step.with?.entries.find((each) => each.name === name)?.value;
  const previews = steps.filter(
    (step) => step.uses?.includes('kamal-1password') === true && inputOf(step, 'command') === 'preview',
  );
  return new Set(previews.map((step) => inputOf(step, 'destination') ?? 'preview'));
}

/** Whether a workflow deploys to a destination: `-d NAME`, `--destination=NAME`, `destination: NAME`. */
function isNamedIn(workflows: readonly WorkflowReading[], destination: string): boolean {
  const name = destination.replaceAll(/[^\w-]/g, String.raw`\$&`);
  const given = new RegExp(String.raw`(?:\s-d|--destination|\bdestination:)[ =]+["']?${name}(?![\w.-])`);
  if (previewDestinations(workflows).has(destination)) return true;
  return workflows.some(({ source }) => given.test(withoutComments(source.text)));
}

/**
 * Whether a `deploy.NAME.yml` is for `-d NAME`: it is named so, or is neither a template, nor named with `-c`, nor beside
 * that of another destination (`deploy.eu.hosts.yml`, which the ERB of `deploy.eu.yml` reads).
 */
function isDeployedTo(
  project: Project,
  name: string,
  all: readonly string[],
  workflows: readonly WorkflowReading[],
): boolean {
  const isOther =
    TEMPLATE.test(name) ||
    all.some((each) => name.startsWith(`${each}.`)) ||
    isDeployFileIn(workflows, project.destinationPath(name));
  return !isOther || isNamedIn(workflows, name);
}

/** Whether a workflow deploys with a file as its own deploy file: `-c config/deploy.staging.yml`, `config-file: …`. */
function isDeployFileIn(workflows: readonly WorkflowReading[], file: string): boolean {
  const name = file.replaceAll(/[^\w/-]/g, String.raw`\$&`);
  const given = new RegExp(
    String.raw`(?:\s-c|--config[-_]file|\bconfig-file:)[ =]*["']?(?:\./)?${name}(?![\w.-])`,
  );
  const mentioned = new RegExp(String.raw`(?<![\w/.-])(?:\./)?${name}(?![\w.-])`);
  return workflows.some(({ source }) => {
    const text = withoutComments(source.text);
    return (
      given.test(text) ||
      // The file is chosen in the job, and no destination is.
      (/(?:\s-c|--config[-_]file|\bconfig-file:)[ =]*["']?\$/.test(text) &&
        mentioned.test(text) &&
        !/(?:\s-d|--destination|\bdestination:)[ =]/.test(text))
    );
  });
}

function asksForDestination({ deploy }: DestinationReadings): boolean {
  // `require_destination: true`: without one Kamal refuses to do anything (Kamal 2.12.0, configuration.rb).
  return deploy.errors.some(({ message }) => message.includes('must specify a destination'));
}

/** Whether the project is meant to be deployed without `-d` too. */
function isDeployedWithout(
  base: DestinationReadings,
  known: readonly string[],
  reader: DestinationReader,
): boolean {
  const { deploy, secrets } = base;
  if (asksForDestination(base)) return false;
  // Secrets for each destination and none besides: no one deploys without.
  const ownFile = secrets.files.at(-1)?.source ?? null;
  return ownFile !== null || !known.some((each) => reader.hasSecretsFile(deploy.secretsPath, each));
}

/** `config/deploy.yml` and its like: others than the one at hand may be used with the same secrets files. */
function deployFilePaths(project: Project): string[] {
  const folder = path.posix.dirname(project.configPath);
  const found = project.names(folder).filter((name) => /^deploy.*\.yml$/.test(name));
  return found.map((name) => path.posix.join(folder, name));
}

/** Reads one destination after another; what they share is read once. */
class DestinationReader {
  readonly #files: Files;
  readonly #source: SourceFile | null;
  readonly #kamal: KamalRelease;
  readonly #previewNumber: number | null;
  /** Destinations that a workflow deploys previews to. */
  readonly #previews: ReadonlySet<string>;
  readonly #done = new Map<string | null, DestinationReadings>();
  readonly #alone = new Map<string, SecretsReading>();
  readonly #ignore: GitIgnore;
  readonly #notCommitted = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #place: RepositoryPlace;
  /** Whether something may make a file before Kamal runs. */
  readonly #isMade: (file: string) => boolean;
  #tracked: ReadonlySet<string> | null = null;

  constructor(
    files: Files,
    source: SourceFile | null,
    kamal: KamalRelease,
    context: {
      readonly place: RepositoryPlace;
      readonly workflows: readonly WorkflowReading[];
      readonly number: number | null;
      readonly destinations: ReadonlySet<string>;
    },
  ) {
    this.#place = context.place;
    this.#isMade = makersOf(context.workflows, {
      names: (folder) => files.project.names(folder),
      text: (file) => files.sourceOrNull(file)?.text ?? null,
    });
    this.#previewNumber = context.number;
    this.#previews = context.destinations;
    this.#kamal = kamal;
    this.#files = files;
    this.#source = source;
    this.#ignore = new GitIgnore((file) => files.sourceOrNull(file)?.text ?? null);
  }

  read(destination: string | null): DestinationReadings {
    let readings = this.#done.get(destination);
    if (readings === undefined) {
      readings = this.#readUncached(destination);
      this.#done.set(destination, readings);
    }
    return readings;
  }

  #readUncached(destination: string | null): DestinationReadings {
    const number = this.#numberFor(destination);
    const { input, deploy, secrets, paths } = this.#readFiles(destination, number);
    for (const file of [...paths, ...deploy.files.map((each) => each.path)]) this.#askWhetherCommitted(file);
    const notLoaded = this.#notLoaded(path.posix.normalize(deploy.secretsPath), destination);
    return {
      destination,
      secrets,
      deploy,
      laterKamal: laterRelease(input, deploy),
      preview: number === null ? null : this.#previewOf(input, number),
      notLoaded,
      vault: null,
      notCommitted: this.#notCommitted,
    };
  }

  /** What says whether a preview is isolated: another one, and all that is no preview. */
  #previewOf(input: DeployFileInput, number: number): DestinationReadings['preview'] {
    const others = [null, ...this.#files.project.destinations()].filter(
      (each) => each !== input.destination?.name && this.#numberFor(each) === null,
    );
    return {
      other: readDeployFile({ ...input, previewNumber: number + 1 }),
      beside: others.map((each) => {
        const { deploy, secrets } = this.#readFiles(each, null);
        return { destination: each, deploy, secrets };
      }),
    };
  }

  /** The number of the preview that a destination is; null if it is not one. */
  #numberFor(destination: string | null): number | null {
    if (destination === null) return null;
    const own = this.#files.source(this.#files.project.destinationPath(destination));
    if (!asksForPreviewNumber(own) && !this.#previews.has(destination)) return null;
    return this.#previewNumber ?? SAMPLE_PREVIEW;
  }

  /** The path of a destination's deploy file, whether it exists or not. */
  pathOf(destination: string): string {
    return this.#files.project.destinationPath(destination);
  }

  /** The deploy file and the secrets files of one destination. */
  #readFiles(destination: string | null, previewNumber: number | null) {
    const [files, kamal] = [this.#files, this.#kamal];
    const { project } = files;
    const input: DeployFileInput = {
      kamal,
      config: this.#source,
      configPath: project.configPath,
      destination:
        destination === null
          ? null
          : { name: destination, source: files.source(project.destinationPath(destination)) },
      previewNumber,
      readFile: (file) => files.sourceOrNull(file)?.text ?? null,
      exists: (file) => project.exists(file),
      mayAppear: (file) => this.#ignore.ignores(file) || this.#isTracked(file) || this.#isMade(file),
    };
    const deploy = readDeployFile(input);
    // As the files name themselves: `./.kamal/secrets` is `.kamal/secrets`.
    // No name at all is that of no file.
    const paths = secretsFilePaths(deploy.secretsPath, destination)
      .filter((each) => each !== '')
      .map((each) => path.posix.normalize(each));
    const secrets = readSecrets(
      paths.map((file) => ({ path: file, source: files.secretsSource(file) })),
      { kamal },
    );
    return { input, deploy, secrets, paths };
  }

  hasSecretsFile(secretsPath: string, destination: string): boolean {
    return this.#files.project.exists(`${secretsPath}.${destination}`);
  }

  /** `.kamal/secrets` for a destination; those of all destinations for null. */
  #notLoaded(secretsPath: string, destination: string | null): SecretsReading[] {
    const others =
      destination !== null
        ? [secretsPath]
        : this.#files.project
            .secretsDestinations(secretsPath)
            .filter(isDestination)
            .map((each) => `${secretsPath}.${each}`);
    return others.flatMap((file) => {
      const source = this.#files.sourceOrNull(file);
      if (source === null) return [];
      let reading = this.#alone.get(file);
      if (reading === undefined) {
        reading = readSecrets([{ path: file, source }], { kamal: this.#kamal });
        this.#alone.set(file, reading);
      }
      return [reading];
    });
  }

  /** Which of the words of commands are files that a checkout does not have. */
  absent(readings: readonly DestinationReadings[]): Map<string, 'ignored' | 'missing'> {
    const found = new Map<string, 'ignored' | 'missing'>();
    const commands = readings.flatMap(({ secrets }) => secrets.assignments.flatMap((each) => each.commands));
    for (const { value } of commands.flatMap((command) => (command.kind === 'shell' ? command.words : []))) {
      const file = value.replace(/^(?:\.\/)+/, '');
      if (!/^[\w.][\w.@/-]*$/.test(file) || found.has(file)) continue;
      if (this.#ignore.ignores(file)) found.set(file, 'ignored');
      else if (!this.#files.project.exists(file)) found.set(file, 'missing');
    }
    return found;
  }

  /** A tracked file stays tracked even if `.gitignore` has it. Checked for few files: the index can be large. */
  #isTracked(file: string): boolean {
    this.#tracked ??= trackedFiles(this.#place.root) ?? new Set();
    return this.#tracked.has(path.posix.join(this.#place.project, file));
  }

  #askWhetherCommitted(file: string): void {
    if (this.#asked.has(file)) return;
    this.#asked.add(file);
    if (this.#ignore.ignores(file) && !this.#isTracked(file)) this.#notCommitted.add(file);
  }
}

/** A number that no pull request has, of as many digits as the longest. */
export const SAMPLE_PREVIEW = 1_000_001;

/** A destination of previews: its own file has the number of the pull request in it. */
function asksForPreviewNumber(source: SourceFile | null): boolean {
  return source !== null && source.text.includes('<%') && source.text.includes('KAMAL_PREVIEW_NUMBER');
}

/** `.kamal/secrets.example` and the like are for people to copy. */
function isDestination(name: string): boolean {
  return !/^(?:example|sample|template|tmpl|dist|erb|bak|orig|swp)$|~$|\./.test(name);
}

/** The project's files, each read once. */
class Files {
  readonly project: Project;
  readonly #sources = new Map<string, SourceFile | null>();

  constructor(project: Project) {
    this.project = project;
  }

  /** @throws Failure for a file that exists and cannot be read */
  source(file: string): SourceFile | null {
    let source = this.#sources.get(file);
    if (source === undefined) {
      source = this.project.read(file);
      this.#sources.set(file, source);
    }
    return source;
  }

  /** A secrets file: one that is no UTF-8 is for Kamal to refuse, and for the check to say so. */
  secretsSource(file: string): SourceFile | null {
    try {
      return this.source(file);
    } catch (error) {
      if (error instanceof Failure && error.code === 'file-not-utf-8')
        return { path: file, text: '', bom: 0, invalidUtf8: true };
      throw error;
    }
  }

  /** A file that is only searched: one that cannot be read counts as missing. */
  sourceOrNull(file: string): SourceFile | null {
    try {
      return this.source(file);
    } catch (error) {
      if (error instanceof Failure && error.code !== 'project-too-large') return null;
      throw error;
    }
  }
}
