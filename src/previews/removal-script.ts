/**
 * The script that removes one preview from one host: POSIX shell and docker, and nothing of the pull request. It removes
 * what the preview's own labels, files and register name, each name whole; it asks again before it says `removed`; the
 * marker goes last, so that the next sweep continues after any interruption.
 */
import { shellQuoted } from '../base/text/quoting.ts';
import { appDirectory, MARKER_FILE, NAMES_FILE, type Marker } from './marker.ts';

export interface RemovalRequest {
  readonly marker: Marker;
  /** The marker's text as it was read: if it has changed since, nothing is removed. */
  readonly raw: string;
  /** The lock that may be taken, as it was read, empty where it says nothing; null: it has to be free. */
  readonly lock: string | null;
  /** Who holds the lock in the meantime, for people who read it. */
  readonly performer: string;
  /** When, ISO 8601. */
  readonly at: string;
  /** A command for the newest container of the primary role, before anything goes; null for none, and on other hosts. */
  readonly teardown: { readonly command: string; readonly role: string; readonly seconds: number } | null;
}

/** What a host says of a removal. */
export type HostRemoval =
  | { readonly kind: 'removed'; readonly kept: readonly string[]; readonly notes: readonly string[] }
  /** There was no marker: nothing of ours. */
  | { readonly kind: 'gone' }
  /** Another deploy has claimed it since it was read. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'locked' }
  | { readonly kind: 'shared' }
  | { readonly kind: 'teardown-failed'; readonly status: string; readonly output: readonly string[] }
  /** Not all could be removed: what is left, marker included. */
  | { readonly kind: 'left'; readonly left: readonly string[] }
  | { readonly kind: 'failed'; readonly why: string };

/** The lock's message while a preview is removed. */
export const REMOVAL_MESSAGE = 'This preview is being removed';

