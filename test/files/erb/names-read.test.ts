import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distinctFindings } from '../../../src/parity/report/report.ts';
import { checkFiles } from '../../harness/parity/agreement.ts';

function unused(erb: string): string[] {
  const report = checkFiles({
    '.kamal/secrets': 'P=$P\nWEB=$WEB\n',
    'config/deploy.yml': `service: a\nimage: a/a\nservers:\n  - ${erb}\nregistry: {username: u, password: [P]}\nbuilder: {arch: amd64}\n`,
  });
  return distinctFindings(report).flatMap(({ finding }) =>
    finding.rule === 'secret-unused' ? [finding.message] : [],
  );
}

test('a secret that ERB takes out of the secrets themselves is used', () => {
  assert.deepEqual(unused('<%= Kamal::Secrets.new["WEB"] %>'), []);
});

test('of a name that ERB reads from the environment that is said', () => {
  for (const read of ['ENV["WEB"]', "ENV.fetch('WEB')", 'ENV[ "WEB" ] || "h"'])
    assert.match(unused(`<%= ${read} %>`).join(), /reads WEB from the environment/u);
  for (const other of ['ENV["WEBS"]', '"WEB"', 'ENV[WEB]'])
    assert.doesNotMatch(unused(`<%= ${other} %>`).join(), /from the environment/u);
});
