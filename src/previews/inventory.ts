/** What a server has of previews: the script that asks it, and what its answer says. Pure; the callers reach the servers. */
import { lockDetails, type LockDetails } from '../kamal/lock/lock.ts';
import { shellQuoted } from '../base/text/quoting.ts';
import { isPlainHost } from './identity.ts';
import { isOwnedBy, MARKER_FILE, NAMES_FILE, readMarker, type Marker, type PreviewOwner } from './marker.ts';

/** A preview on one host. */
export interface Place {
  readonly host: string;
  readonly marker: Marker;
  /** The marker's text as it lies there, to be compared before anything is removed. */
  readonly raw: string;
  /** Every host that it was ever deployed to. */
  readonly hosts: readonly string[];
  /** Whether `preview-setup` has succeeded for it. */
  readonly isSetUp: boolean;
  /** Kamal's deploy lock of it on this host; null if it is free. */
  readonly lock: LockDetails | null;
  /** Milliseconds since the marker was written, and since the lock was taken, by the host's clock; null or missing if not known. */
  readonly age?: number | null;
  readonly lockAge?: number | null;
  readonly containers: readonly PlacedContainer[];
}

/**
 * When a preview's last deploy began, in milliseconds since 1970. The host's clock has timed it: that of a runner may be
 * days off, and no two runs have the same one.
 */
export function deployedAtOf({ marker, age = null }: Pick<Place, 'marker' | 'age'>, now: number): number {
  return age === null ? Date.parse(marker.at) : now - age;
}

export interface PlacedContainer {
  readonly name: string;
  readonly role: string;
  /** Docker's word: running, exited, …. */
  readonly status: string;
}

/** What a host says. `unreadable` are directories with a marker that no one understands: they are not touched. */
export type HostInventory =
  | {
      readonly host: string;
      readonly reached: true;
      readonly places: readonly Place[];
      readonly unreadable: readonly string[];
      /** Services of the destination without a marker: deployed by hand, so it is not touched. */
      readonly unmarked: readonly string[];
    }
  | { readonly host: string; readonly reached: false; readonly reason: string };

const TAB = '\t';

/**
 * Prints, one line each with tabs between: markers, names, locks and containers, then `end`. Changes nothing.
 * POSIX shell; it runs in the account's home.
 */
export function inventoryScript(destination: string): string {
  return `
now=$(date +%s)
age() { then=$(stat -c %Y "$1" 2>/dev/null || stat -f %m "$1" 2>/dev/null) && echo $((now - then)); }
list() {
  for marker in .kamal/apps/*/${MARKER_FILE}; do
    [ -f "$marker" ] || continue
    app=\${marker%/*}; name=\${app##*/}
    printf 'marker\\t%s\\t%s\\n' "$name" "$(head -c 8192 "$marker" | tr -d '\\n\\r\\t')"
    printf 'age\\t%s\\t%s\\t%s\\n' "$name" "$(age "$marker")" "$(age ".kamal/lock-$name")"
    [ ! -f "$app/${NAMES_FILE}" ] || while read -r kind what; do printf 'name\\t%s\\t%s\\t%s\\n' "$name" "$kind" "$what"; done <"$app/${NAMES_FILE}"
    [ ! -d ".kamal/lock-$name" ] || printf 'lock\\t%s\\t%s\\n' "$name" "$(head -c 8192 ".kamal/lock-$name/details" 2>/dev/null | tr -d '\\n\\r\\t')"
  done
  docker ps --all --filter ${shellQuoted(`label=destination=${destination}`)} --format 'container\\t{{.Label "service"}}\\t{{.Label "role"}}\\t{{.Names}}\\t{{.State}}'
}
docker version --format '{{.Server.Version}}' >/dev/null || { echo docker; exit 0; }
list </dev/null && echo end
`;
}

/** Reads what {@link inventoryScript} printed. */
export function readInventory(host: string, printed: string, destination: string): HostInventory {
  const lines = printed.split('\n').map((line) => line.split(TAB));
  if (!lines.some(([kind]) => kind === 'end'))
    return { host, reached: false, reason: 'docker does not answer there' };
  const of = (kind: string, name: string): string[][] =>
    lines.filter((line) => line[0] === kind && line[1] === name);
  const markers = lines.filter(([kind]) => kind === 'marker');
  const places = markers.flatMap(([, name = '', raw = '']): Place[] => {
    const marker = readMarker(raw, name);
    if (marker === null) return [];
    const [lock] = of('lock', name);
    const [[, , age, lockAge] = []] = of('age', name);
    const hosts = of('name', name).flatMap(([, , kind, what = '']) =>
      kind === 'host' && isPlainHost(what) ? [what] : [],
    );
    const containers = of('container', marker.service).map(
      ([, , role = '', container = '', status = '']) => ({
        name: container,
        role,
        status,
      }),
    );
    return [
      {
        host,
        marker,
        raw,
        hosts,
        isSetUp: of('name', name).some(([, , kind, what]) => kind === 'setup' && what === 'done'),
        lock: lock === undefined ? null : lockDetails(lock[2] ?? ''),
        age: millisecondsIn(age),
        lockAge: millisecondsIn(lockAge),
        containers,
      },
    ];
  });
  const understood = new Set(places.map(({ marker }) => `${marker.service}-${marker.destination}`));
  const services = new Set(lines.filter(([kind]) => kind === 'container').map(([, service = '']) => service));
  return {
    host,
    reached: true,
    places: places.filter(({ marker }) => marker.destination === destination),
    unreadable: markers.map(([, name = '']) => name).filter((name) => !understood.has(name)),
    unmarked: [...services].filter((service) => !understood.has(`${service}-${destination}`)),
  };
}

/** @param seconds as the host printed it; a file of the future is new */
function millisecondsIn(seconds: string | undefined): number | null {
  return seconds === undefined || !/^-?\d{1,12}$/.test(seconds) ? null : Math.max(0, Number(seconds)) * 1000;
}

/** A preview on all hosts that have something of it. */
export interface Preview {
  readonly number: number;
  readonly service: string;
  readonly destination: string;
  readonly places: readonly Place[];
  /** All hosts that it was deployed to, also those that have nothing of it now. */
  readonly hosts: readonly string[];
  /** When its last deploy began, in milliseconds since 1970. */
  readonly deployedAt: number;
}

/**
 * The previews of a repository's project, by number; what belongs to others is skipped.
 * @param now milliseconds since 1970
 */
export function previewsOf(
  inventories: readonly HostInventory[],
  owner: PreviewOwner,
  now: number = Date.now(),
): Preview[] {
  const places = inventories
    .flatMap((each) => (each.reached ? each.places : []))
    .filter(({ marker }) => isOwnedBy(marker, owner));
  // Node 20, which the command line runs on too, has no `Map.groupBy`.
  const groups = new Map<string, Place[]>();
  for (const place of places) {
    const key = `${place.marker.pullRequest} ${place.marker.service}`;
    groups.set(key, [...(groups.get(key) ?? []), place]);
  }
  const previews = [...groups.values()].flatMap((group): Preview[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { pullRequest: number, service, destination } = first.marker;
    const hosts = [...new Set(group.flatMap(({ host, hosts: others }) => [host, ...others]))];
    const deployedAt = Math.max(...group.map((place) => deployedAtOf(place, now)));
    return [{ number, service, destination, places: group, hosts, deployedAt }];
  });
  return previews.toSorted((one, other) => one.number - other.number);
}
