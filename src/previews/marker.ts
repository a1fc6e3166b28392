/**
 * The marker of a preview: what a host has beside the app's own files, written before Kamal boots anything. The servers
 * are the register of previews, and only what carries a marker of this repository is ever removed.
 */
import { shellQuoted } from '../base/text/quoting.ts';
import { holdsNumber, isPlainHost, isPlainName, NUMBER } from './identity.ts';

/** Whose previews they are. */
export interface PreviewOwner {
  /** `owner/name`. */
  readonly repository: string;
  /** GitHub's id of the repository, which a rename keeps; null or missing if it is not known. */
  readonly repositoryId?: string | null;
  /** The directory of the project in the repository, `.` for its root; null or missing if it is not known. */
  readonly project?: string | null;
}

/** Which preview it is, who deployed it, and when. Nothing secret is in it. */
export interface Marker extends PreviewOwner {
  readonly pullRequest: number;
  readonly service: string;
  readonly destination: string;
  /** The commit that was deployed last, or is being deployed. */
  readonly commit: string;
  /** `RUN.ATTEMPT` of the workflow that deployed it; null if a person did. */
  readonly run: string | null;
  /** When its last deploy began, by the runner's clock; ISO 8601. */
  readonly at: string;
  /** Where it answers; null if the deploy file names no host. */
  readonly address: string | null;
  /** The role that is deployed first, and its first host: where Kamal's lock is, and where a teardown runs. */
  readonly role: string;
  readonly host: string;
}

/** Below the account's home, in the directory that Kamal keeps of the app (Kamal 2.12.0, configuration.rb, `app_directory`). */
export function appDirectory(service: string, destination: string): string {
  return `.kamal/apps/${service}-${destination}`;
}

export const MARKER_FILE = 'kamal-1password.json';
/** Beside the marker: names that the preview has had, one `KIND NAME` a line; they only ever become more. */
export const NAMES_FILE = 'kamal-1password.names';

/** One line; the order of its keys is fixed, so that a shell can search for one of them. */
export function writeMarker(marker: Marker): string {
  const { repository, repositoryId, project, pullRequest, service, destination } = marker;
  const { commit, run, at, address, role, host } = marker;
  return JSON.stringify({
    repository,
    repositoryId: repositoryId ?? undefined,
    project: project ?? undefined,
    pullRequest,
    service,
    destination,
    commit,
    run,
    at,
    address,
    role,
    host,
  });
}

/**
 * Whether a preview belongs to this repository and project. The id decides where both know it: a renamed repository has
 * another name, and a new one may have the name of one that is gone.
 */
export function isOwnedBy(marker: PreviewOwner, owner: PreviewOwner): boolean {
  if (!isOfRepository(marker, owner)) return false;
  return marker.project == null || owner.project == null || marker.project === owner.project;
}

export function isOfRepository(marker: PreviewOwner, owner: PreviewOwner): boolean {
  if (marker.repositoryId != null && owner.repositoryId != null)
    return marker.repositoryId === owner.repositoryId;
  return isSameRepository(marker.repository, owner.repository);
}

/** GitHub's names are the same in capitals and small letters. */
export function isSameRepository(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/**
 * A shell function `NAME FILE` that is {@link isOwnedBy} for the text of a marker, as {@link writeMarker} writes it, and
 * holds its destination too. Whatever is no such text belongs to no one.
 */
export function ownsInShell(
  name: string,
  { destination, ...owner }: PreviewOwner & Pick<Marker, 'destination'>,
): string {
  const part = (key: string, value: string): string => shellQuoted(`"${key}":${JSON.stringify(value)},`);
  const repository = `grep -qiF -- ${part('repository', owner.repository)} "$1"`;
  const byId =
    owner.repositoryId == null
      ? repository
      : `if grep -q '"repositoryId":"' "$1"; then grep -qF -- ${part('repositoryId', owner.repositoryId)} "$1"; else ${repository}; fi`;
  const project =
    owner.project == null
      ? 'true'
      : `{ ! grep -q '"project":"' "$1" || grep -qF -- ${part('project', owner.project)} "$1"; }`;
  return `${name}() { ${byId} && ${project} && grep -qF -- ${part('destination', destination)} "$1"; }`;
}

/**
 * Reads a marker strictly: anything that {@link writeMarker} would not write is no marker, and is not touched.
 * @param directory the name of its directory, which has to be the one of its service and destination
 */
export function readMarker(text: string, directory: string): Marker | null {
  const raw = parsed(text);
  if (raw === null) return null;
  if (!isMarker(raw) || directory !== `${raw.service}-${raw.destination}`) return null;
  const { repository, repositoryId, project, pullRequest, service, destination } = raw;
  const { commit, run, at, address, role, host } = raw;
  const owner = {
    repository,
    ...(repositoryId == null ? {} : { repositoryId }),
    ...(project == null ? {} : { project }),
  };
  return { ...owner, pullRequest, service, destination, commit, run, at, address, role, host };
}

const aText =
  (isValid: (text: string) => boolean) =>
  (value: unknown): boolean =>
    typeof value === 'string' && isValid(value);

const VALID: { readonly [Key in keyof Required<Marker>]: (value: unknown) => boolean } = {
  repository: aText((name) => /^[\w.-]+\/[\w.-]+$/.test(name)),
  repositoryId: (id) => id == null || (typeof id === 'string' && /^\d{1,20}$/.test(id)),
  project: (path) => path == null || typeof path === 'string',
  pullRequest: (number) => typeof number === 'number' && NUMBER.test(String(number)),
  service: aText(isPlainName),
  destination: aText(isPlainName),
  commit: aText((sha) => /^\w{1,100}$/.test(sha)),
  run: (run) => run === null || (typeof run === 'string' && /^\d{1,20}\.\d{1,6}$/.test(run)),
  at: aText((time) => !Number.isNaN(Date.parse(time))),
  address: (address) => address === null || typeof address === 'string',
  role: aText(isPlainName),
  host: aText(isPlainHost),
};

function isMarker(raw: Readonly<Record<string, unknown>>): raw is Readonly<Record<string, unknown>> & Marker {
  return (
    Object.entries(VALID).every(([key, isValid]) => isValid(raw[key])) &&
    holdsNumber(String(raw['service']), Number(raw['pullRequest']))
  );
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
