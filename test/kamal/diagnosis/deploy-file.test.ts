/** What the deploy file says makes a sentence more exact, and names no cause. */
import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readProject } from '../../../src/files/read-project.ts';
import {
  deployFileFacts,
  factsFor,
  type DeployFileFacts,
} from '../../../src/kamal/diagnosis/deploy-file-facts.ts';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../../src/kamal/diagnosis/diagnosis.ts';
import { inDeploy } from '../../harness/kamal/container-shapes.ts';
import { command, error, failed } from '../../harness/kamal/logs.ts';
import { recordings } from '../../harness/kamal/recordings.ts';

const made: string[] = [];
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** The facts of a project with these files below config/. */
function factsOf(files: Readonly<Record<string, string>>): DeployFileFacts | null {
  const root = mkdtempSync(join(tmpdir(), 'deploy-file-'));
  made.push(root);
  mkdirSync(join(root, 'config'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'config', name), text);
  const { destinations } = readProject({ root, destinations: 'all' });
  return deployFileFacts(destinations.map(({ deploy }) => deploy));
}

const BASE = `service: shop
image: acme/shop
servers:
  web: [192.0.2.10]
  jobs: {hosts: [192.0.2.11], cmd: bin/jobs, env: {secret: [QUEUE_TOKEN]}}
accessories:
  db: {image: 'postgres:17', host: 192.0.2.12}
registry: {username: acme, password: [KAMAL_REGISTRY_PASSWORD]}
builder: {arch: amd64}
env:
  clear: {APP_HOST: shop.example.com}
  secret: [DATABASE_URL]
`;
const unset = factsOf({ 'deploy.yml': BASE });
const set = factsOf({
  'deploy.yml': BASE.replace('registry: {', 'registry: {server: ghcr.io, ').replace(
    'builder:',
    'proxy: {host: shop.example.com, app_port: 3000, healthcheck: {path: /health}}\ndeploy_timeout: 60\nbuilder:',
  ),
});
const erb = factsOf({
  'deploy.yml': BASE.replace('registry: {', 'registry: {server: <%= ENV["R"] %>, ').replace(
    'builder: {arch: amd64}',
    'proxy: {host: a.example.com, app_port: <%= ENV["P"] %>}\nbuilder: {arch: <%= ENV["A"] %>}',
  ),
});

const refused = (from: string): string =>
  [
    ...command('0000a002', 'docker login -u [REDACTED] -p [REDACTED]', 'localhost'),
    ...error(
      'SSHKit::Command::Failed',
      failed(
        'docker',
        256,
        `Error response from daemon: Get "https://${from}/v2/": unauthorized: incorrect username or password`,
      ),
    ),
  ].join('\n');
const ssh = (host: string): string =>
  [
    ...command('0000a001', '/usr/bin/env mkdir -p .kamal', host),
    ...error(
      'Net::SSH::AuthenticationFailed',
      `Exception while executing on host ${host}: Authentication failed for user root@${host}`,
    ),
  ].join('\n');
const listening = inDeploy(['* Listening on http://0.0.0.0:4000']).join('\n');
const without = (name: string): string => inDeploy([`key not found: "${name}" (KeyError)`]).join('\n');
const notFound = inDeploy(['{"time":"x","level":"INFO","msg":"Request","path":"/up","status":404}']).join(
  '\n',
);

