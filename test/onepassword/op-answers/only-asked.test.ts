/** In place of `op`, only the fields are given that the secrets files ask for: never the SSH key, nor what lies beside them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProject } from '../../../src/files/read-project.ts';
import { answerOp } from '../../../src/onepassword/op-answers/answer-op.ts';
import { accountNames } from '../../../src/onepassword/op-answers/read-session.ts';
import { signIn } from '../../../src/onepassword/session/session.ts';
import { parseToken } from '../../../src/onepassword/session/token.ts';
import { accessQuestions, wantedForAccess } from '../../../src/vault-to-servers/questions.ts';
import { askedByFiles, readLive } from '../../../src/vault-to-servers/read-vault.ts';
import { startOnePassword } from '../../harness/onepassword/service.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';

const FETCH = 'kamal secrets fetch --adapter 1password --account 127.0.0.1 --from MyApp';
const FIELDS = {
  Production: ['A', 'B', 'UNUSED'],
  Server: ['SSH_KEY', 'KNOWN_HOSTS', 'ROOT_PASSWORD', 'C'],
};

/** Each secrets file, and the fields that it may be given. */
const CASES: readonly (readonly [secrets: string, given: readonly string[]])[] = [
  [`S=$(${FETCH}/Production A B)\n`, ['A', 'B']],
  [`S=$(${FETCH}/Production A)\nB=$(op read op://MyApp/Production/B)\n`, ['A', 'B']],
  // The item of the SSH key holds a secret of the app too.
  [`S=$(${FETCH}/Production A)\nT=$(${FETCH}/Server C)\n`, ['A', 'C']],
  // By the whole item, or by name: op itself is asked for the key.
  [`S=$(${FETCH}/Production A)\nT=$(${FETCH}/Server)\n`, ['A', 'ROOT_PASSWORD', 'C']],
  [`S=$(${FETCH}/Production A)\nT=$(${FETCH}/Server SSH_KEY)\n`, ['A']],
];

void test('answered are the fields that the secrets files ask for, and no other', async () => {
  await using service = await startOnePassword({
    vaults: [
      {
        title: 'MyApp',
        items: Object.entries(FIELDS).map(([title, labels]) => ({
          title,
          fields: labels.map((label) => ({ label, value: `value-of-${label}` })),
        })),
      },
    ],
  });
  using session = await signIn(parseToken(service.token), { version: '0.0.0' });
  for (const [secrets, given] of CASES) {
    using files = new TemporaryProject({
      'config/deploy.yml':
        'service: shop\nimage: acme/shop\nservers: [192.0.2.1]\nbuilder: { arch: amd64 }\n',
      '.kamal/secrets': secrets,
    });
    const project = readProject({ root: files.root });
    const access = accessQuestions(
      { sshKey: null, knownHosts: null },
      project.destinations.map((destination) => destination.secrets),
    );
    assert.ok(access !== null);
    const live = await readLive(session, project, { extras: wantedForAccess(access) });
    const read = {
      opVersion: '2.35.0',
      accounts: accountNames(session.signInAddress),
      defaultAccount: null,
      vaults: live.visible,
      listed: live.listed,
      items: live.items,
      asked: askedByFiles(live),
    };
    const own = ['--account', '127.0.0.1'];
    for (const [item, labels] of Object.entries(FIELDS))
      for (const label of labels)
        for (const words of [
          ['read', `op://MyApp/${item}/${label}`, ...own],
          ['read', `op://MyApp/${item}/${label}`],
          ['item', 'get', item, '--vault', 'MyApp', '--format', 'json', ...own, '--fields', `label=${label}`],
        ]) {
          const answer = answerOp(words, read);
          assert.equal(answer !== 'ask op', given.includes(label), [secrets, ...words].join(' '));
        }
    const both = 'label=A,label=UNUSED';
    const words = ['item', 'get', 'Production', '--vault', 'MyApp', '--format', 'json', ...own];
    assert.equal(answerOp([...words, '--fields', both], read), 'ask op');
  }
});
