/** Claims a preview's place on a host, in the login that is made before the deploy: the script, and its answer. */
import { shellQuoted } from '../base/text/quoting.ts';
import { inventoryScript } from './inventory.ts';
import { appDirectory, MARKER_FILE, NAMES_FILE, ownsInShell, writeMarker, type Marker } from './marker.ts';

/** What is to be claimed. */
export interface Claim {
  readonly marker: Marker;
  /** All that the deploy file names of it: `role web`, `accessory shop-pr-1-db`, `host 192.0.2.1`. */
  readonly names: readonly string[];
  /** How many previews of the repository a host may have; null for any number. */
  readonly limit: number | null;
}

/**
 * - `claimed`: the marker is written, `first` where there was none before;
 * - `full`: as many others as allowed, and this one was not among them;
 * - `foreign`: the marker there is of another repository, project or pull request;
 * - `unreadable`: what is there is no marker: torn, or written by someone else;
 * - `shared`: the service runs there under another destination too, so that it is not only this preview's.
 */
export type ClaimAnswer = 'claimed' | 'first' | 'full' | 'foreign' | 'unreadable' | 'shared' | 'unknown';

/**
 * Counts and writes while no other run does (`flock` on the directory that Kamal has anyway, so that nothing is left of
 * it; a server without `flock` counts too). The preview's current volumes are noted too: Kamal can prune the containers
 * that show them.
 */
export function claimScript({ marker, names, limit }: Claim): string {
  const { service, destination, pullRequest } = marker;
  const app = appDirectory(service, destination);
  const accessories = names.filter((name) => name.startsWith('accessory ')).map((name) => name.slice(10));
  return `${inventoryScript(destination)}
${ownsInShell('owns', marker)}
claim() {
  service=${shellQuoted(service)} app=${shellQuoted(app)} limit=${limit ?? 'none'}
  itself=${shellQuoted(`"pullRequest":${pullRequest},"service":${JSON.stringify(service)},`)}
  if [ -e "$app/${MARKER_FILE}" ]; then
    if ! grep -q '^{"repository":".*}$' "$app/${MARKER_FILE}"; then echo unreadable; return; fi
    if ! owns "$app/${MARKER_FILE}" || ! grep -qF -- "$itself" "$app/${MARKER_FILE}"; then echo foreign; return; fi
    how=claimed
  else
    how=first others=0
    for each in .kamal/apps/*/${MARKER_FILE}; do
      if [ -f "$each" ] && owns "$each" && ! grep -qF -- ${shellQuoted(`"pullRequest":${pullRequest},`)} "$each"; then others=$((others + 1)); fi
    done
    if [ "$limit" != none ] && [ "$others" -ge "$limit" ]; then echo full; return; fi
  fi
  elsewhere=$(docker ps --all --filter "label=service=$service" --format '{{.Label "destination"}};') || return
  if [ -d ".kamal/apps/$service" ] || printf '%s\\n' "$elsewhere" | grep . | grep -qvxF -- ${shellQuoted(`${destination};`)}; then echo shared; return; fi
  mkdir -p "$app" || return
  ids=$(docker ps --all --quiet --filter "label=service=$service" --filter ${shellQuoted(`label=destination=${destination}`)})
  {
    [ ! -f "$app/${NAMES_FILE}" ] || cat "$app/${NAMES_FILE}"
    printf '%s\\n' ${names.map(shellQuoted).join(' ')}
    [ -z "$ids" ] || docker inspect --format '{{range .Mounts}}{{if eq .Type "volume"}}volume {{.Name}}{{println}}{{end}}{{end}}' $ids
  } | grep . | sort -u >"$app/${NAMES_FILE}.new" && mv "$app/${NAMES_FILE}.new" "$app/${NAMES_FILE}" || return
  printf '%s\\n' ${shellQuoted(writeMarker(marker))} >"$app/${MARKER_FILE}.new" && mv "$app/${MARKER_FILE}.new" "$app/${MARKER_FILE}" || return
  echo "$how"
}
mkdir -p .kamal && exec 9<.kamal
! command -v flock >/dev/null || flock -w 15 9
printf 'claim\\t%s\\n' "$(claim </dev/null)"
exec 9<&-
for each in ${accessories.map(shellQuoted).join(' ')}; do
  [ -z "$(docker ps --all --quiet --filter "name=^/?$each$")" ] || printf 'booted\\t%s\\n' "$each"
done
`;
}

/** Gives back a place on a host that had none before, for a preview that another host has refused. */
export function withdrawScript({ marker }: Pick<Claim, 'marker'>): string {
  const app = appDirectory(marker.service, marker.destination);
  return `app=${shellQuoted(app)}
[ "$(cat "$app/${MARKER_FILE}")" = ${shellQuoted(writeMarker(marker))} ] || exit 0
rm -f "$app/${NAMES_FILE}" "$app/${MARKER_FILE}"
rmdir "$app"
`;
}

/** The accessories of the preview's own that the host has, running or not. */
export function bootedIn(printed: string): string[] {
  return [...printed.matchAll(/^booted\t(\S+)$/gm)].map(([, name = '']) => name);
}

const ANSWERS: readonly ClaimAnswer[] = ['claimed', 'first', 'full', 'foreign', 'unreadable', 'shared'];

/** The answer in what the script of {@link claimScript} printed; `unknown` if it has none. */
export function readClaim(printed: string): ClaimAnswer {
  const said = /^claim\t(\w+)$/m.exec(printed)?.[1];
  return ANSWERS.find((each) => each === said) ?? 'unknown';
}
