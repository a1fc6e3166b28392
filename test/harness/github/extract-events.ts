/**
 * Takes one example of each event that a workflow of ours may run on out of GitHub's published webhook payloads,
 * without the many addresses in them, and writes them to fixtures/events.json.
 *
 * Usage: `npm pack @octokit/webhooks-examples`, then
 * `tar xOzf octokit-webhooks-examples-*.tgz package/api.github.com/index.json | node test/harness/github/extract-events.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Event {
  readonly name: string;
  readonly examples: readonly object[];
}

const WANTED = ['pull_request', 'push', 'workflow_run', 'workflow_dispatch', 'merge_group'];
const events = JSON.parse(readFileSync(0, 'utf8')) as readonly Event[];
const taken = Object.fromEntries(
  WANTED.map((name) => {
    const examples = events.find((event) => event.name === name)?.examples ?? [];
    // The shortest: what is optional in a payload is missing there.
    const [first] = examples.toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
    return [name, first];
  }),
);
const text = JSON.stringify(
  taken,
  (key, value: unknown) => (/(?:^|_)urls?$|^_links$/.test(key) ? undefined : value),
  1,
);
writeFileSync(new URL('fixtures/events.json', import.meta.url), `${text}\n`);
