/** Projects as people lay them out, for properties of edits: every secret in any of the styles that are in use. */
import { fc } from '../properties.ts';

export interface EditedProject {
  readonly files: Readonly<Record<string, string>>;
  readonly destinations: readonly (string | null)[];
  /** Names that the secrets files assign, or the deploy file asks for. */
  readonly names: readonly string[];
}

const NAMES = ['A', 'AB', 'DATABASE_URL', 'DATABASE_URL_2', 'STRIPE_KEY', 'KEY', 'X_1', 'TOKEN', 'MAIL'];

type Origin = 'fetched' | 'renamed' | 'environment' | 'plain' | 'referring' | 'op-read';

interface Secret {
  readonly name: string;
  readonly origin: Origin;
  readonly asked: 'env' | 'alias' | 'accessory' | 'builder' | 'nobody';
  readonly quoted: boolean;
}

const secret = (name: string): fc.Arbitrary<Secret> =>
  fc.record({
    name: fc.constant(name),
    origin: fc.constantFrom<Origin>(
      'fetched',
      'fetched',
      'fetched',
      'renamed',
      'environment',
      'plain',
      'op-read',
    ),
    asked: fc.constantFrom('env', 'env', 'alias', 'accessory', 'builder', 'nobody'),
    quoted: fc.boolean(),
  });

const layout = fc.record({
  manyLines: fc.boolean(),
  section: fc.boolean(),
  braces: fc.boolean(),
  exported: fc.boolean(),
  comments: fc.boolean(),
  flow: fc.boolean(),
  crlf: fc.boolean(),
  finalNewline: fc.boolean(),
  staging: fc.constantFrom('none', 'same', 'own-list'),
});
type Layout = typeof layout extends fc.Arbitrary<infer T> ? T : never;

export const editedProject: fc.Arbitrary<EditedProject> = fc
  .tuple(fc.subarray(NAMES, { minLength: 1 }), layout)
  .chain(([names, how]) => fc.tuple(fc.tuple(...names.map(secret)), fc.constant(how)))
  .map(([secrets, how]) => write(secrets, how));

function write(secrets: readonly Secret[], how: Layout): EditedProject {
  const end = (text: string): string => {
    const cut = how.finalNewline ? text : text.replace(/\n$/, '');
    return how.crlf ? cut.replaceAll('\n', '\r\n') : cut;
  };
  const files: Record<string, string> = {
    '.kamal/secrets': end(secretsFile(secrets, how)),
    'config/deploy.yml': end(deployFile(secrets, how)),
  };
  const destinations: (string | null)[] = [null];
  if (how.staging !== 'none') {
    destinations.push('staging');
    files['.kamal/secrets.staging'] = end(secretsFile(secrets, { ...how, braces: !how.braces }));
    const own = secrets.filter(({ asked }) => asked === 'env').map(({ name }) => name);
    files['config/deploy.staging.yml'] = end(
      how.staging === 'own-list' && own.length > 0
        ? `env:\n  secret:\n${own.map((name) => `    - ${name}\n`).join('')}`
        : 'labels:\n  a: b\n',
    );
  }
  return { files, destinations, names: secrets.map(({ name }) => name) };
}

function secretsFile(
  secrets: readonly Secret[],
  { manyLines, section, braces, exported, comments }: Layout,
): string {
  const variable = braces ? '${SECRETS}' : '$SECRETS';
  const path = (name: string): string => (section ? `Keys/${name}` : name);
  const fetched = secrets.filter(({ origin }) => origin === 'fetched' || origin === 'renamed');
  const fields = [
    'REGISTRY',
    ...fetched.map(({ name, origin }) => (origin === 'renamed' ? `${name}_FIELD` : name)),
  ];
  const head = 'kamal secrets fetch --adapter 1password --account a --from Shop/Production';
  const words = fields.map((field) => path(field));
  const fetch = manyLines ? `"$(${head} \\\n  ${words.join(' \\\n  ')})"` : `$(${head} ${words.join(' ')})`;
  const lines = secrets.map(({ name, origin, quoted }) => {
    const quote = (value: string): string => (quoted ? `"${value}"` : value);
    const extract = (field: string): string => quote(`$(kamal secrets extract ${field} ${variable})`);
    const value = {
      fetched: extract(name),
      renamed: extract(`${name}_FIELD`),
      environment: quote(`$${name}`),
      plain: `'value of ${name}'`,
      referring: quote('$REGISTRY'),
      'op-read': quote(`$(op read op://Shop/Production/${name})`),
    }[origin];
    return `${comments ? `# about ${name}\n` : ''}${exported ? 'export ' : ''}${name}=${value}\n`;
  });
  return `SECRETS=${fetch}\nREGISTRY=$(kamal secrets extract REGISTRY ${variable})\n${lines.join('')}`;
}

function deployFile(secrets: readonly Secret[], { flow, comments }: Layout): string {
  const items = (asked: Secret['asked'], shape: (name: string) => string = (name) => name): string[] =>
    secrets
      .filter((each) => each.asked === asked)
      .map(({ name, quoted }) => (quoted ? `"${shape(name)}"` : shape(name)));
  const list = (names: readonly string[], indent: string): string =>
    flow
      ? ` [${names.join(', ')}]\n`
      : `\n${names.map((name) => `${indent}- ${name}${comments ? ' # why' : ''}\n`).join('')}`;
  const env = [...items('env'), ...items('alias', (name) => `OTHER_${name}:${name}`)];
  const accessory = items('accessory');
  const builder = items('builder');
  return `service: shop
image: acme/shop
servers: [192.0.2.10]
registry:
  username: acme
  password: [REGISTRY]
builder:
  arch: amd64
${builder.length === 0 ? '' : `  secrets:${list(builder, '    ')}`}${env.length === 0 ? '' : `env:\n  secret:${list(env, '    ')}`}${
    accessory.length === 0
      ? ''
      : `accessories:
  db:
    image: postgres
    host: 192.0.2.10
    env:
      secret:${list(accessory, '        ')}`
  }`;
}
