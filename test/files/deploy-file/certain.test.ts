/** What is refused in every environment, and only that, is refused for certain: real Kamal tries each environment. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readDeployFile } from '../../../src/files/deploy-file/read.ts';
import type { DeployReading } from '../../../src/parity/model.ts';
import { Judge } from '../../harness/kamal/judge.ts';
import { fc, seed } from '../../harness/properties.ts';

const judge = new Judge();
after(() => judge.stop());

const runs = Number(process.env['RUNS'] ?? 60);
console.log(`templates: seed ${seed}, ${runs} runs (SEED and RUNS repeat them)`);

const CONFIG = 'config/deploy.yml';
const NAMES = ['ONE', 'TWO'] as const;

function read(text: string): DeployReading {
  return readDeployFile({ config: { path: CONFIG, text, bom: 0 }, destination: null });
}

/** What a name may be set to; null is unset. */
const VALUES = [null, 'env-ONE', 'env-TWO', '5', '{username: me, password: [P]}'] as const;

/** Whether real Kamal loads it in one of the environments. */
async function loadsSomewhere(text: string): Promise<boolean> {
  for (const one of VALUES) {
    for (const two of VALUES) {
      const environment = [one, two].map((value, index) =>
        value === null
          ? `ENV.delete("${NAMES[index]}")`
          : `ENV["${NAMES[index]}"] = ${JSON.stringify(value)}`,
      );
      const files = { [CONFIG]: `<% ${environment.join('; ')} %>${text}`, '.kamal/secrets': 'P=p\n' };
      if ((await judge.project({ files })).loads) return true;
    }
  }
  return false;
}

const PARTS = {
  service: ['service: shop', 'service: shop', 'service: <%= ENV["ONE"] %>'],
  timeout: [
    'stop_timeout: 5',
    'stop_timeout: <%= ENV["TWO"] %>',
    'proxy: { ssl: true, host: <%= ENV["ONE"] %> }',
  ],
  image: ['image: me/shop'],
  servers: ['servers:\n  - 192.0.2.1', 'servers:\n  web:\n    - 192.0.2.1'],
  registry: [
    'registry:\n  username: me\n  password:\n    - P',
    'registry:\n  password:\n    - P',
    'registry:\n  username: me',
    'registry: { username: me, password: [P] }',
    'registry: { username: me }',
    'registry: <%= ENV["TWO"] %>',
    'registry:\n  username: me\n  <%= ENV["ONE"] && "password: [P]" %>',
  ],
  builder: ['builder:\n  arch: amd64', 'builder:\n  context: .', 'builder: { context: . }'],
  labels: [
    'labels:\n  a: <%= ENV["ONE"] %>',
    '# labels: <%= ENV["TWO"] %>',
    '# <% if ENV["ONE"] %>x<% end %>',
  ],
} as const;

const name = fc.constantFrom(...NAMES);
const condition = name.chain((each) =>
  fc.constantFrom(
    `ENV["${each}"]`,
    `ENV["${each}"].nil?`,
    `ENV["${each}"] == "env-${each}"`,
    `!ENV["${each}"]`,
  ),
);

/** A line of a part that only some environments give. */
const wrapped = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('plain', 'plain', 'plain', 'if', 'unless', 'else', 'loop', 'inline', 'none'),
      condition,
      name,
    )
    .map(([how, asked, each]) => {
      switch (how) {
        case 'if':
          return `<% if ${asked} %>\n${text}\n<% end %>\n`;
        case 'unless':
          return `<% unless ${asked} -%>\n${text}\n<% end -%>\n`;
        case 'else':
          return `<% if ${asked} %>\n${text}\n<% else %>\n${text}\n<% end %>\n`;
        case 'loop':
          return `<% ENV["${each}"].to_s.split("-").first(1).each do |each| %>\n${text}\n<% end %>\n`;
        case 'inline':
          return `${text} <%= "# #{ENV["${each}"]}" %>\n`;
        case 'none':
          return '';
        default:
          return `${text}\n`;
      }
    });

const template = fc
  .tuple(...Object.values(PARTS).map((texts) => fc.constantFrom(...texts).chain((text) => wrapped(text))))
  .map((parts) => parts.join(''));

test('what every environment leaves refused is refused for certain, and nothing else is', async () => {
  let certain = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(template, async (text) => {
      const reading = read(text);
      const loads = await loadsSomewhere(text);
      if (reading.loads === false) assert.equal(loads, false, reading.errors[0]?.message);
      if (!loads) refused += 1;
      if (!loads && reading.loads === false) certain += 1;
    }),
    { numRuns: runs },
  );
  assert.ok(refused > runs / 5, `${refused} of ${runs} are refused everywhere`);
  assert.ok(certain > refused / 2, `${certain} of ${refused} are certain`);
});

/** As `kamal init` writes it (Kamal 2.12.0, lib/kamal/cli/templates/deploy.yml), shortened. */
const FRESH = `service: my-app
image: my-user/my-app
servers:
  web:
    - 192.168.0.1
registry:
  username: my-user
  password:
    - KAMAL_REGISTRY_PASSWORD
builder:
  arch: amd64
  # Pass in additional build args needed for your Dockerfile.
  # args:
  #   RUBY_VERSION: <%= ENV["RBENV_VERSION"] || ENV["rvm_ruby_string"] || "#{RUBY_ENGINE}-#{RUBY_ENGINE_VERSION}" %>
`;

const REQUIRED: Readonly<Record<string, RegExp>> = {
  'Missing required configuration for service': /service: .*\n/u,
  'Missing required configuration for image': /image: .*\n/u,
  'No servers or accessories specified': /servers:\n.*\n.*\n/u,
  'registry/username: is required': / {2}username: .*\n/u,
  'registry/password: is required': / {2}password:\n.*\n/u,
  'builder: Builder arch not set': / {2}arch: .*\n/u,
};

for (const [message, part] of Object.entries(REQUIRED)) {
  test(`a fresh project: ${message}, whatever ERB a comment has`, async () => {
    const text = FRESH.replace(part, message.startsWith('builder') ? '  context: .\n' : '');
    assert.notEqual(text, FRESH);
    const { loads, errors } = read(text);
    assert.deepEqual([loads, errors[0]?.message], [false, message]);
    const verdict = await judge.project({ files: { [CONFIG]: text } });
    assert.equal(verdict.error?.message, message);
  });
}
