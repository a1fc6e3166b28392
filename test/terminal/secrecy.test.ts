/** A credential at every place of a project, every command in every format: not one of its characters comes out. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fc } from '../harness/properties.ts';
import { runCli } from '../harness/terminal/command-line.ts';

const root = mkdtempSync(join(tmpdir(), 'secrecy-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** All combinations; else a part of them, the same each time. */
const EVERY = process.env['SECRECY'] === 'all';

const base = {
  'config/deploy.yml': `service: app
image: acme/app
servers:
  web:
    hosts: [192.0.2.1]
registry:
  username: acme
  password: [KAMAL_REGISTRY_PASSWORD]
builder:
  arch: amd64
  args: { RUBY: "3.4" }
env:
  clear:
    PORT: 3000
  secret:
    - DATABASE_URL
    - RAILS_MASTER_KEY
`,
  '.kamal/secrets': `SECRETS=$(kamal secrets fetch --adapter 1password --account my --from Shop/Production KAMAL_REGISTRY_PASSWORD RAILS_MASTER_KEY)
KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD \${SECRETS})
RAILS_MASTER_KEY=$(kamal secrets extract RAILS_MASTER_KEY \${SECRETS})
DATABASE_URL=$(kamal secrets extract DATABASE_URL \${SECRETS})
`,
  '.github/workflows/deploy.yml': `on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: bin/kamal deploy
        env:
          RAILS_MASTER_KEY: \${{ secrets.RAILS_MASTER_KEY }}
`,
  '.kamal/hooks/pre-deploy': '#!/bin/sh\necho hello\n',
  'AGENTS.md': '# Notes\n',
  'README.md': 'RAILS_MASTER_KEY is needed\n',
};
type Name = keyof typeof base;
const S = '.kamal/secrets';
const D = 'config/deploy.yml';
const W = '.github/workflows/deploy.yml';
const rep = (f: Name, a: string | RegExp, b: string): Record<string, string> => ({
  [f]: base[f].replace(a, () => b),
});
const app = (f: Name, t: string): Record<string, string> => ({ [f]: base[f] + t });
const PLACES: Readonly<Record<string, (c: string) => Record<string, string>>> = {
  literal: (c) => app(S, `X=${c}\n`),
  quoted: (c) => app(S, `X="${c}"\n`),
  single: (c) => app(S, `X='${c}'\n`),
  of: (c) => rep(S, /DATABASE_URL=.*/, `DATABASE_URL=${c}`),
  unused: (c) => rep(S, /DATABASE_URL=.*/, `DATABASE_UR=${c}`),
  twice: (c) => app(S, `DATABASE_URL=${c}\nDATABASE_URL=${c}1\n`),
  colon: (c) => rep(S, /DATABASE_URL=.*/, `DATABASE_URL: ${c}`),
  nospace: (c) => rep(S, /DATABASE_URL=.*/, `DATABASE_URL:${c}`),
  dash: (c) => app(S, `SENTRY-DSN=${c}\n`),
  fallback: (c) => rep(S, /DATABASE_URL=.*/, `DATABASE_URL=\${X:-${c}}`),
  fallback2: (c) => app(S, `Y="\${X:-${c}}"\n`),
  alone: (c) => app(S, `${c}\n`),
  comment: (c) => app(S, `# old: ${c}\n`),
  after: (c) => app(S, `X=a # ${c}\n`),
  glued: (c) => app(S, `X=${c}#more\n`),
  glued2: (c) => app(S, `X=abc#${c}\n`),
  echo: (c) => app(S, `X=$(echo ${c})\n`),
  curl: (c) => app(S, `X=$(curl -H "Authorization: Bearer ${c}" https://example.com)\n`),
  fetchname: (c) => rep(S, 'RAILS_MASTER_KEY)', `RAILS_MASTER_KEY ${c})`),
  fetchacc: (c) => rep(S, '--account my', `--account ${c}`),
  adapter: (c) => rep(S, '1password', c),
  from: (c) => rep(S, 'Shop/Production', `Shop/${c}`),
  extract: (c) => rep(S, 'extract DATABASE_URL', `extract ${c}`),
  name: (c) => app(S, `${c.replace(/\W/g, '_')}=x\n`),
  export: (c) => app(S, `export X=${c}\n`),
  open: (c) => app(S, `X=$(echo ${c}\n`),
  script: (c) => app(S, `if [ "$A" = "${c}" ]; then\nX=1\nfi\n`),
  multi: (c) => app(S, `X="-----BEGIN PRIVATE KEY-----\n${c}\n${c}x\n-----END PRIVATE KEY-----"\n`),
  kamalno: (c) => app(S, `X=$(bin/kamal secrets extract ${c} $SECRETS)\n`),
  ref: (c) => app(S, `X=$NOPE${c}\n`),
  unterminated: (c) => app(S, `X="${c}\n`),
  secretsadd: (c) => rep(S, 'SECRETS=$(', `A=${c}\nSECRETS=$(`),
  ydbl: (c) => rep(D, 'PORT: 3000', `PORT: 3000\n    DATABASE_URL: ${c}`),
  yclear: (c) => rep(D, 'PORT: 3000', `PORT: 3000\n    LOG: ${c}`),
  ypw: (c) => rep(D, '[KAMAL_REGISTRY_PASSWORD]', c),
  ypwlist: (c) => rep(D, '[KAMAL_REGISTRY_PASSWORD]', `[ "${c}" ]`),
  ypwq: (c) => rep(D, '[KAMAL_REGISTRY_PASSWORD]', `"${c}"`),
  yunknown: (c) => app(D, `password: "${c}"\n`),
  yunknown2: (c) => app(D, `api: "${c}"\n`),
  yitem: (c) => rep(D, '- DATABASE_URL', `- "${c}"`),
  yitem2: (c) => rep(D, '- DATABASE_URL', `- DATABASE_URL\n    - ${c}`),
  ymap: (c) => rep(D, '- DATABASE_URL', `- DATABASE_URL: ${c}`),
  ysecretmap: (c) => rep(D, 'secret:\n    - DATABASE_URL', `secret:\n    DATABASE_URL: ${c}\n  x:\n    - A`),
  yuser: (c) => rep(D, 'username: acme', `username: ${c}`),
  yargs: (c) => rep(D, 'args: { RUBY: "3.4" }', `args: { TOKEN: "${c}" }`),
  yargs2: (c) => rep(D, 'args: { RUBY: "3.4" }', `args:\n    FOO: "${c}"`),
  ycomment: (c) => rep(D, 'builder:', `# ${c}\nbuilder:`),
  yerb: (c) => rep(D, 'PORT: 3000', `PORT: <%= ENV.fetch("X", "${c}") %>`),
  yerb2: (c) => app(D, `<% raise "${c}" %>\n`),
  yerb3: (c) => rep(D, 'service: app', `service: <%= "${c}" %>`),
  yhost: (c) => rep(D, '192.0.2.1', c),
  yserver: (c) => rep(D, 'hosts: [192.0.2.1]', `hosts: [192.0.2.1]\n    ${c.replace(/\W/g, '')}: 1`),
  yssh: (c) => app(D, `ssh:\n  key_data: ["-----BEGIN PRIVATE KEY-----\\n${c}"]\n`),
  ysshb: (c) => app(D, `ssh:\n  key_data:\n    - |\n      -----BEGIN PRIVATE KEY-----\n      ${c}\n`),
  ybad: (c) => app(D, `x: "${c}\n`),
  ybad2: (c) => app(D, `x: [ ${c}\n`),
  yalias: (c) => app(D, `x: *${c.replace(/\W/g, '')}\n`),
  yanchor: (c) => app(D, `x: &${c.replace(/\W/g, '')} 1\n`),
  ytag: (c) => app(D, `x: !${c.replace(/\W/g, '')} 1\n`),
  yacc: (c) =>
    app(
      D,
      `accessories:\n  db:\n    image: postgres:16\n    host: 192.0.2.1\n    env:\n      clear:\n        POSTGRES_PASSWORD: ${c}\n`,
    ),
  yblock: (c) => rep(D, 'PORT: 3000', `PORT: 3000\n    KEY: |\n      ${c}\n      ${c}2`),
  ycmd: (c) => rep(D, 'hosts: [192.0.2.1]', `hosts: [192.0.2.1]\n    cmd: run --token ${c}`),
  yreq: (c) => app(D, `secrets_path: .kamal/${c}\n`),
  yhooks: (c) => app(D, `hooks_path: ${c}\n`),
  wenv: (c) => rep(W, '${{ secrets.RAILS_MASTER_KEY }}', c),
  wkey: (c) => rep(W, 'bin/kamal deploy', `STRIPE_KEY=${c} bin/kamal deploy`),
  wrun: (c) => rep(W, 'bin/kamal deploy', `TOKEN=${c} bin/kamal deploy`),
  wuses: (c) =>
    rep(
      W,
      '- run: bin/kamal deploy',
      `- uses: kamal-1password/kamal-1password@v1\n        with: { service-account-token: ${c} }\n      - run: bin/kamal deploy`,
    ),
  wcomment: (c) => rep(W, 'on: push', `# ${c}\non: push`),
  wjob: (c) => rep(W, 'runs-on: ubuntu-latest', `runs-on: ubuntu-latest\n    env: { X: "${c}" }`),
  wblock: (c) =>
    rep(W, '- run: bin/kamal deploy', `- run: |\n          export A=${c}\n          bin/kamal deploy`),
  hook: (c) => app('.kamal/hooks/pre-deploy', `curl -H "X: ${c}" https://example.com # RAILS_MASTER_KEY\n`),
  agents: (c) => app('AGENTS.md', `token ${c}\n`),
  readme: (c) => app('README.md', `RAILS_MASTER_KEY=${c}\n`),
  docker: (c) => ({ Dockerfile: `ENV RAILS_MASTER_KEY=${c}\n` }),
  ignore: (c) => ({ '.gitignore': `${c}\n` }),
  lock: (c) => ({
    'Gemfile.lock': `GIT\n  remote: https://${c}@example.com\n  specs:\n    kamal (2.12.0)\n`,
  }),
  supp: (c) => app(S, `# kamal-1password: ignore ${c} — because ${c}\nX=1\n`),
  supp2: (c) => app(S, `# kamal-1password: ignore secret-unused — ${c}\nX=1\n`),
  dest: (c) => ({
    'config/deploy.staging.yml': `env:\n  clear:\n    A: ${c}\n`,
    '.kamal/secrets.staging': `Z=${c}\n`,
  }),
  common: (c) => ({ '.kamal/secrets-common': `Q=${c}\n` }),
  notloaded: (c) => ({ '.kamal/secrets.example': `Q=${c}\n` }),
};