export function removalScript(request: RemovalRequest): string {
  const { marker, raw, lock, performer, at, teardown } = request;
  const { service, destination } = marker;
  const details = Buffer.from(
    `Locked by: ${performer} at ${at}\nVersion: ${marker.commit}\nMessage: ${REMOVAL_MESSAGE}`,
  ).toString('base64');
  const app = appDirectory(service, destination);
  return `
S=${shellQuoted(service)} D=${shellQuoted(destination)} app=${shellQuoted(app)}
marker=$app/${MARKER_FILE} names=$app/${NAMES_FILE} lock=${shellQuoted(`.kamal/lock-${service}-${destination}`)}
expected=${shellQuoted(raw)} may=${lock === null ? '' : 'yes'} taken=${shellQuoted(lock ?? '')} seen='' details=${shellQuoted(details)}
say() { printf '\\036%s\\n' "$*"; }
stop() { [ -z "$mine" ] || unlock; say "$@"; exit 0; }
unlock() { rm -f "$lock/details"; rmdir "$lock"; }
flat() { tr -d '\\n\\r\\t' <"$1" 2>/dev/null; }
held() {
  mkdir "$lock" 2>/dev/null || { [ -n "$may" ] && [ -d "$lock" ] && [ "$(flat "$lock/details")" = "$taken" ]; } || return 1
  mine=yes
  # On a full disk it says nothing, and is held all the same.
  printf '%s\\n' "$details" >"$lock/details" || :
}
note() { printf 'volume %s\\n' "$1" >>"$names" || :; }
# Containers of the app, all roles and versions: both labels, each whole.
ours() { docker ps --all --quiet --no-trunc --filter "label=service=$S" --filter "label=destination=$D"; }
# The same, with their roles, and those of the service that are of another destination: in one question.
listed() { docker ps --all --no-trunc --filter "label=service=$S" --format '{{if eq (.Label "destination") "'"$D"'"}}ours{{else}}other{{end}} {{.ID}} {{.Label "role"}}'; }
# Of the register: names of one kind that are named after the preview, in characters that need no quoting.
noted() {
  [ ! -f "$names" ] || while read -r kind name; do
    case $name in '' | *[!A-Za-z0-9_.-]*) continue ;; esac
    [ "$kind" != "$1" ] || case $1:$name in role:* | *:"$S"-?* | volume:"$S"_?*) printf '%s\\n' "$name" ;; esac
  done <"$names"
}
# An accessory of the preview's own: its name and its label, and no role or destination, which an app's containers have.
accessory() {
  docker ps --all --no-trunc --filter "label=service=$1" --filter "name=^/?$1$" --format '{{.ID}}|{{.Label "role"}}{{.Label "destination"}}' | sed -n 's/|$//p'
}
accessories() { for name in $(noted accessory); do accessory "$name"; done; }
roles() {
  { noted role
    printf '%s\\n' "$list" | sed 's/^ours [^ ]* //'
    for file in "$app"/env/roles/*.env; do [ ! -f "$file" ] || basename "$file" .env; done
  } | grep '^[A-Za-z0-9_.-]*$' | grep . | sort -u
}
routes() {
  [ -n "$proxy" ] || return 0
  all=$(docker exec kamal-proxy kamal-proxy list) || return 1
  escape=$(printf '\\033')
  printf '%s\\n' "$all" | sed "s/$escape\\[[0-9;]*m//g" | awk 'NR > 1 { print $1 }' | while read -r route; do
    for role in $known; do [ "$route" != "$S-$role-$D" ] || printf '%s\\n' "$route"; done
    for name in $(noted accessory); do [ "$route" != "$name" ] || printf '%s\\n' "$route"; done
  done
}
images() { all=$(docker image ls --all --quiet --no-trunc --filter "label=service=$S") || return 1; printf '%s\\n' "$all" | grep . | sort -u; }
volumes() {
  all=$(docker volume ls --quiet) || return 1
  for name in $(printf '%s\\n' $(noted volume) $seen | sort -u); do printf '%s\\n' "$all" | grep -xF -- "$name"; done
  return 0
}
lines() { [ -z "$2" ] || printf '%s\\n' "$2" | sed "s|^|$1|"; }
directories() { for name in $(noted accessory); do [ ! -d "./$name" ] || printf '%s\\n' "$name"; done; }
# As the account; where a container's root has left files, as root, in the proxy's image, which is nobody's pull request.
wipe() {
  rm -rf "./$1" 2>/dev/null
  [ -e "./$1" ] || return 0
  [ ! -L "./$1" ] || return 1
  image=$(docker inspect --format '{{.Image}}' kamal-proxy 2>/dev/null) || return 1
  docker run --rm --network none --user 0 --volume "$PWD/$1:/remove" --entrypoint sh "$image" -c 'rm -rf /remove/* /remove/.[!.]* /remove/..?*' >/dev/null 2>&1
  rm -rf "./$1" 2>/dev/null
}
# The last lines of what the teardown said, without what the container has in its environment: that run does not know the
# app's secrets, so nothing else would hide them. Each line of a value on its own; of an address with a password, the password too.
hidden() {
  [ -n "$environment" ] || { printf '(not shown: docker did not say which values to hide)\\n'; return; }
  { printf '%s\\n' "$environment"; printf '\\036\\n'; printf '%s\\n' "$output" | tail -n 5; } | awk '
    function hide(value) { if (length(value) > 3) values[++count] = value }
    !past && $0 == "\\036" {
      past = 1
      # The longest first: one may be the beginning of another.
      for (i = 1; i < count; i++) for (j = i + 1; j <= count; j++) if (length(values[j]) > length(values[i])) { word = values[i]; values[i] = values[j]; values[j] = word }
      next
    }
    !past {
      # A line may be NAME=VALUE, or in the middle of a value.
      hide($0)
      if (match($0, /:\\/\\/[^:\\/@]*:[^@]+@/)) { word = substr($0, RSTART + 3, RLENGTH - 4); sub(/^[^:]*:/, "", word); hide(word) }
      if (sub(/^[^=]*=/, "")) hide($0)
      next
    }
    { for (i = 1; i <= count; i++) while (at = index($0, values[i])) $0 = substr($0, 1, at - 1) "***" substr($0, at + length(values[i])); print }' | cut -c 1-500
}
main() {
  mine=''
  list=$(listed 2>/dev/null) && proxy=$(docker ps --all --quiet --filter 'name=^/?kamal-proxy$') || stop failed 'docker does not answer there'
  [ -f "$marker" ] || stop gone
  [ "$(flat "$marker")" = "$expected" ] || stop changed
  held || stop locked
  if [ -d ".kamal/apps/$S" ] || printf '%s\\n' "$list" | grep . | grep -qv '^ours '; then stop shared; fi
${teardown === null ? '' : teardownPart(teardown)}
  known=$(roles)
  gone=$(routes) || stop failed 'kamal-proxy does not answer there, so that its routes cannot be removed'
  containers="$(printf '%s\\n' "$list" | awk '{ print $2 }') $(accessories)"
  if [ -n "$(printf '%s' $containers)" ]; then
    mounted=$(docker inspect --format '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}}{{println}}{{end}}{{end}}' $containers) || stop failed 'docker did not list the volumes'
    for name in $(printf '%s\\n' $mounted | sort -u); do
      case $name in
        "$S"-?* | "$S"_?*) seen="$seen $name"; note "$name" ;;
        *[!0-9a-f]*) say kept "the volume $name, which is not named after the preview" ;;
      esac
    done
  fi
  for route in $gone; do docker exec kamal-proxy kamal-proxy remove "$route" >/dev/null 2>&1; done &
  [ -z "$(printf '%s' $containers)" ] || docker rm --force --volumes $containers >/dev/null 2>&1
  # None of these waits for another, nor for the routes: only for the containers.
  for name in $(volumes); do docker volume rm "$name" >/dev/null 2>&1; done &
  for image in $(images); do
    [ -n "$(docker ps --all --quiet --filter "ancestor=$image")" ] || docker image rm --force "$image" >/dev/null 2>&1
  done &
  for name in $(directories); do wipe "$name"; done &
  rm -rf ".kamal/proxy/apps-config/$S-$D" ".kamal/$S-$D-audit.log"
  wait
  ids=$(ours) && ways=$(routes) && stored=$(volumes) && built=$(images) || stop failed 'what is left could not be asked'
  left=$(
    for id in $ids $(accessories); do docker inspect --format 'the container {{slice .Name 1}}' "$id"; done
    lines 'the route ' "$ways"
    lines 'the volume ' "$stored"
    lines 'the image ' "$built"
    directories | sed 's|^|the directory ~/|'
    for file in ".kamal/proxy/apps-config/$S-$D" ".kamal/$S-$D-audit.log"; do [ ! -e "$file" ] || printf 'the file ~/%s\\n' "$file"; done
  )
  # What a full disk did not take before has room now, for the next time.
  if [ -n "$left" ]; then for name in $seen; do note "$name"; done; printf '%s\\n' "$left" | while read -r one; do say left "$one"; done; stop end; fi
  # A deploy that has begun meanwhile keeps its marker.
  [ "$(flat "$marker")" = "$expected" ] || stop changed
  for each in "$app"/* "$app"/.[!.]*; do
    case $each in "$marker" | "$names") ;; *) [ ! -e "$each" ] || wipe "$each" ;; esac
  done
  rm -f "$names" "$marker" && rmdir "$app" 2>/dev/null
  [ ! -e "$app" ] || { say left "the directory ~/$app"; stop end; }
  unlock
  mine=''
  say removed
  say end
}
main </dev/null
`;
}

