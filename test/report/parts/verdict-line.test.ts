import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderMarkdown } from '../../../src/report/formats/markdown.ts';
import { renderPretty } from '../../../src/report/formats/pretty.ts';
import { namedVerdictLine, standingOf, verdictLine } from '../../../src/report/parts/verdict-line.ts';
import { checkFiles } from '../../harness/parity/agreement.ts';

const HEAD =
  'service: shop\nimage: me/shop\nservers: [192.0.2.1]\nregistry: {username: me, password: [P]}\nbuilder: {arch: amd64}\n';

function project(deploy: string): Record<string, string> {
  return { 'config/deploy.yml': deploy, '.kamal/secrets': 'P=$P\n' };
}

test('nothing good is said of a deploy file that Kamal may refuse', () => {
  const report = checkFiles(project(`${HEAD}stop_timeout: <%= ENV["TIMEOUT"] %>\n`));
  assert.equal(report.destinations[0]?.kamal.loads, false);
  assert.equal(standingOf(report), 'not known');
  assert.equal(
    verdictLine(report),
    'Whether Kamal accepts config/deploy.yml depends on ERB that this check does not run. As far as it can be read, Kamal says “stop_timeout: should be an integer”.',
  );
  for (const text of [renderPretty(report), renderMarkdown(report), namedVerdictLine(report)])
    assert.doesNotMatch(text, /^✓|## ✅/u);
});

test('what is refused on every way through a condition is an error', () => {
  const text = `${HEAD.replace(/service.*\n/u, '')}<% if ENV["X"] %>volumes: [<%= ENV["X"] %>]\n<% end %>`;
  assert.equal(standingOf(checkFiles(project(text))), 'error');
  assert.equal(standingOf(checkFiles(project(`service: shop\n${text}`))), 'good');
});

test('a missing secret that is accepted is missing all the same, and what is ignored is counted once', () => {
  const files = (comment: string, more: Record<string, string> = {}): Record<string, string> => ({
    'config/deploy.yml': `${HEAD}env:\n  secret:\n    - A\n    ${comment}\n    - STRIPE_KEY\n`,
    '.kamal/secrets': 'P=$P\nA=$A\n',
    ...more,
  });
  const ignored = checkFiles(files('# kamal-1password: ignore secret-missing — set on the server'));
  assert.equal(
    verdictLine(ignored),
    '2 of the 3 secrets that Kamal asks for are assigned; `STRIPE_KEY` is missing. 1 finding is ignored.',
  );
  assert.equal(renderPretty(ignored).split('ignored').length, 2);
  assert.match(verdictLine(checkFiles(files('# x'))), /^1 error\.$/);
  const all = files('# x', { '.kamal/secrets': 'P=$P\nA=$A\nSTRIPE_KEY=$S\n' });
  assert.match(verdictLine(checkFiles(all)), /^All 3 secrets that Kamal asks for are assigned/);
});

test('a missing secret whose name is hidden is missing all the same', () => {
  const report = checkFiles({
    'config/deploy.yml': `${HEAD}env:\n  secret:\n    # kamal-1password: ignore secret-missing — known\n    - ghp_${'16C7e42F292c6912E7'.repeat(2)}\n`,
    '.kamal/secrets': 'P=$P\n',
  });
  assert.equal(
    verdictLine(report),
    '1 of the 2 secrets that Kamal asks for is assigned; `***` is missing. 1 finding is ignored.',
  );
});

test('what a job writes into the secrets file is not called missing', () => {
  const files = (script: string): Record<string, string> => ({
    'config/deploy.yml': `${HEAD}env:\n  secret: [STRIPE_KEY]\n`,
    '.kamal/secrets-common': 'P=$P\n',
    '.github/workflows/deploy.yml': `on: push\nconcurrency: x\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    env: { P: x }\n    steps:\n      - run: |\n          ${script}\n          kamal deploy\n`,
  });
  assert.equal(
    verdictLine(checkFiles(files('echo "STRIPE_KEY=$S" > .kamal/secrets'))),
    '1 of the 2 secrets that Kamal asks for is assigned; the other 1 is known only in a run, because a job writes `.kamal/secrets`.',
  );
  const { '.kamal/secrets-common': common, ...rest } = files('cp secrets.template .kamal/secrets');
  assert.ok(common !== undefined);
  assert.equal(
    verdictLine(checkFiles(rest)),
    'All 2 secrets that Kamal asks for are known only in a run, because a job writes `.kamal/secrets`.',
  );
  assert.match(verdictLine(checkFiles(files('echo hello'))), /^1 error/);
});
