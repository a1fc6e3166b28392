import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Judge } from './judge.ts';

const judge = new Judge();
after(() => judge.stop());

const deploy = `service: a
image: a/a
servers: [1.1.1.1]
registry: {username: u, password: [P]}
builder: {arch: amd64}
env:
  secret: [A]
`;

test('the judge tells missing, unused and empty secrets of a project', async () => {
  const verdict = await judge.project({
    files: { 'config/deploy.yml': deploy, '.kamal/secrets': 'A=\nX=1\n' },
  });
  assert.equal(verdict.loads, true);
  assert.deepEqual(verdict.missing, ['P']);
  assert.deepEqual(verdict.unused, ['X']);
  assert.deepEqual(verdict.empty, ['A']);
});

test('the judge names the assignment whose evaluation raises', async () => {
  const secrets =
    'S=$(kamal secrets fetch --adapter 1password --account a --from V/I A)\nA=$(kamal secrets extract B $S)\n';
  const { secretsError } = await judge.secrets({ files: { '.kamal/secrets': secrets } });
  assert.deepEqual(secretsError, { class: 'RuntimeError', message: 'Could not find secret B', key: 'A' });
});

test('requests leave nothing behind for the next', async () => {
  const erb = `<% ENV["LEFT"] = "1" %>${deploy}`;
  await judge.project({ files: { 'config/deploy.yml': erb, '.kamal/secrets': 'A=1\n' } });
  const verdict = await judge.project({
    files: { 'config/deploy.yml': `${deploy}  clear: {L: "<%= ENV.fetch("LEFT", "no") %>"}\n` },
  });
  assert.equal(verdict.loads, true);
  assert.deepEqual(verdict.names, []);
});

test('the judge takes thousands of projects in seconds', async () => {
  const asked = Array.from({ length: 500 }, (_, n) =>
    judge.project({ files: { 'config/deploy.yml': deploy, '.kamal/secrets': `A=${n}\nP=x\nX${n}=1\n` } }),
  );
  const verdicts = await Promise.all(asked);
  assert.deepEqual(
    verdicts.map((verdict) => verdict.unused),
    verdicts.map((_, n) => [`X${n}`]),
  );
});
