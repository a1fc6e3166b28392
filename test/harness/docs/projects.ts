/**
 * The projects that the commands of our pages are run in: each page in its own project, its commands one after the
 * other.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAUSE_EXAMPLES } from '../../../src/kamal/diagnosis/examples.ts';
import { TemporaryProject } from '../parity/temporary-project.ts';
import { blocks, pageAt, ROOT } from './pages.ts';

type Files = Readonly<Record<string, string>>;

/** What `kamal init` leaves to be filled in. */
const FRESH: Files = {
  'config/deploy.yml': `service: my-app
image: my-user/my-app
servers:
  web:
    - 192.168.0.1
proxy:
  ssl: true
  host: app.example.com
registry:
  server: localhost:5555
  # username: my-user
  # password:
  #   - KAMAL_REGISTRY_PASSWORD
builder:
  arch: amd64
`,
  '.kamal/secrets': '# KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\n',
};

const FETCH = 'kamal secrets fetch --adapter 1password --account my.1password.com';

function secretsOf(item: string, ...names: readonly string[]): string {
  const extracts = names.map((name) => `${name}=$(kamal secrets extract ${name} \${SECRETS})\n`);
  return `SECRETS=$(${FETCH} --from MyApp/${item} ${names.join(' ')})\n${extracts.join('')}`;
}

/** No server answers at this address: nothing listens on the port. */
const DEPLOY_FILE = `service: shop
image: acme/shop
servers: [127.0.0.1]
ssh: { port: 1 }
registry:
  username: acme
  password: [KAMAL_REGISTRY_PASSWORD]
builder: { arch: amd64 }
env:
  secret:
    - DATABASE_URL
    - STRIPE_KEY
`;
const SECRETS = secretsOf('Production', 'KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL', 'STRIPE_KEY');

const SHOP: Files = { 'config/deploy.yml': DEPLOY_FILE, '.kamal/secrets': SECRETS };

/** Two destinations, an app below, and a log of a failed deploy. */
const COMPLETE: Files = {
  ...SHOP,
  'config/deploy.staging.yml': 'servers: [127.0.0.1]\n',
  '.kamal/secrets.staging': SECRETS.replace('Production', 'Staging'),
  'apps/shop/config/deploy.yml': DEPLOY_FILE,
  'apps/shop/.kamal/secrets': SECRETS,
  'deploy.log': CAUSE_EXAMPLES['registry-auth'],
};

/** The page's own example of what deploys before. */
function boilerplate(): Files {
  const [before] = blocks(pageAt('docs/migrate.md'), 'yaml');
  return { ...SHOP, '.github/workflows/deploy.yml': before?.text ?? '' };
}

const OF_PAGES: Readonly<Record<string, () => Files>> = {
  // STRIPE_KEY is neither fetched nor extracted.
  'README.md': () => ({
    ...SHOP,
    '.kamal/secrets': secretsOf('Production', 'KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
  }),
  'docs/guide.md': () => FRESH,
  'docs/migrate.md': boilerplate,
  'docs/README.md': () => SHOP,
};

/** A committed project for the commands of a page. */
export function projectFor(page: string): TemporaryProject {
  const project = new TemporaryProject((OF_PAGES[page] ?? (() => COMPLETE))());
  const git = (...words: string[]): Buffer =>
    execFileSync(
      'git',
      ['-C', project.root, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...words],
      { env: { PATH: process.env['PATH'], HOME: project.root } },
    );
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Before');
  return project;
}

/** The version that the pages show instead of the one that `init` writes. */
export function asShown(text: string): string {
  return text.replaceAll(/(uses: kamal-1password\/kamal-1password)@\S+(?: # \S+)?/g, '$1@v1');
}

/** The command line's source. */
export const CLI = join(ROOT, 'dist/cli.js');

/** What the pages say that a live command says without the token. */
export function documentedSentences(): string[] {
  const table = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');
  return [...table.matchAll(/^\| `kamal-1password [^|]*\|[^|]*“([^”]+)”/gm)].map(
    ([, sentence = '']) => sentence,
  );
}
