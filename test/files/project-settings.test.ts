/** The project's own rules: what they turn off, and that no one turns off their own errors on a pull request. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { type BaseSettings, readProject } from '../../src/files/read-project.ts';
import { check } from '../../src/parity/check.ts';
import { distinctFindings } from '../../src/parity/report/report.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const DEPLOY =
  'service: a\nimage: a/a\nservers: [192.0.2.1]\nregistry: {username: u, password: [P]}\nbuilder: {arch: amd64}\nenv: {secret: [MISSING]}\n';
const OFF = 'rules:\n  secret-missing: off\n';

function found(settings: string | null, base?: BaseSettings, more: Record<string, string> = {}): string[] {
  using project = new TemporaryProject({
    '.kamal/secrets': 'P=$P\n',
    'config/deploy.yml': DEPLOY,
    ...(settings === null ? {} : { '.kamal/1password.yml': settings }),
    ...more,
  });
  const report = check(
    readProject({ root: project.root, ...(base === undefined ? {} : { baseSettings: base }) }),
  );
  return distinctFindings(report).flatMap(({ finding: { rule, severity } }) =>
    severity === 'info' ? [] : [`${severity} ${rule}`],
  );
}

test('a rule is weighed, a name is ignored, inside the checkout that is trusted', () => {
  assert.deepEqual(found(null), ['error secret-missing']);
  assert.deepEqual(found(OFF), []);
  assert.deepEqual(found('rules: {secret-missing: warning}\n'), ['warning secret-missing']);
  assert.deepEqual(found('ignore:\n  - {name: MISSING, reason: set by hand}\n'), []);
  assert.deepEqual(found('ignore:\n  - {name: MISSING, rule: secret-unused, reason: x}\n'), [
    'error secret-missing',
  ]);
});

test('on a pull request the rules of the base hold, and a change of them is a finding', () => {
  const changed = ['error secret-missing', 'warning project-rules'];
  assert.deepEqual(found(OFF, { text: null, isKnown: true }), changed);
  assert.deepEqual(found(OFF, { text: 'rules: {}\n', isKnown: true }), changed);
  assert.deepEqual(found(OFF, { text: null, isKnown: false }), changed);
  assert.deepEqual(found(null, { text: OFF, isKnown: true }), ['warning project-rules']);
  assert.deepEqual(found(OFF, { text: OFF, isKnown: true }), []);
});

test('what is wrong in it is an error at its line, never an exception', () => {
  for (const text of [
    '[',
    'rules: [',
    'rules: 5\n',
    '- a\n',
    'rules:\n  secret-missing: x\n',
    '\tx: y\n',
    'a: &a [*a]\n',
  ])
    assert.ok(found(text).includes('error project-rules'), text);
  for (const text of ['', '# nothing\n', 'rules:\nignore:\n'])
    assert.deepEqual(found(text), ['error secret-missing']);
  // The rule about the file does not turn itself off.
  assert.ok(found('rules: {project-rules: off}\n').includes('error project-rules'));
});

test('a destination is left out where none is named', () => {
  const destinations = {
    'config/deploy.old.yml': 'env: {secret: [P, OLD]}\n',
    'config/deploy.new.yml': 'env: {secret: [P]}\n',
    '.kamal/secrets.old': 'P=$P\n',
    '.kamal/secrets.new': 'P=$P\n',
  };
  using project = new TemporaryProject({
    'config/deploy.yml': `${DEPLOY}require_destination: true\n`,
    '.kamal/1password.yml': 'skip-destinations: [old]\n',
    ...destinations,
  });
  const names = (those?: readonly string[]): (string | null)[] =>
    readProject({
      root: project.root,
      ...(those === undefined ? {} : { destinations: those }),
    }).destinations.map(({ destination }) => destination);
  assert.deepEqual(names(), ['new']);
  assert.deepEqual(names(['old']), ['old']);
});

const FETCH =
  'S=$(kamal secrets fetch --adapter 1password --account a --from Shop/Production P MISSING)\nP=$(kamal secrets extract P $S)\nMISSING=$(kamal secrets extract MISSING $S)\n';

test('a fetch from another vault or item than is laid down is a finding, for the destinations that it is laid down for', () => {
  const of = (settings: string): string[] => found(settings, undefined, { '.kamal/secrets': FETCH });
  const stray = ['warning vault-convention'];
  for (const settings of [
    'vault: Shop\n',
    'vault: [Other, Shop]\nitem: Production\n',
    'vault: {default: Shop, staging: Other}\n',
    'vault: {staging: Other}\nitem: {staging: Staging}\n',
    'vault:\nitem:\n',
  ])
    assert.deepEqual(of(settings), [], settings);
  assert.deepEqual(of('vault: Other\n'), stray);
  assert.deepEqual(of('item: {default: [Staging, Test]}\n'), stray);
  assert.deepEqual(of('vault: Other\nitem: Staging\n'), [...stray, ...stray]);
  assert.deepEqual(of('vault: 5\n'), ['error project-rules']);
  assert.deepEqual(of('vault: []\n'), ['error project-rules']);
  assert.deepEqual(of('item: {staging: {a: b}}\n'), ['error project-rules']);
});

test('the schema takes what the reader takes', () => {
  const read = (file: string): string => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
    JSON.parse(read('project-rules.schema.json')),
  );
  const [, documented = ''] = /```yaml\n(.*?)```/s.exec(read('project-rules.md')) ?? [];
  for (const text of [
    documented,
    OFF,
    'vault: Shop\n',
    'vault: [A, B]\n',
    'item: {default: A, staging: [B, C]}\n',
    'vault:\nitem:\nrules:\n',
    'vault: 5\n',
    'vault: []\n',
    'item: {staging: {a: b}}\n',
    'vaults: A\n',
    'ignore: [{name: A}]\n',
    'rules: 5\n',
  ]) {
    const isRefused = found(text, undefined, { '.kamal/secrets': FETCH }).includes('error project-rules');
    // The schema's reader of YAML knows only 1.2, as editors do.
    assert.equal(validate(parse(text)), !isRefused, text);
  }
});