const alphabet = (characters: string, length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...Array.from(characters)), { minLength: length, maxLength: length })
    .map((parts) => parts.join(''));
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const KINDS = {
  base64url: alphabet(`${LETTERS}${LETTERS.toUpperCase()}0123456789-_`, 24),
  hex: alphabet('0123456789abcdef', 32),
  lower: alphabet(`${LETTERS}0123456789`, 20),
  signs: alphabet(`${LETTERS}${LETTERS.toUpperCase()}0123456789!%^*+=.-_`, 20).map((rest) => `aB3${rest}`),
  issued: alphabet(`${LETTERS}${LETTERS.toUpperCase()}0123456789`, 36).map((rest) => `ghp_${rest}`),
};

const COMMANDS: readonly (readonly string[])[] = [
  ['check'],
  ...['json', 'sarif', 'github', 'markdown', 'unix'].map((format) => ['check', '--format', format]),
  ['check', '--notes', '--all-destinations'],
  ['fix', '-n'],
  ['fix', '-n', '--json'],
  ['add', 'STRIPE_KEY', '-n'],
  ['add', 'STRIPE_KEY', '--prompt'],
  ['add', 'STRIPE_KEY', '-n', '--json'],
  ['rename', 'RAILS_MASTER_KEY', 'MASTER_KEY', '-n'],
  ['rename', 'RAILS_MASTER_KEY', 'MASTER_KEY', '-n', '--json'],
  ['remove', 'RAILS_MASTER_KEY', '-n'],
  ['remove', 'DATABASE_URL', '-n', '--json'],
  ['init', '-n'],
  ['init', '-n', '--json'],
];

