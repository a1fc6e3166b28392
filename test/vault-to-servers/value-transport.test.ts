import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { kamalRelease } from '../../src/base/kamal-facts/release.ts';
import { readProject } from '../../src/files/read-project.ts';
import { deployFile, envSecret } from '../../src/parity/examples/example.ts';
import { expectedSecrets } from '../../src/vault-to-servers/expected-secrets.ts';
import { type Route, throughKamal } from '../../src/vault-to-servers/value-transport.ts';
import { Judge, OLDER_GEMS } from '../harness/kamal/judge.ts';
import { runKamal } from '../harness/kamal/releases.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { fc, runs, seed } from '../harness/properties.ts';

const judge = new Judge();
after(() => judge.stop());

console.log(`values on their way: seed ${seed} (SEED repeats it)`);

const FETCH = 'FETCHED=$(kamal secrets fetch --adapter 1password --account a --from V/I OTHER X)';
const FORMS: readonly (readonly [Route, string])[] = [
  ['fetched-and-extracted', `${FETCH}\nX=$(kamal secrets extract X $FETCHED)\n`],
  ['fetched-and-extracted', `${FETCH}\nX="$(kamal secrets extract X \${FETCHED})"\n`],
  [
    'fetched-and-extracted',
    `export FETCHED="$(kamal secrets fetch -a 1password --account a \\\n  --from V/I X)"\nX=$(kamal secrets extract V/I/X $FETCHED)\n`,
  ],
  ['printed-by-a-command', 'X=$(op read op://V/I/X)\n'],
  ['printed-by-a-command', 'X="$(op read "op://V/I/X")"\n'],
];

const special = fc.constantFrom(
  '$',
  '${',
  '}',
  '\\',
  '\\$',
  '$(',
  ')',
  '"',
  "'",
  '#',
  '#{',
  '#$',
  '#@',
  '\\#',
  '\\"',
  '`',
  '\n',
  '\r\n',
  '\r',
  '\t',
  ' ',
  '=',
  '$HOME',
  '${HOME}',
  '$5x',
  '$$A',
  '\\n',
  '\u0000',
  '\u001b',
  '\u007f',
  'é',
  '𝄞',
  'ſ',
  '\u2028',
  '\ufeff',
  '%',
  '!',
  '&',
  '/password',
  'op://',
);
const control = fc.integer({ min: 0, max: 159 }).map((code) => String.fromCharCode(code));
const lines = (label: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(fc.base64String({ minLength: 64, maxLength: 64 }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
    )
    .map(
      ([body, last]) =>
        [`-----BEGIN ${label}-----`, ...body, `-----END ${label}-----`].join('\n') + (last ? '\n' : ''),
    );
const value = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc
        .array(fc.oneof(special, special, control, fc.string({ maxLength: 3 })), { maxLength: 12 })
        .map((parts) => parts.join('')),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 40 }) },
    { weight: 1, arbitrary: fc.json({ noUnicodeString: false }) },
    { weight: 1, arbitrary: lines('OPENSSH PRIVATE KEY') },
  )
  .map((text) => text.toWellFormed());

const ENVIRONMENT: Record<string, string> = { HOME: '/home/runner', '5x': 'a$HOME', A: '' };

for (const version of ['2.2.2', '2.5.3']) {
  test(`Kamal ${version}: values arrive in the container as the model says`, async () => {
    const { facts } = kamalRelease(version);
    await using older = new Judge(version);
    const values = fc.sample(value, { numRuns: runs(1500) }).filter((each) => each !== '');
    for (const [index, [route, secrets]] of FORMS.entries()) {
      const batch = values.filter((_, at) => at % FORMS.length === index);
      await agree(batch, route, secrets, { asked: older, facts });
    }
  });
}

