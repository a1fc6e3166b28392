/** What is masked of a vault: whatever is fetched, whatever is concealed, and nothing that a log should go on showing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProject } from '../../src/files/read-project.ts';
import { maskValues } from '../../src/vault-to-servers/masking.ts';
import { readLive } from '../../src/vault-to-servers/read-vault.ts';
import { signIn } from '../../src/onepassword/session/session.ts';
import { parseToken } from '../../src/onepassword/session/token.ts';
import { startOnePassword } from '../harness/onepassword/service.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const FETCH = 'kamal secrets fetch --adapter 1password --account acme --from';

test('the built-in fields of an item are masked where they are secret or fetched, else not', async () => {
  await using service = await startOnePassword({
    vaults: [
      {
        title: 'MyApp',
        items: [
          {
            title: 'Registry',
            fields: [
              { id: 'username', label: 'username', value: 'acme-pusher', type: 'Text' },
              { id: 'password', label: 'password', value: 'of-the-registry' },
            ],
            notes: 'renewed in spring',
          },
          {
            title: 'Mail',
            fields: [
              { id: 'username', label: 'username', value: 'postmaster', type: 'Text' },
              { id: 'password', label: 'password', value: 'of-the-mail-server' },
              { label: 'API_KEY', value: 'of-the-mail-api' },
            ],
          },
        ],
      },
    ],
  });
  using project = new TemporaryProject({
    'config/deploy.yml': 'service: shop\nimage: acme/shop\nservers: [192.0.2.1]\nbuilder: { arch: amd64 }\n',
    '.kamal/secrets': `A=$(${FETCH} MyApp/Registry password)\nB=$(${FETCH} MyApp/Mail username API_KEY)\n`,
  });
  using session = await signIn(parseToken(service.token), { version: '0.0.0' });
  const masked: string[] = [];
  maskValues(await readLive(session, readProject({ root: project.root })), {
    mask: (value) => masked.push(value),
  });
  for (const secret of ['of-the-registry', 'of-the-mail-server', 'of-the-mail-api', 'postmaster'])
    assert.ok(masked.includes(secret), secret);
  for (const plain of ['acme-pusher', 'renewed in spring']) assert.ok(!masked.includes(plain), plain);
});
