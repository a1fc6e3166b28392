/**
 * Takes the operations that we use out of GitHub's published OpenAPI description, with every schema they refer to, and
 * writes them to fixtures/openapi.json. The whole description has 400 MB; this is what tests hold requests against.
 *
 * Usage: `npm pack @octokit/openapi`, then
 * `tar xOzf octokit-openapi-*.tgz package/generated/api.github.com.json | node test/harness/github/extract-openapi.ts VERSION`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const OPERATIONS = [
  'actions/get-workflow-run',
  'checks/create',
  'checks/update',
  'issues/create-comment',
  'issues/delete-comment',
  'issues/list-comments',
  'issues/update-comment',
  'pulls/create-review',
  'pulls/get',
  'pulls/list-files',
  'pulls/list-review-comments',
  'repos/compare-commits-with-basehead',
  'repos/create-deployment',
  'repos/create-deployment-status',
  'repos/delete-deployment',
  'repos/get-content',
  'repos/list-deployments',
  'repos/list-pull-requests-associated-with-commit',
  'users/get-authenticated',
];
/** What validation has no use for. */
const DROPPED = new Set([
  'description',
  'examples',
  'example',
  'x-github',
  'externalDocs',
  'tags',
  'summary',
  'title',
  'x-github-breaking-changes',
  'headers',
]);

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Description {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const whole = JSON.parse(readFileSync(0, 'utf8')) as Description;
const components: Record<string, Record<string, unknown>> = {};
const paths: Record<string, Record<string, unknown>> = {};
const wanted = new Set(OPERATIONS);

for (const [path, methods] of Object.entries(whole.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    if (!wanted.delete(operation.operationId)) continue;
    const responses = Object.fromEntries(
      Object.entries(operation.responses).filter(([status]) => status.startsWith('2')),
    );
    (paths[path] ??= {})[method] = trimmed({ ...operation, responses });
  }
}
if (wanted.size > 0) throw new Error(`not described: ${[...wanted].join(', ')}`);

const source = `@octokit/openapi ${process.argv[2] ?? ''}, generated/api.github.com.json, ${whole.info.version}`;
writeFileSync(
  new URL('fixtures/openapi.json', import.meta.url),
  `${JSON.stringify({ source, paths, components })}\n`,
);

/** A part of the description without what validation does not need; with what it refers to. */
function trimmed(value: unknown, inNames = false): unknown {
  if (Array.isArray(value)) return value.map((each) => trimmed(each));
  if (typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    if (!inNames && DROPPED.has(key)) continue;
    if (key === '$ref' && typeof each === 'string') take(each);
    // Below `properties` keys are names, not keywords: a property may well be called `description`.
    kept[key] = trimmed(each, !inNames && key === 'properties');
  }
  return kept;
}

function take(reference: string): void {
  const [, , kind = '', name = ''] = reference.split('/');
  const taken = (components[kind] ??= {});
  if (name in taken) return;
  taken[name] = null;
  taken[name] = trimmed(whole.components[kind]?.[name]);
}
