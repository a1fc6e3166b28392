/** What servers have of previews, by names that do not depend on who deployed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MARKER_FILE } from '../../../../src/previews/marker.ts';
import { docker } from '../../target/containers.ts';
import type { TargetHost } from '../../target/target.ts';
import { proxyRoutes } from '../preview-stage.ts';

/** By host. */
export type EndState = Readonly<
  Record<
    string,
    {
      /** `SERVICE VERSION` of what runs, by number. */
      readonly previews: readonly string[];
      readonly routes: readonly string[];
      /** `NUMBER COMMIT` of each marker. */
      readonly markers: readonly string[];
      readonly volumes: readonly string[];
      readonly directories: readonly string[];
      /** Locks, and what is half there. */
      readonly left: readonly string[];
    }
  >
>;

/** @param commits what each commit is called */
export async function endState(
  hosts: readonly TargetHost[],
  commits: ReadonlyMap<string, string>,
): Promise<EndState> {
  const named = (text: string): string =>
    text.replaceAll(/[0-9a-f]{40}|commit\d+/g, (each) => commits.get(each) ?? each);
  const states: Record<string, EndState[string]> = {};
  for (const host of hosts) {
    const lines = async (...words: string[]): Promise<string[]> =>
      (await docker(host, ...words)).split('\n').filter(Boolean);
    const running = await lines(
      'ps',
      '--filter',
      'label=destination=preview',
      '--format',
      '{{.Label "service"}} {{.Names}}',
    );
    const kamal = join(host.home, '.kamal');
    const apps = existsSync(join(kamal, 'apps')) ? readdirSync(join(kamal, 'apps')) : [];
    states[host.name] = {
      previews: byNumber(running.map((line) => named(line.replace(/ .*-preview-(?=pr-)/, ' ')))),
      routes: byNumber((await proxyRoutes(host)).filter((route) => route !== 'shop-web')),
      markers: byNumber(
        apps.flatMap((name) => {
          const file = join(kamal, 'apps', name, MARKER_FILE);
          if (!existsSync(file)) return [];
          const { pullRequest, commit } = JSON.parse(readFileSync(file, 'utf8')) as {
            pullRequest: number;
            commit: string;
          };
          return [`${pullRequest} ${named(commit)}`];
        }),
      ),
      volumes: byNumber(
        (await lines('volume', 'ls', '--format', '{{.Name}}')).filter((name) => name.startsWith('shop-')),
      ),
      directories: byNumber(apps.filter((name) => name !== 'shop')),
      left: readdirSync(kamal).filter(
        (name) => name.startsWith('lock-') && existsSync(join(kamal, name, 'details')),
      ),
    };
  }
  return states;
}

function byNumber(lines: readonly string[]): string[] {
  const number = (line: string): number => Number(/\d+/.exec(line)?.[0] ?? 0);
  return lines.toSorted((one, other) => number(one) - number(other) || (one < other ? -1 : 1));
}
