/** `add` on projects written in every style: all places at once, nothing else touched, and real Kamal finds the secret. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fc, runs } from '../../harness/properties.ts';
import { readProject } from '../../../src/files/read-project.ts';
import { type AddRequest, planAdd } from '../../../src/parity/edits/add.ts';
import { applyEdits } from '../../../src/parity/edits/fix.ts';
import {
  deployFile,
  envSecret,
  extractLines,
  fetchLine,
  REGISTRY_LINE,
} from '../../../src/parity/examples/example.ts';
import { Judge } from '../../harness/kamal/judge.ts';
import { agreesWithKamal } from '../../harness/parity/agreement.ts';
import { soundProject } from '../../harness/parity/random-project.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';

const judge = new Judge();
after(() => judge.stop());

type Files = Readonly<Record<string, string>>;

function added(files: Files, request: Partial<AddRequest> & { name: string }) {
  using project = new TemporaryProject(files);
  const readings = readProject({ root: project.root, destinations: 'all' });
  const destinations = request.destinations ?? readings.destinations.map(({ destination }) => destination);
  const plan = planAdd(readings, { alias: null, role: null, ...request, destinations });
  const result: Record<string, string> = { ...files };
  for (const path of new Set(plan.edits.map(({ file }) => file))) {
    const bom = files[path]?.startsWith('\uFEFF') === true ? '\uFEFF' : '';
    result[path] =
      bom +
      applyEdits(
        (files[path] ?? '').slice(bom.length),
        plan.edits.filter(({ file }) => file === path),
      );
  }
  return { files: result, plan };
}

test('in whatever style the project is written, Kamal finds the new secret, and nothing else changed', async () => {
  await fc.assert(
    fc.asyncProperty(
      soundProject,
      fc.constantFrom('NEW_SECRET', 'A', 'stripe_key'),
      fc.constantFrom(null, 'OTHER_NAME'),
      async ({ files, destination }, name, alias) => {
        const { files: result, plan } = added(files, { name, alias, destinations: [destination] });
        assert.deepEqual(plan.manual, []);
        const verdict = await judge.project({ files: result, destination });
        assert.equal(verdict.loads, true, JSON.stringify(result));
        assert.equal(verdict.secretsError, null, JSON.stringify({ result, error: verdict.secretsError }));
        assert.deepEqual(verdict.missing, [], JSON.stringify(result));
        assert.ok(verdict.names?.includes(alias ?? name));
        assert.ok(
          verdict.consumers.some(
            ({ name: item, secret, applied }) =>
              secret === (alias ?? name) && applied && item.startsWith(name),
          ),
          JSON.stringify(verdict.consumers),
        );
        for (const [path, text] of Object.entries(files)) onlyAdded(text, result[path] ?? '');
        await agreesWithKamal(judge, result, destination, JSON.stringify(result));
        assert.deepEqual(
          added(result, { name, alias, destinations: [destination] }).plan.edits,
          [],
          'twice adds nothing more',
        );
      },
    ),
    { numRuns: runs(100) },
  );
});

/** The old text is the new one with characters taken out: nothing was changed or moved. */
function onlyAdded(before: string, now: string): void {
  let at = 0;
  for (const character of before) {
    at = now.indexOf(character, at) + 1;
    assert.ok(at > 0, `something of ${JSON.stringify(before)} is gone from ${JSON.stringify(now)}`);
  }
}

const secrets =
  fetchLine('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL') +
  extractLines('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL');

/** The deploy file after adding STRIPE_KEY. */
function deployAfter(deploy: string, request: Partial<AddRequest> = {}): string | undefined {
  const { files, plan } = added(
    { '.kamal/secrets': secrets, 'config/deploy.yml': deploy },
    { name: 'STRIPE_KEY', ...request },
  );
  assert.deepEqual(plan.manual, []);
  return files['config/deploy.yml'];
}

test('an env without a list of secrets gets one', () => {
  const before = deployFile('env:\n  clear:\n    LOG: info # why\n\n# after\n');
  assert.equal(
    deployAfter(before),
    deployFile('env:\n  clear:\n    LOG: info # why\n  secret:\n    - STRIPE_KEY\n\n# after\n'),
  );
});

test('plain variables move below clear, where Kamal wants them beside secret', () => {
  const before = deployFile('env:\n  LOG: info\n\n  # text\n  TEXT: |\n    one\n    two\naccessories: {}\n');
  assert.equal(
    deployAfter(before),
    deployFile(
      'env:\n  clear:\n    LOG: info\n\n    # text\n    TEXT: |\n      one\n      two\n  secret:\n    - STRIPE_KEY\naccessories: {}\n',
    ),
  );
});

test('a deploy file without env gets one at its end', () => {
  assert.equal(deployAfter(deployFile()), deployFile('env:\n  secret:\n    - STRIPE_KEY\n'));
  assert.equal(
    deployAfter(deployFile().trimEnd()),
    deployFile('env:\n  secret:\n    - STRIPE_KEY').trimEnd(),
  );
});

