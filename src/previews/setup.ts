/** `preview-setup`: a command in the preview's own container, once after its first deploy. */
import { shellQuoted } from '../base/text/quoting.ts';
import { askServer, type ServerAccess } from '../kamal/servers/shell.ts';
import { appDirectory, NAMES_FILE, type Marker } from './marker.ts';

/** Seconds that it may take. */
const LONGEST = 600;

/** Prints `done`, or the last lines of what went wrong. */
function setupScript({ service, destination, role }: Marker, command: string): string {
  const filters = [`service=${service}`, `destination=${destination}`, `role=${role}`]
    .map((label) => `--filter ${shellQuoted(`label=${label}`)}`)
    .join(' ');
  return `
one=$(docker ps --quiet --no-trunc ${filters} </dev/null | head -n 1)
[ -n "$one" ] || { echo 'there is no running container of it'; exit 0; }
limit=''; ! command -v timeout >/dev/null || limit='timeout ${LONGEST}'
output=$($limit docker exec "$one" sh -c ${shellQuoted(command)} 2>&1 </dev/null); status=$?
if [ $status -ne 0 ]; then printf '%s\\n' "$output" | tail -n 8; echo "it ended with $status"; exit 0; fi
echo 'setup done' >>${shellQuoted(`${appDirectory(service, destination)}/${NAMES_FILE}`)}
printf '\\036done\\n'
`;
}

/** Runs it on the preview's primary host. @returns what went wrong, line by line; null if it succeeded */
export async function setUp(
  access: ServerAccess,
  marker: Marker,
  command: string,
): Promise<readonly string[] | null> {
  const patience = (LONGEST + 20) * 1000;
  const answer = await askServer({ ...access, patience }, marker.host, setupScript(marker, command));
  if (!answer.reached) return [`${marker.host} cannot be asked: ${answer.reason}`];
  return answer.stdout.includes('\u001Edone') ? null : answer.stdout.trim().split('\n');
}