test('no credential of a file comes out of any command in any format', async (t) => {
  let runs = 0;
  let at = 0;
  for (const [place, put] of Object.entries(PLACES)) {
    for (const [kind, arbitrary] of Object.entries(KINDS)) {
      at += 1;
      if (!EVERY && at % 3 !== 0) continue;
      const [credential = ''] = fc.sample(arbitrary, {
        numRuns: 1,
        ...(EVERY ? { seed: randomInt(2 ** 31 - 1) } : { seed: at }),
      });
      const folder = join(root, String(at));
      for (const [name, text] of Object.entries({
        '.git/HEAD': 'ref: refs/heads/main\n',
        ...base,
        ...put(credential),
      })) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      for (const [index, words] of COMMANDS.entries()) {
        if (!EVERY && (index + at) % 4 !== 0) continue;
        runs += 1;
        const { out, err } = await runCli(words, folder);
        const shown = (out + err).replaceAll(/\s+/g, '');
        assert.doesNotMatch(err, /unexpected error/, `${place}: ${words.join(' ')}: ${err}`);
        for (const form of new Set([
          credential,
          credential.replaceAll(/\W/g, ''),
          credential.replaceAll(/\W/g, '_'),
        ]))
          assert.ok(!shown.includes(form), `${kind} at ${place}, ${words.join(' ')}: ${form}`);
      }
      rmSync(folder, { recursive: true, force: true });
    }
  }
  t.diagnostic(`${runs} runs, ${Object.keys(PLACES).length} places`);
});