test('a role that is a list of hosts becomes one with hosts and env', async () => {
  const before = deployFile().replace(
    'servers:\n  - 192.0.2.10',
    'servers:\n  web:\n  - 192.0.2.10\n  worker:\n    - 192.0.2.11 # big',
  );
  const now = deployAfter(before, { role: 'worker' });
  assert.equal(
    now,
    deployFile().replace(
      'servers:\n  - 192.0.2.10',
      'servers:\n  web:\n  - 192.0.2.10\n  worker:\n    hosts:\n      - 192.0.2.11 # big\n    env:\n      secret:\n        - STRIPE_KEY',
    ),
  );
  const verdict = await judge.project({
    files: { '.kamal/secrets': secrets, 'config/deploy.yml': now ?? '' },
  });
  assert.equal(verdict.loads, true);
  assert.deepEqual(
    verdict.consumers.filter(({ secret }) => secret === 'STRIPE_KEY').map(({ where }) => where),
    ['role:worker'],
  );
});

test('what cannot be done line by line is said, not guessed', () => {
  for (const deploy of [
    deployFile('env: { clear: { A: b } }\n'),
    deployFile('env: &shared\n  clear:\n    A: b\n'),
    deployFile('env:\n  secret: <%= [] %>\n'),
  ]) {
    const { plan } = added(
      { '.kamal/secrets': secrets, 'config/deploy.yml': deploy },
      { name: 'STRIPE_KEY' },
    );
    assert.deepEqual(plan.manual, ['Add `- STRIPE_KEY` to env.secret in config/deploy.yml.'], deploy);
  }
});

test('a list that several destinations share brings the secret to all of them', () => {
  const files = {
    '.kamal/secrets.staging': secrets,
    '.kamal/secrets.production': secrets.replace('Shop/Production', 'Shop/Live'),
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    'config/deploy.staging.yml': 'env:\n  clear:\n    STAGE: "1"\n',
    'config/deploy.production.yml': 'env:\n  clear:\n    STAGE: "2"\n',
  };
  const { files: result, plan } = added({ ...files }, { name: 'STRIPE_KEY', destinations: ['staging'] });
  assert.ok(plan.alsoFor.includes('production'));
  assert.match(
    result['.kamal/secrets.production'] ?? '',
    /Shop\/Live .*STRIPE_KEY\)\n[^]*^STRIPE_KEY=\$\(kamal secrets extract STRIPE_KEY \$\{SECRETS\}\)$/m,
  );
  assert.equal((result['config/deploy.yml'] ?? '').match(/STRIPE_KEY/g)?.length, 1);
  assert.equal(plan.human.length, 2);
});

test('where names come from the environment, so does the new one', () => {
  const { files, plan } = added(
    {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_URL=$DATABASE_URL`,
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    },
    { name: 'STRIPE_KEY' },
  );
  assert.equal(files['.kamal/secrets'], `${REGISTRY_LINE}DATABASE_URL=$DATABASE_URL\nSTRIPE_KEY=$STRIPE_KEY`);
  assert.deepEqual(plan.human, ['Make STRIPE_KEY available in the environment that Kamal runs in.']);
});

test('a line whose quotes break the extract is none to copy', () => {
  const lines = `${fetchLine('KAMAL_REGISTRY_PASSWORD')}KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD "$SECRETS")\n`;
  const { files } = added(
    { '.kamal/secrets': lines, 'config/deploy.yml': deployFile(envSecret('KAMAL_REGISTRY_PASSWORD')) },
    { name: 'STRIPE_KEY' },
  );
  assert.match(
    files['.kamal/secrets'] ?? '',
    /^STRIPE_KEY=\$\(kamal secrets extract STRIPE_KEY \$\{?SECRETS\}?\)$/m,
  );
});

test('where most lines ask a command for their own name, the new one does too', async () => {
  const ways = {
    'op read "op://Shop/Production/NAME"': /vault “Shop”, item “Production”: .*`STRIPE_KEY`/,
    'printenv NAME || true': /Make sure that `\$\(printenv STRIPE_KEY \|\| true\)` prints STRIPE_KEY/,
    "grep '^NAME=' .env | cut -d= -f2-": /prints STRIPE_KEY where Kamal runs/,
  };
  for (const [way, human] of Object.entries(ways)) {
    const line = (name: string): string => `${name}=$(${way.replace('NAME', name)})\n`;
    const lines = `# ours\n${line('KAMAL_REGISTRY_PASSWORD')}${line('DATABASE_URL')}\nTAIL=$TAIL\n`;
    const before = { '.kamal/secrets': lines, 'config/deploy.yml': deployFile(envSecret('DATABASE_URL')) };
    const { files, plan } = added(before, { name: 'STRIPE_KEY' });
    assert.equal(
      files['.kamal/secrets'],
      lines.replace(line('DATABASE_URL'), line('DATABASE_URL') + line('STRIPE_KEY')),
    );
    assert.deepEqual(plan.manual, []);
    assert.match(plan.human.join('\n'), human);
    await agreesWithKamal(judge, files, null, way);
  }
});

test('where lines come from here and there, it is left to a person', () => {
  const before = {
    '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=$(gh auth token)\nDATABASE_URL=$(cat config/database.key)\n',
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
  };
  const { plan } = added(before, { name: 'STRIPE_KEY' });
  assert.deepEqual(plan.manual, ['Assign STRIPE_KEY in .kamal/secrets.']);
});
