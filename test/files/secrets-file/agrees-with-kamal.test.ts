import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { type KamalRelease, kamalRelease } from '../../../src/base/kamal-facts/release.ts';
import type { ExtractCommand, SecretsReading } from '../../../src/parity/model.ts';
import { evaluateSecrets } from '../../../src/files/secrets-file/evaluate.ts';
import { textOf } from '../../../src/files/secrets-file/json.ts';
import { secretNames } from '../../../src/files/secrets-file/read-secrets.ts';
import { Judge, OLDER_KAMALS, type SecretsVerdict } from '../../harness/kamal/judge.ts';
import { secretsFile, soup } from '../../harness/files/secrets-files.ts';
import { fc, runs, seed } from '../../harness/properties.ts';

const judge = new Judge();
after(() => judge.stop());

const generated = runs(3000);
console.log(`secrets files: seed ${seed}, ${generated} cases a property (SEED and RUNS repeat them)`);

interface Case {
  readonly common: string | null;
  readonly secrets: string;
  readonly env: 'set' | 'unset';
}

const COMMON = '.kamal/secrets-common';
const SECRETS = '.kamal/secrets';

async function agree(
  { common, secrets, env }: Case,
  by: Judge = judge,
  kamal: KamalRelease = kamalRelease(),
): Promise<void> {
  const files: Record<string, string> = {
    ...(common === null ? {} : { [COMMON]: common }),
    [SECRETS]: secrets,
  };
  const verdict = await by.secrets({ files, env });
  const { reading, values } = evaluateSecrets(
    [COMMON, SECRETS].map((path) => ({ path, source: sourceOf(path, files[path]) })),
    () => env === 'set',
    kamal,
  );
  assert.deepEqual(
    errorOf(reading),
    verdict.secretsError === null ? null : { key: verdict.secretsError.key },
  );
  if (verdict.secretsError !== null) return;
  const names = secretNames(reading);
  assert.deepEqual([...names.keys()], verdict.names);
  assert.deepEqual(
    [...names].filter(([, known]) => known === 'empty').map(([name]) => name),
    verdict.empty,
  );
  const extracts = extractsOf(reading);
  assert.equal(extracts.length, verdict.extracts.length);
  for (const [index, { name, found }] of extracts.entries()) {
    const real = verdict.extracts[index];
    if (real?.name.includes('__opaque__') === false) assert.equal(name?.value, real.name);
    assert.ok(
      found === 'unknown' || found === real?.found,
      `${name?.value} is found: ${found}, and by Kamal: ${real?.found}`,
    );
  }
  // What an opaque fetch answers is not known, and neither is what is made of it.
  if (reading.unknowns.length > 0) return;
  assert.deepEqual(
    fetchesOf(reading),
    verdict.fetches.map(({ account, from, names: asked }) => ({ account, from, names: asked })),
  );
  assert.deepEqual(textsOf(values), verdict.values);
}

function sourceOf(path: string, text: string | undefined): { path: string; text: string; bom: 0 } | null {
  return text === undefined ? null : { path, text, bom: 0 };
}

function errorOf({ error }: SecretsReading): { key: string | null } | null {
  return error === null ? null : { key: error.key };
}

function extractsOf({ assignments }: SecretsReading): ExtractCommand[] {
  return assignments.flatMap(({ commands }) => commands.filter((command) => command.kind === 'extract'));
}

function fetchesOf({
  assignments,
}: SecretsReading): Pick<SecretsVerdict['fetches'][number], 'account' | 'from' | 'names'>[] {
  const fetches = assignments.flatMap(({ commands }) =>
    commands.flatMap((command) => (command.kind === 'fetch' ? [command] : [])),
  );
  return fetches.map(({ account, from, names }) => ({
    account: account?.value ?? null,
    from: from?.value ?? null,
    names: names.map(({ value }) => value),
  }));
}

function textsOf(values: ReturnType<typeof evaluateSecrets>['values']): Record<string, string> {
  return Object.fromEntries([...values].map(([name, value]) => [name, textOf(value)]));
}

const env = fc.constantFrom('set' as const, 'unset' as const);

test('generated secrets files: errors, names, blanks, fetches, extracts and values as real Kamal has them', async () => {
  const cases = fc.record({ common: fc.option(secretsFile, { freq: 1 }), secrets: secretsFile, env });
  await fc.assert(
    fc.asyncProperty(cases, (each) => agree(each)),
    { numRuns: generated },
  );
});

test('any order of the characters that mean something', async () => {
  const cases = fc.record({ common: fc.constant(null), secrets: soup, env });
  await fc.assert(
    fc.asyncProperty(cases, (each) => agree(each)),
    { numRuns: generated },
  );
});

const fixtures = new URL('fixtures/', import.meta.url);
for (const file of existsSync(fixtures) ? readdirSync(fixtures) : []) {
  for (const [index, each] of (
    JSON.parse(readFileSync(new URL(file, fixtures), 'utf8')) as Case[]
  ).entries()) {
    test(`counterexample once: ${file} ${index + 1}`, () => agree(each));
  }
}

for (const version of OLDER_KAMALS) {
  test(`Kamal ${version} reads generated files so too`, async () => {
    await using older = new Judge(version);
    const release = kamalRelease(version);
    await fc.assert(
      fc.asyncProperty(fc.oneof(secretsFile, soup), env, (secrets, set) =>
        agree({ common: null, secrets, env: set }, older, release),
      ),
      { numRuns: Math.ceil(generated / 10) },
    );
  });
}
