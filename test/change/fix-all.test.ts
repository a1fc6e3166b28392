/** Fixes in files that are broken beyond what they fix, and names that need quotes; real Kamal is the judge. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fixAll } from '../../src/change/fix-all.ts';
import { readProject } from '../../src/files/read-project.ts';
import { check } from '../../src/parity/check.ts';
import { deployFile } from '../../src/parity/examples/example.ts';
import { Judge } from '../harness/kamal/judge.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const DEPLOY = deployFile('').replace('KAMAL_REGISTRY_PASSWORD', 'PASSWORD');
const fetch = (words: string): string =>
  `SECRETS=$(kamal secrets fetch --adapter 1password --account a --from Shop/Production ${words})\n`;

function fixed(secrets: string) {
  using project = new TemporaryProject({ '.kamal/secrets': secrets, 'config/deploy.yml': DEPLOY });
  const options = { root: project.root, destinations: 'all' as const };
  const { changed, made, after: report } = fixAll(options, check(readProject(options)));
  return { text: changed.get('.kamal/secrets') ?? secrets, made: made.map(({ rule }) => rule), report };
}

describe('fixAll', () => {
  let judge: Judge;
  before(() => {
    judge = new Judge();
  });
  after(() => judge?.stop());

  for (const [words, quotedAs] of [
    ['A', "'grafana token'"],
    ['"Container Password"', '"grafana token"'],
    ["'Container Password'", "'grafana token'"],
    ['A Keys/B', "'Keys/grafana token'"],
  ] as const)
    test(`a name with a space is fetched as one word beside ${words}`, async () => {
      const secrets = `${fetch(words)}PASSWORD=$(kamal secrets extract "grafana token" $SECRETS)\n`;
      const { text, made } = fixed(secrets);
      assert.deepEqual(made, ['extract-not-fetched']);
      assert.equal(text, secrets.replace(`${words})`, `${words} ${quotedAs})`));
      const { secretsError, fetches } = await judge.secrets({ files: { '.kamal/secrets': text } });
      assert.equal(secretsError, null);
      assert.ok(fetches[0]?.names.some((name) => /^(?:Keys\/)?grafana token$/.test(name)));
    });

  test('a name that no quotes hold is left to whoever edits the file', () => {
    const secrets = `${fetch('A')}PASSWORD=$(kamal secrets extract "it's" $SECRETS)\n`;
    assert.deepEqual(fixed(secrets).made, []);
  });

  for (const name of ['A/', '/', 'A//'])
    test(`extract ${name}: what no fetch can bring is not fetched, and the other fixes are made`, () => {
      const secrets = `B=$(printenv B)\nB=$(printenv B)\n${fetch('A')}PASSWORD=$(kamal secrets extract ${name} $SECRETS)\n`;
      const { text, made } = fixed(secrets);
      assert.deepEqual(made, ['assigned-twice']);
      assert.equal(text, secrets.replace('B=$(printenv B)\n', ''));
    });

  test('three assignments of one name go one after the other', () => {
    const secrets = `${'A=$(printenv A)\n'.repeat(3)}PASSWORD=$PASSWORD\n`;
    assert.deepEqual(fixed(secrets).made, ['assigned-twice', 'assigned-twice']);
  });
});