type Row = readonly [name: string, log: string, facts: DeployFileFacts | null, says: RegExp, not?: RegExp];
const ROWS: readonly Row[] = [
  ['no app_port', listening, unset, /`proxy\.app_port` is not set in config\/deploy\.yml: it is 80\./],
  [
    'another app_port than was asked',
    listening,
    set,
    /sets `proxy\.app_port: 3000`, yet the proxy asked port 80/,
  ],
  ['an app_port of ERB', listening, erb, /asks port 80/, /app_port/],
  ['no path', notFound, unset, /`proxy\.healthcheck\.path` is not set in config\/deploy\.yml: it is `\/up`/],
  ['a path', notFound, set, /sets `proxy\.healthcheck\.path: \/health`/],
  [
    'no registry',
    refused('registry-1.docker.io'),
    unset,
    /`registry\.server` is not set in config\/deploy\.yml, so Kamal logs in to Docker Hub as `acme`\./,
    /But `image/,
  ],
  ['the registry', refused('ghcr.io'), set, /Kamal logs in to `ghcr\.io` as `acme`/],
  [
    'another registry',
    refused('registry-1.docker.io'),
    set,
    /is `ghcr\.io`: this is another registry, for which Kamal has no password/,
  ],
  ['a registry of ERB', refused('ghcr.io'), erb, /rejected the user name/, /registry\.server/],
  [
    'an image that names its registry',
    refused('registry-1.docker.io'),
    factsOf({ 'deploy.yml': BASE.replace('acme/shop', 'ghcr.io/acme/shop') }),
    /`image: ghcr\.io\/acme\/shop` names `ghcr\.io`: write `registry\.server: ghcr\.io` and `image: acme\/shop`/,
  ],
  ['a host of a role', ssh('192.0.2.11'), unset, /it is a host of: role `jobs`\./],
  ['a host of an accessory', ssh('192.0.2.12'), unset, /it is a host of: accessory `db`\./],
  ['a host that nothing names', ssh('192.0.2.99'), unset, /rejected the login/, /host of/],
  [
    'a variable of nobody',
    without('STRIPE_KEY'),
    unset,
    /No `env` in config\/deploy\.yml has `STRIPE_KEY`\./,
  ],
  [
    'a variable that is listed',
    without('DATABASE_URL'),
    unset,
    /lists `DATABASE_URL` under `env\.secret`, so its value is most likely empty/,
  ],
  ['a variable of another role', without('QUEUE_TOKEN'), unset, /gives `QUEUE_TOKEN` only to role `jobs`/],
  ['a variable in clear', without('APP_HOST'), unset, /sets `APP_HOST` under `env\.clear`/],
  ['variables of ERB', without('STRIPE_KEY'), erb, /is not set/, /No `env`/],
];

const text = ({ means }: Diagnosis): string => means;

void test('each fact is said where it belongs, and none that only a run knows', () => {
  for (const [name, log, deployFile, says, not] of ROWS) {
    assert(deployFile !== null, name);
    const found = diagnose(log, { deployFile });
    assert.match(text(found), says, name);
    if (not !== undefined) assert.doesNotMatch(text(found), not, name);
  }
});

void test('a variable that is listed is not to be added again', () => {
  const steps = (name: string): string => diagnose(without(name), { deployFile: unset }).next.agent.join(' ');
  assert.match(steps('STRIPE_KEY'), /kamal-1password add STRIPE_KEY/);
  assert.doesNotMatch(steps('DATABASE_URL'), /kamal-1password add/);
});

void test('no fact names a cause: every recording has the same one with and without', () => {
  for (const { file, name, log } of recordings()) {
    const plain = diagnose(log);
    for (const deployFile of [unset, set, erb]) {
      const found = diagnose(log, { deployFile });
      for (const part of [
        'cause',
        'confidence',
        'candidates',
        'evidence',
        'seen',
        'secret',
        'hosts',
      ] as const)
        assert.deepEqual(found[part], plain[part], `${file}: ${name}: ${part}`);
    }
  }
});

void test('destinations that do not agree leave a fact unsaid', () => {
  const facts = factsOf({
    'deploy.yml': `${BASE}require_destination: true\n`,
    'deploy.a.yml': 'proxy: {host: a.example.com, app_port: 3000}\n',
    'deploy.b.yml': 'proxy: {host: b.example.com, app_port: 4000}\n',
  });
  assert(facts !== null);
  assert.deepEqual(facts.roles.find(({ name }) => name === 'web')?.proxy?.appPort, undefined);
  assert.deepEqual(facts.registry, { server: null, username: 'acme' });
  assert.doesNotMatch(text(diagnose(listening, { deployFile: facts })), /app_port/);
});

void test('a log of another project is told from one of this', () => {
  assert(unset !== null);
  const isOfProject = (log: string): boolean =>
    factsFor(log, { registryPassword: null, deployFile: unset }).deployFile !== null;
  assert(isOfProject(ssh('192.0.2.12')));
  assert(isOfProject('… docker run --name shop-web-4f3a9c1 …'));
  assert(!isOfProject(ssh('198.51.100.1')));
});
