/**
 * The marker of a preview: what a host has beside the app's own files, written before Kamal boots anything. The servers
 * are the register of previews, and only what carries a marker of this repository is ever removed.
 */
import { holdsNumber, isPlainHost, isPlainName, NUMBER } from './identity.ts';

/** Which preview it is, who deployed it, and when. Nothing secret is in it. */
export interface Marker {
  /** `owner/name`. */
  readonly repository: string;
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
  const { repository, pullRequest, service, destination, commit, run, at, address, role, host } = marker;
  return JSON.stringify({
    repository,
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

/** The part of a marker's text that says whose it is and of which destination, as {@link writeMarker} writes it. */
export function ownerOf({ repository }: Pick<Marker, 'repository'>): string {
  return `"repository":${JSON.stringify(repository)},`;
}

/**
 * Reads a marker strictly: anything that {@link writeMarker} would not write is no marker, and is not touched.
 * @param directory the name of its directory, which has to be the one of its service and destination
 */
export function readMarker(text: string, directory: string): Marker | null {
  const raw = parsed(text);
  if (raw === null) return null;
  if (!isMarker(raw) || directory !== `${raw.service}-${raw.destination}`) return null;
  const { repository, pullRequest, service, destination, commit, run, at, address, role, host } = raw;
  return { repository, pullRequest, service, destination, commit, run, at, address, role, host };
}

const aText =
  (isValid: (text: string) => boolean) =>
  (value: unknown): boolean =>
    typeof value === 'string' && isValid(value);

const VALID: { readonly [Key in keyof Marker]: (value: unknown) => boolean } = {
  repository: aText((name) => /^[\w.-]+\/[\w.-]+$/.test(name)),
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
