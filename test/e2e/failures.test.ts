/** What a person sees when something is wrong: one sentence each, before anything was built. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { StepResult } from '../harness/runner/job.ts';
import type { App, AppOptions } from '../harness/target/app.ts';
import { processesMatching } from '../harness/target/processes.ts';
import { withoutTarget } from '../harness/target/target.ts';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { Stage, VAULT } from '../harness/e2e/stage.ts';

interface Case {
  readonly title: string;
  /** Makes something wrong; what it returns changes the job. */
  readonly spoil: (stage: Stage) => void | Promise<void>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: (stage: Stage) => Readonly<Record<string, string>>;
  readonly app?: AppOptions;
  /** The code, which is the annotation's title, and what the sentence has to say. */
  readonly code: string;
  readonly says: readonly RegExp[];
}

const nothing = (): void => {};
const server = (stage: Stage, value: string, label = 'SSH_KEY'): void => {
  stage.service.vault(VAULT).setField('Server', { label, value });
};

const CASES: readonly Case[] = [
  {
    title: 'no token',
    spoil: nothing,
    env: () => ({ OP_SERVICE_ACCOUNT_TOKEN: '' }),
    code: 'token-missing',
    says: [/service-account-token/, /OP_SERVICE_ACCOUNT_TOKEN/],
  },
  {
    title: 'a token in quotes',
    spoil: nothing,
    env: (stage) => ({ OP_SERVICE_ACCOUNT_TOKEN: `"${stage.service.token}"` }),
    code: 'token-malformed',
    says: [/quotes/],
  },
  {
    title: 'a revoked token',
    spoil: (stage) => {
      stage.service.account.revoked = true;
    },
    code: 'token-refused',
    says: [/1Password/, /revoked|expired/],
  },
  {
    title: 'a rate limit',
    spoil: (stage) => stage.service.fail({ kind: 'status', status: 429, on: /auth/ }),
    code: 'rate-limited',
    says: [/limit/],
  },
  {
    title: 'a service that is not there',
    spoil: nothing,
    env: (stage) => ({
      OP_SERVICE_ACCOUNT_TOKEN: stage.service.account.tokenWith({ signInAddress: 'http://127.0.0.1:9' }),
    }),
    code: 'onepassword-unreachable',
    says: [/127\.0\.0\.1:9/],
  },
  {
    title: 'Connect variables beside the token',
    spoil: nothing,
    env: () => ({ OP_CONNECT_HOST: 'http://connect.invalid', OP_CONNECT_TOKEN: 'eyJ0' }),
    code: 'connect-shadows-token',
    says: [/OP_CONNECT_HOST/],
  },
  {
    title: 'no item for the key',
    spoil: (stage) => stage.service.vault(VAULT).archive('Server', true),
    code: 'ssh-key-item-missing',
    says: [/`Server`/, /`MyApp`/, /archive/],
  },
  {
    title: 'the key under a similar name',
    spoil: (stage) => {
      const key = readFileSync(stage.target.deployKey.privateKeyFile, 'utf8');
      stage.service.vault(VAULT).removeField('Server', 'SSH_KEY');
      server(stage, key, 'SSH_PRIVATE_KEY');
    },
    code: 'ssh-key-field-missing',
    says: [/`SSH_KEY`/, /`SSH_PRIVATE_KEY`/, /rename/, /op:\/\/MyApp\/Server\/SSH_PRIVATE_KEY/],
  },
  {
    title: 'an empty key',
    spoil: (stage) => server(stage, ''),
    code: 'ssh-key-empty',
    says: [/`SSH_KEY`/, /`Server`/, /empty/],
  },
  {
    title: 'the public half',
    spoil: (stage) => server(stage, readFileSync(stage.target.deployKey.publicKeyFile, 'utf8')),
    code: 'ssh-key-public',
    says: [/public/, /op:\/\/MyApp\/Server\/SSH_KEY/],
  },
  {
    title: 'a passphrase',
    spoil: (stage) => server(stage, withPassphrase()),
    code: 'ssh-key-passphrase',
    says: [/passphrase/],
  },
  {
    title: 'a key that no server knows',
    spoil: (stage) => server(stage, readFileSync(stage.target.strangerKey.privateKeyFile, 'utf8')),
    code: 'ssh-auth',
    says: [/10\.99\.0\.2/, /root/, /SHA256:/, /authorized_keys/],
  },
  {
    title: 'a field of the item is missing',
    spoil: (stage) => stage.service.vault(VAULT).removeField('Production', 'STRIPE_KEY'),
    code: 'out-of-parity',
    says: [/STRIPE_KEY|1 error/],
  },
  {
    title: 'an archive that was tampered with',
    spoil: async (stage) => void (await stage.releases.publish({ defect: 'tampered' })),
    inputs: { op: 'always' },
    code: 'op-signature-invalid',
    says: [/signature/, /2\.35\.0/],
  },
  {
    title: 'an archive without a signature',
    spoil: async (stage) => void (await stage.releases.publish({ defect: 'unsigned' })),
    inputs: { op: 'always' },
    code: 'op-signature-missing',
    says: [/signature/],
  },
  {
    title: "another's signature",
    spoil: async (stage) => void (await stage.releases.publish({ defect: 'wrong-signer' })),
    inputs: { op: 'always' },
    code: 'op-signer-unknown',
    says: [/sign/],
  },
  {
    title: 'half an archive',
    spoil: async (stage) => void (await stage.releases.publish({ defect: 'truncated' })),
    inputs: { op: 'always' },
    code: 'op-archive-damaged',
    says: [/op_linux_/],
  },
  {
    title: 'no Ruby',
    spoil: nothing,
    env: () => ({ PATH: '/nowhere', GEM_HOME: '', GEM_PATH: '' }),
    inputs: { 'kamal-version': '2.11.0', 'skip-push': 'true' },
    code: 'ruby-missing',
    says: [/ruby\/setup-ruby/],
  },
  {
    title: 'no deploy file',
    spoil: nothing,
    inputs: { 'config-file': 'config/absent.yml' },
    code: 'deploy-file-invalid',
    says: [/There is no config\/absent\.yml/, /`config-file`/],
  },
  {
    title: 'no engine to build with',
    spoil: nothing,
    env: () => ({ DOCKER_HOST: 'unix:///nowhere/docker.sock' }),
    code: 'docker-unavailable',
    says: [/it is not running/, /Start Docker/],
  },
  {
    title: 'no buildx',
    spoil: nothing,
    env: (stage) => ({ PATH: `${dockerWithoutBuildx(stage)}:${process.env['PATH'] ?? ''}` }),
    code: 'builder-unavailable',
    says: [/no buildx plugin/, /docker\/setup-buildx-action/],
  },
  {
    title: 'another machine that should build, and lets nobody in',
    spoil: nothing,
    app: { deploy: { builder: { remote: 'ssh://root@127.0.0.1:9', local: false } } },
    code: 'ssh-unreachable',
    says: [/127\.0\.0\.1/, /refused|closed|nobody/],
  },
  {
    title: 'no secrets file',
    spoil: nothing,
    app: { secretsFile: null },
    inputs: { 'ssh-key': 'op://MyApp/Server/SSH_KEY' },
    code: 'out-of-parity',
    says: [/\.kamal\/secrets|error/],
  },
];

