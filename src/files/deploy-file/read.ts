/**
 * The static reader of the deploy file: texts in, Kamal's reading of them out. It runs nothing, and reads only what is
 * passed.
 */
import { type KamalRelease, kamalRelease } from '../../base/kamal-facts/release.ts';
import type { DeployError, DeployReading, SourceFile, Unknown } from '../../parity/model.ts';
import { ENVIRONMENTS, type Environment } from '../erb/environment.ts';
import { namesRead } from '../erb/names-read.ts';
import { Path } from '../erb/ruby/paths.ts';
import { newSession, type TemplateSession } from '../erb/ruby/session.ts';
import { expandedSize, fetch, type YamlHash } from '../yaml/values.ts';
import { Failure } from '../../base/failure.ts';
import { clearOf, literalsOf } from './clear.ts';
import { readConfiguration } from './configuration.ts';
import type { Configuration } from './configuration-model.ts';
import { consumersOf } from './consumers.ts';
import { deploymentOf } from './deployment.ts';
import { loadFiles, type Loaded, type WantedFile } from './load.ts';
import { Locator } from './locator.ts';
import { neededRelease } from './needed-release.ts';
import { NO_PLACES, placesOf } from './places.ts';
import { secretListsOf } from './secret-lists.ts';
import { hooksPathOf, secretsPathOf } from './sections.ts';
import { keysAreKnown } from './structure.ts';

export interface DeployFileInput {
  /** Which Kamal reads it; the newest that is known by default. */
  readonly kamal?: KamalRelease;
  /** `config/deploy.yml` or what `-c` names; null if it does not exist. */
  readonly config: SourceFile | null;
  /** Its path, for the case that it does not exist. */
  readonly configPath?: string;
  readonly destination: { readonly name: string; readonly source: SourceFile | null } | null;
  /** `KAMAL_PREVIEW_NUMBER` for ERB; not known by default. */
  readonly previewNumber?: number | null;
  /** The text of a file of the project that ERB reads, `path` relative to the project; null if it does not exist. */
  readonly readFile?: (path: string) => string | null;
  /** Whether a file or directory of the project exists. Default: whether `readFile` gives its text. */
  readonly exists?: (path: string) => boolean;
  /** Whether a file that does not exist may be there when Kamal runs. Default: none may. */
  readonly mayAppear?: (path: string) => boolean;
}

const SECRET_PLACES =
  /(?:^|\/)(?:env(?:\/|:|$)|registry|secrets?(?:\/|:|$)|ssl|key_data)|certificate_pem|private_key_pem/u;

/** Of more ways through what only a run decides none is certain. */
const MOST_PATHS = 64;
/** Values of a deploy file, those of an alias counted each time: people's own have a few hundred. */
const MOST_VALUES = 200_000;

function tooManyValues(path: string): Failure {
  return new Failure(
    'file-too-large',
    `${path} has more than ${MOST_VALUES} values, counting what its aliases repeat: that is the limit for such a file.`,
    { agent: [`Remove what does not belong in ${path}, or use fewer aliases.`] },
  );
}

/**
 * Reads the deploy file of one destination. Variables that ERB reads count as set; if Kamal would refuse the result, as
 * unset where the template provides for that. A refusal is certain if every way through the conditions is refused.
 */
export function readDeployFile(input: DeployFileInput): DeployReading {
  const wanted = wantedFiles(input);
  const { reading: first, usesErb } = readUnder(input, wanted, ENVIRONMENTS[0], null);
  if (first.errors.length === 0 || !usesErb) return first;
  for (const environment of ENVIRONMENTS.slice(1)) {
    const other = readUnder(input, wanted, environment, null);
    if (other.reading.errors.length === 0 || !other.usesErb) return other.reading;
  }
  for (const environment of ENVIRONMENTS) {
    const refused = refusedOnEveryPath(input, wanted, environment);
    if (refused) return refused;
  }
  return perhaps(first);
}

/** The same where another environment may make it load. */
function perhaps(reading: DeployReading): DeployReading {
  const errors = reading.errors.map((error) => ({ ...error, certain: false }));
  const told = new Set(reading.unknowns.map(({ reason }) => reason));
  const unknowns = uncertainErrors(errors).filter(({ reason }) => !told.has(reason));
  return { ...reading, loads: 'unknown', errors, unknowns: [...reading.unknowns, ...unknowns] };
}

function readUnder(
  input: DeployFileInput,
  wanted: readonly WantedFile[],
  environment: Environment,
  path: Path | null,
): { readonly reading: DeployReading; readonly usesErb: boolean } {
  const readFile = input.readFile ?? (() => null);
  const session = newSession({
    kamal: input.kamal ?? kamalRelease(),
    environment,
    readFile,
    exists: input.exists ?? ((file) => readFile(file) !== null),
    mayAppear: input.mayAppear ?? (() => false),
    destination: input.destination?.name ?? null,
    templates: wanted.flatMap(({ source }) => (source ? [source.text] : [])),
    previewNumber: input.previewNumber ?? null,
    path,
  });
  const loaded = loadFiles(wanted, session);
  return { reading: readLoaded(input, loaded, session), usesErb: loaded.usesErb };
}