test('before Kamal 2.4 a variable of the job counts for more than a line of the file', async () => {
  const files = { '.kamal/secrets': 'X=literal\n', 'config/deploy.yml': deployFile(envSecret('X')) };
  using project = new TemporaryProject(files);
  for (const [version, environment, expected] of [
    ['2.2.2', { X: 'from the job' }, 'from the job'],
    ['2.2.2', {}, 'literal'],
    ['2.2.2', null, null],
    ['2.5.3', { X: 'from the job' }, 'literal'],
    ['2.5.3', null, 'literal'],
  ] as const) {
    const read = readProject({ root: project.root, kamalVersion: version });
    const [readings] = read.destinations;
    assert.ok(readings);
    const [found] = expectedSecrets(readings, [], read.kamal, { environment });
    assert.equal(found?.value ?? null, expected, JSON.stringify({ version, environment }));
    // And so says that Kamal.
    if (environment !== null) {
      const env = { ...environment, VERSION: '1' };
      const { out } = runKamal(version, OLDER_GEMS, ['secrets', 'print'], { cwd: project.root, env });
      assert.match(out, new RegExp(`^X=${expected}$`, 'm'));
    }
  }
});

test('5,000 values arrive in the container as the model says', async () => {
  const values = fc.sample(value, { numRuns: runs(5000) }).filter((each) => each !== '');
  for (const [index, [route, secrets]] of FORMS.entries()) {
    const batch = values.filter((_, at) => at % FORMS.length === index);
    await agree(batch, route, secrets);
  }
});

test('long lines are where Docker stops', async () => {
  const [route, secrets] = FORMS[0] ?? assert.fail();
  await agree(
    [65_532, 65_533, 65_534].map((length) => 'x'.repeat(length)),
    route,
    secrets,
  );
});

/** Judges a batch at once, and shrinks within it by looking at each value alone. */
async function agree(
  values: readonly string[],
  route: Route,
  secrets: string,
  { asked, facts } = { asked: judge, facts: kamalRelease().facts },
): Promise<void> {
  const request = {
    files: { '.kamal/secrets': secrets },
    field: 'V/I/X',
    name: 'X',
    env: 'unset' as const,
    environment: ENVIRONMENT,
  };
  const trips = await asked.trips({ ...request, values });
  assert.equal(trips.length, values.length);
  for (const [index, text] of values.entries()) {
    const trip = throughKamal(text, route, {
      name: 'X',
      look: (name) => ENVIRONMENT[name] ?? '',
      facts,
    });
    const { held = null, arrives = null } = trips[index] ?? {};
    if (trip.outcome === 'mangled') {
      assert.notEqual(held, text, JSON.stringify({ seed, secrets, text }));
      continue;
    }
    assert.deepEqual(
      { held: trip.held, arrives: trip.arrives },
      { held, arrives },
      JSON.stringify({ seed, secrets, text }),
    );
    assert.equal(
      trip.reasons.length === 0,
      arrives === text,
      JSON.stringify({ seed, text, reasons: trip.reasons }),
    );
  }
}

test('each reason by itself', () => {
  const reasonsOf = (text: string): readonly string[] => throughKamal(text, 'fetched-and-extracted').reasons;
  assert.deepEqual(reasonsOf('plain "quotes" #, (), $(x), `y` é and $'), []);
  assert.deepEqual(reasonsOf('a$HOME'), ['dollar-expansion']);
  assert.deepEqual(reasonsOf('a\\$HOME'), ['dollar-escape']);
  assert.deepEqual(reasonsOf('a\\b'), ['backslash']);
  assert.deepEqual(reasonsOf('a\nb'), ['newline']);
  assert.deepEqual(reasonsOf('a\rb'), ['carriage-return']);
  assert.deepEqual(reasonsOf('a\tb'), ['tab']);
  assert.deepEqual(reasonsOf('a\u0000b'), ['control-character']);
  assert.deepEqual(reasonsOf('a\n'), ['trailing-newline']);
  assert.deepEqual(reasonsOf(''), ['empty']);
  assert.deepEqual(reasonsOf('x'.repeat(70_000)), ['too-long']);
});

test('a value that names a variable of the runner is not guessed', () => {
  assert.deepEqual(throughKamal('a$HOME\n', 'fetched-and-extracted'), {
    outcome: 'depends-on-environment',
    held: null,
    arrives: null,
    reasons: ['trailing-newline', 'dollar-expansion'],
  });
});

test('an empty field is refused by Kamal itself', async () => {
  const { secretsError } = await judge.secrets({
    files: { '.kamal/secrets': `${FETCH}\nX=$(kamal secrets extract X $FETCHED)\n` },
    vault: { 'V/I/X': null },
  });
  assert.equal(secretsError?.message, 'Could not find secret X');
});