describe('failures', { skip: withoutTarget() }, () => {
  let stage: Stage;
  let app: App;
  before(async () => {
    stage = await Stage.set();
    app = await stage.app();
  });
  after(() => stage[Symbol.asyncDispose]());
  afterEach(() => stage.mend());

  for (const { title, spoil, env, inputs, app: options, code, says } of CASES) {
    test(title, async () => {
      await spoil(stage);
      const here = options === undefined ? app : await stage.app(options);
      await using job = stage.job(here, { env: env?.(stage) ?? {}, inputs: inputs ?? {} });
      const main = await job.run('main');
      const post = await job.run('post');
      const [annotation] = main.annotations.filter(({ properties }) => properties['title'] === code);
      assert.ok(annotation !== undefined, `no annotation ${code} in:\n${main.log}`);
      const told = `${annotation.message}\n${job.summary}`;
      for (const pattern of says) assert.match(told, pattern);
      // A finding is reported by its rule, and the run ends as out of parity.
      const { cause, 'cause-sentence': sentence } = job.outputs;
      assert.ok(cause === code || cause === 'out-of-parity', cause);
      const ended = main.annotations.find(({ properties }) => properties['title'] === cause);
      assert.equal(sentence, ended?.message.split('\n')[0]);
      assert.notEqual(job.outputs['next'], '');
      assert.equal(main.exitCode, 1);
      assert.equal(post.exitCode, 0, post.log);
      assert.doesNotMatch(main.log, /^\s+at .*\.js:\d+/m, 'a stack trace');
      nothingLeft(job.temp, [main, post]);
      const outputs = JSON.stringify(job.outputs);
      const texts = { main: main.written, post: post.written, summary: job.summary, outputs };
      assert.deepEqual(findLeaks(stage.secrets, texts, [job.temp, job.home]), []);
    });
  }
});

function nothingLeft(temp: string, steps: readonly StepResult[]): void {
  assert.deepEqual(processesMatching(/ssh-agent/), [], steps.map(({ log }) => log).join('\n'));
  const left = execFileSync(
    'find',
    [temp, '-mindepth', '1', '-not', '-name', 'kamal-1password-report.json'],
    { encoding: 'utf8' },
  );
  assert.equal(left, '');
}

/** A directory with a `docker` that answers for buildx as one without the plugin does. */
function dockerWithoutBuildx({ root }: Stage): string {
  const directory = join(root, 'without-buildx');
  mkdirSync(directory, { recursive: true });
  const real = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();
  const refusal = `echo "docker: 'buildx' is not a docker command." >&2; exit 1`;
  writeFileSync(
    join(directory, 'docker'),
    `#!/bin/sh\n[ "$1" != buildx ] || { ${refusal}; }\nexec ${real} "$@"\n`,
    { mode: 0o755 },
  );
  return directory;
}

function withPassphrase(): string {
  const directory = mkdtempSync(join(tmpdir(), 'key-'));
  try {
    const file = join(directory, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a long passphrase', '-f', file]);
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(directory, { recursive: true });
  }
}