/** The reading of the first way; null if one way could load, or there are too many to try. */
function refusedOnEveryPath(
  input: DeployFileInput,
  wanted: readonly WantedFile[],
  environment: Environment,
): DeployReading | null {
  let first: DeployReading | null = null;
  let path: Path | null = new Path();
  for (let count = 0; path; count += 1, path = path.next()) {
    if (count === MOST_PATHS) return null;
    const { reading } = readUnder(input, wanted, environment, path);
    if (reading.loads !== false || path.isOpen) return null;
    first ??= reading;
  }
  return first;
}

function wantedFiles({ config, configPath, destination }: DeployFileInput): WantedFile[] {
  const path = config?.path ?? configPath ?? 'config/deploy.yml';
  const files: WantedFile[] = [{ path, source: config }];
  if (destination) {
    // Pathname#sub_ext: the last extension gives way to the destination's.
    const stem = path.replace(/(?<=[^/])\.[^./]*$/u, '');
    files.push({ path: `${stem}.${destination.name}.yml`, source: destination.source });
  }
  return files;
}

/** What is known where Kamal cannot even load the file. */
function withoutConfiguration(loaded: Loaded, locator: Locator) {
  const { failure } = loaded;
  const errors: DeployError[] = failure ? [{ ...failure, aboutSecrets: true }] : [];
  return {
    loads: loadsWith(errors),
    errors,
    consumers: [],
    clear: [],
    literals: [],
    secretsPath: '.kamal/secrets',
    hooksPath: '.kamal/hooks',
    needs: null,
    secretLists: secretLists(loaded, loaded.files[0]?.root ?? null, locator),
    unknowns: loaded.unknowns,
    places: NO_PLACES,
    deployment: null,
  };
}

function readLoaded(input: DeployFileInput, loaded: Loaded, session: TemplateSession): DeployReading {
  const destination = input.destination?.name ?? null;
  const kamal = input.kamal ?? kamalRelease();
  const files = [input.config, input.destination?.source ?? null].filter((file) => file !== null);
  const base = {
    files,
    readByErb: namesRead(files),
    destination,
    maybe: loaded.maybe,
  };
  const locator = new Locator();
  if (loaded.merged && expandedSize(loaded.merged, MOST_VALUES) > MOST_VALUES)
    throw tooManyValues(files[0]?.path ?? 'config/deploy.yml');
  if (!loaded.merged) return { ...base, ...withoutConfiguration(loaded, locator) };
  const configuration = readConfiguration(loaded.merged, {
    kamal,
    destination,
    exists: session.exists,
  });
  const errors = refusals(configuration, loaded, locator);
  const consumers = consumersOf(configuration, locator);
  const uncertain: Unknown[] = consumers
    .filter(({ certain }) => !certain)
    .map(({ via, span }) => ({
      reason: `the name of a secret in ${via} is not known until Kamal runs`,
      span,
    }));
  return {
    ...base,
    loads: loadsWith(errors),
    errors,
    consumers,
    clear: clearOf(configuration, locator),
    literals: literalsOf(configuration, locator),
    secretsPath: kamal.facts.knowsSecretsPath ? secretsPathOf(loaded.merged) : '.kamal/secrets',
    hooksPath: hooksPathOf(loaded.merged),
    needs: neededRelease(loaded.merged, locator),
    secretLists: secretLists(loaded, loaded.merged, locator),
    unknowns: [
      ...loaded.unknowns,
      ...uncertain,
      ...unknownPaths(loaded.merged, locator),
      ...uncertainErrors(errors),
    ],
    places: placesOf(loaded.merged, locator),
    deployment: deploymentOf(configuration, locator),
  };
}

function refusals({ refusal }: Configuration, loaded: Loaded, locator: Locator): DeployError[] {
  if (!refusal) return [];
  return [
    {
      message: refusal.message,
      span: locator.span(refusal.place),
      aboutSecrets: SECRET_PLACES.test(refusal.message),
      certain:
        !loaded.partial &&
        refusal.values.every((place) => locator.isKnown(place)) &&
        refusal.lacks.every((place) => keysAreKnown(loaded.files, place)),
    },
  ];
}

function uncertainErrors(errors: readonly DeployError[]): Unknown[] {
  return errors
    .filter(({ certain }) => !certain)
    .map(({ message, span }) => ({
      reason: `whether Kamal accepts it is not known until it runs (${message})`,
      span,
    }));
}

function unknownPaths(merged: YamlHash, locator: Locator): Unknown[] {
  const path = fetch(merged, 'secrets_path');
  if (!path || locator.isKnown(path.place)) return [];
  return [
    { reason: 'where the secrets files are is not known until Kamal runs', span: locator.span(path.place) },
  ];
}

function secretLists(
  loaded: Loaded,
  merged: YamlHash | null,
  locator: Locator,
): DeployReading['secretLists'] {
  return merged ? secretListsOf(loaded.files, merged, locator) : [];
}

function loadsWith(errors: readonly DeployError[]): boolean | 'unknown' {
  if (errors.length === 0) return true;
  return errors.some(({ certain }) => certain) ? false : 'unknown';
}