/** Where a value has no other place to be than a credential's: hidden whatever it looks like. */
const PLACES_OF_VALUES: Readonly<Record<string, (c: string) => Record<string, string>>> = {
  literal: (c) => app(S, `X_KEY=${c}\n`),
  quoted: (c) => app(S, `X="${c}"\n`),
  of: (c) => rep(S, /DATABASE_URL=.*/, `DATABASE_URL=${c}`),
  twice: (c) => app(S, `DATABASE_URL=${c}\nDATABASE_URL=${c}1\n`),
  colon: (c) => rep(S, /DATABASE_URL=.*/, `DATABASE_URL: ${c}`),
  dash: (c) => app(S, `STRIPE-KEY=${c}\n`),
  fallback: (c) => rep(S, /DATABASE_URL=.*/, `DATABASE_URL=\${X:-${c}}`),
  fallback2: (c) => app(S, `Y="\${X:-${c}}"\n`),
  comment: (c) => app(S, `# STRIPE_KEY=${c}\n`),
  comment2: (c) => app(S, `#STRIPE_SECRET: ${c}\n`),
  export: (c) => app(S, `export X=${c}\n`),
  unterminated: (c) => app(S, `X="${c}\n`),
  item: (c) => rep(D, '- DATABASE_URL', `- DATABASE_URL\n    - STRIPE_KEY=${c}`),
  items: (c) => rep(D, 'secret:\n    - DATABASE_URL', `secret:\n    - DATABASE_URL: ${c}`),
  clear: (c) => rep(D, 'PORT: 3000', `PORT: 3000\n    DATABASE_URL: ${c}`),
  password: (c) => rep(D, '[KAMAL_REGISTRY_PASSWORD]', c),
  step: (c) => rep(W, '${{ secrets.RAILS_MASTER_KEY }}', c),
};

test('nor does a password that a person made up, where only a value can be', async (t) => {
  let runs = 0;
  let at = 0;
  const leaks = new Set<string>();
  for (const [place, put] of Object.entries(PLACES_OF_VALUES)) {
    for (const weak of ['hunter2x', 'correct-horse', 'pa55word!']) {
      at += 1;
      const folder = join(root, `weak-${at}`);
      const files = { '.git/HEAD': 'ref: refs/heads/main\n', ...base, ...put(weak) };
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      for (const [index, words] of COMMANDS.entries()) {
        if (!EVERY && (index + at) % 6 !== 0) continue;
        runs += 1;
        const { out, err } = await runCli(words, folder);
        if ((out + err).replaceAll(/\s+/g, '').includes(weak) && !words.includes('STRIPE_KEY'))
          leaks.add(`${place}: ${words.join(' ')}`);
      }
      rmSync(folder, { recursive: true, force: true });
    }
  }
  assert.deepEqual([...leaks], []);
  t.diagnostic(`${runs} runs, ${Object.keys(PLACES_OF_VALUES).length} places`);
});
