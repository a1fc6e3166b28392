/** Asks the servers for previews, and removes one from all its hosts. */
import { askServer, type ServerAccess } from '../kamal/servers/shell.ts';
import {
  inventoryScript,
  previewsOf,
  readInventory,
  type HostInventory,
  type Place,
  type Preview,
} from './inventory.ts';
import { isOfRepository, isOwnedBy, type PreviewOwner } from './marker.ts';
import { readRemoval, removalScript, type HostRemoval } from './removal-script.ts';

/** Asks all hosts at the same time, over one connection each. Rejects only when aborted. */
async function takeInventory(
  access: ServerAccess,
  hosts: readonly string[],
  destination: string,
): Promise<HostInventory[]> {
  const script = inventoryScript(destination);
  return Promise.all(
    hosts.map(async (host): Promise<HostInventory> => {
      const answer = await askServer(access, host, script);
      if (!answer.reached) return { host, reached: false, reason: answer.reason };
      return readInventory(host, answer.stdout, destination);
    }),
  );
}

/** What is on the servers. */
export interface Survey {
  readonly previews: readonly Preview[];
  readonly unreached: readonly { readonly host: string; readonly reason: string }[];
  /** Directories with a marker that no one understands, as `HOST: NAME`; they are not touched. */
  readonly unreadable: readonly string[];
  /** Services of the destination without a marker, as `HOST: NAME`; deployed by hand, and not touched. */
  readonly unmarked: readonly string[];
  /** Previews of other projects of the repository, as `HOST: SERVICE, of PROJECT`; their own sweep handles them. */
  readonly ofOthers: readonly string[];
}

/**
 * The previews of a repository's project on these hosts, and on those that their registers name besides: a pull request may have
 * deployed to a host that the default branch does not know.
 */
export async function surveyPreviews(
  access: ServerAccess,
  hosts: readonly string[],
  { destination, ...owner }: PreviewOwner & { readonly destination: string },
): Promise<Survey> {
  const first = await takeInventory(access, hosts, destination);
  const named = previewsOf(first, owner).flatMap((preview) => preview.hosts);
  const further = [...new Set(named)].filter((host) => !hosts.includes(host));
  const inventories = [...first, ...(await takeInventory(access, further, destination))];
  const told = (of: (each: Extract<HostInventory, { reached: true }>) => readonly string[]): string[] =>
    inventories.flatMap((each) => (each.reached ? of(each).map((name) => `${each.host}: ${name}`) : []));
  return {
    previews: previewsOf(inventories, owner),
    unreached: inventories.flatMap((each) =>
      each.reached ? [] : [{ host: each.host, reason: each.reason }],
    ),
    unreadable: told(({ unreadable }) => unreadable),
    unmarked: told(({ unmarked }) => unmarked),
    ofOthers: told(({ places }) =>
      places.flatMap(({ marker }) =>
        isOfRepository(marker, owner) && !isOwnedBy(marker, owner)
          ? [`${marker.service}, of \`${marker.project ?? '.'}\``]
          : [],
      ),
    ),
  };
}

/** How a preview is removed. */
export interface RemovalOptions {
  /** The run's name for the lock's details. */
  readonly performer: string;
  /** For a container of the preview, before anything goes; null for none. */
  readonly teardown: string | null;
  /** Hosts that did not answer: where the preview was deployed to one of them, it is not removed as a whole. */
  readonly unreached: readonly string[];
}

/** What became of a preview that was to go. */
export type RemovalOutcome =
  | { readonly kind: 'removed'; readonly kept: readonly string[]; readonly notes: readonly string[] }
  /** A new deploy has claimed it in the meantime. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'failed'; readonly problems: readonly string[] };

/** Seconds for `preview-teardown`, and milliseconds for a host to remove the rest. */
const TEARDOWN = 60;
const PATIENCE = 60_000;

/**
 * Removes a preview from every host that has something of it: first where the teardown command runs, then, after its
 * success, from all others at the same time. Rejects only when aborted.
 */
export async function removePreview(
  access: ServerAccess,
  { places, hosts }: Preview,
  { performer, teardown, unreached }: RemovalOptions,
): Promise<RemovalOutcome> {
  // Kamal's primary host, if it has the marker; else any host with it.
  const first =
    teardown === null ? null : (places.find(({ marker, host }) => host === marker.host) ?? places[0]);
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const remove = async (place: Place): Promise<readonly [string, HostRemoval]> => {
    const runs = teardown !== null && place === first;
    const script = removalScript({
      marker: place.marker,
      raw: place.raw,
      lock: place.lock?.raw ?? null,
      performer,
      at,
      teardown: runs ? { command: teardown, role: place.marker.role, seconds: TEARDOWN } : null,
    });
    const patience = PATIENCE + (runs ? TEARDOWN * 1000 : 0);
    const answer = await askServer({ ...access, patience }, place.host, script);
    const found: HostRemoval = answer.reached
      ? readRemoval(answer.stdout)
      : { kind: 'failed', why: `it cannot be reached: ${answer.reason}` };
    return [place.host, found];
  };
  const done: (readonly [string, HostRemoval])[] = [];
  if (first != null) done.push(await remove(first));
  if (done.every(([, { kind }]) => kind === 'removed' || kind === 'gone')) {
    const others = places.filter((place) => place !== first);
    const found = await Promise.all(others.map(async (place) => [place, ...(await remove(place))] as const));
    for (const [place, host, removal] of found)
      // One server by two names: the removal by the other name held the lock.
      done.push(removal.kind === 'locked' && places.length > 1 ? await remove(place) : [host, removal]);
  }
  return outcomeOf(
    done,
    hosts.filter((host) => unreached.includes(host)),
  );
}

function outcomeOf(
  done: readonly (readonly [string, HostRemoval])[],
  unseen: readonly string[],
): RemovalOutcome {
  const problems = [
    ...done.flatMap(([host, removal]) => problemsOf(host, removal)),
    ...unseen.map((host) => `${host}: it cannot be asked, and the preview was deployed there too`),
  ];
  if (problems.length > 0) return { kind: 'failed', problems };
  if (done.some(([, { kind }]) => kind === 'changed')) return { kind: 'changed' };
  const removed = done.flatMap(([host, removal]) =>
    removal.kind === 'removed' ? [{ host, ...removal }] : [],
  );
  const on = (host: string, texts: readonly string[]): string[] => texts.map((text) => `${host}: ${text}`);
  return {
    kind: 'removed',
    kept: removed.flatMap(({ host, kept }) => on(host, kept)),
    notes: removed.flatMap(({ host, notes }) => on(host, notes)),
  };
}

function problemsOf(host: string, removal: HostRemoval): string[] {
  switch (removal.kind) {
    case 'removed':
    case 'gone':
    case 'changed':
      return [];
    case 'locked':
      return [`${host}: its deploy lock is held`];
    case 'shared':
      return [`${host}: its service runs there under another destination too, so nothing was removed`];
    case 'teardown-failed':
      return [
        `${host}: \`preview-teardown\` failed (${removal.status}), so the preview stays with its data`,
        ...removal.output.map((line) => `${host}: │ ${line}`),
      ];
    case 'left':
      return removal.left.map((what) => `${host}: ${what} is still there`);
    case 'failed':
      return [`${host}: ${removal.why}`];
  }
}