function teardownPart({ command, role, seconds }: NonNullable<RemovalRequest['teardown']>): string {
  return `  if ! grep -qx 'teardown done' "$names" 2>/dev/null; then
    of() { docker ps "$@" --quiet --no-trunc --filter "label=service=$S" --filter "label=destination=$D" --filter ${shellQuoted(`label=role=${role}`)} | head -n 1; }
    one=$(of)
    [ -n "$one" ] || one=$(of --all)
    if [ -z "$one" ]; then say note 'preview-teardown was not run: there is no container of it'; else
      docker unpause "$one" >/dev/null 2>&1
      docker start "$one" >/dev/null 2>&1 || stop teardown 'the container does not start'
      environment=$(docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$one")
      limit=''; ! command -v timeout >/dev/null || limit='timeout ${seconds}'
      output=$($limit docker exec "$one" sh -c ${shellQuoted(command)} 2>&1); status=$?
      if [ $status -ne 0 ]; then hidden | while read -r line; do say output "$line"; done; stop teardown "$status"; fi
      printf 'teardown done\\n' >>"$names"
    fi
  fi`;
}

/** Reads what {@link removalScript} printed. */
export function readRemoval(printed: string): HostRemoval {
  const said = printed
    .split('\n')
    .filter((line) => line.startsWith('\u001E'))
    .map((line): readonly [string, string] => {
      const [, word = '', rest = ''] = /^.(\S+)(?!\S) ?(.*)$/.exec(line) ?? [];
      return [word, rest];
    });
  const of = (word: string): string[] => said.flatMap(([each, rest]) => (each === word ? [rest] : []));
  const [failed] = of('failed');
  if (failed !== undefined) return { kind: 'failed', why: failed };
  const [status] = of('teardown');
  if (status !== undefined) return { kind: 'teardown-failed', status, output: of('output') };
  const left = of('left');
  if (left.length > 0) return { kind: 'left', left };
  if (of('removed').length > 0) return { kind: 'removed', kept: of('kept'), notes: of('note') };
  for (const kind of ['gone', 'changed', 'locked', 'shared'] as const)
    if (of(kind).length > 0) return { kind };
  return { kind: 'failed', why: 'the removal did not finish' };
}
