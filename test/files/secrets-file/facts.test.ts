/** What surprises about secrets files, each on a tiny one, said of the reader and of real Kamal alike. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readSecrets, secretNames, secretsFilePaths } from '../../../src/files/secrets-file/read-secrets.ts';
import type { Command, SecretsError } from '../../../src/parity/model.ts';
import { Judge } from '../../harness/kamal/judge.ts';
import { read } from '../../harness/files/secrets-reading.ts';

const judge = new Judge();
after(() => judge.stop());

const S = 'S=$(kamal secrets fetch --adapter 1password --account a --from V/I A P password sec/B)\n';

interface Fact {
  readonly says: string;
  readonly secrets: string;
  readonly names?: readonly string[];
  readonly empty?: readonly string[];
  readonly raises?: readonly [string, SecretsError['kind'], string];
}

const FACTS: readonly Fact[] = [
  {
    says: 'password is cut from its key',
    secrets: `${S}A=$(kamal secrets extract password $S)`,
    raises: ['A', 'extract-not-found', 'RuntimeError'],
  },
  {
    says: 'the password is extracted by its item',
    secrets: `${S}A=$(kamal secrets extract I $S)`,
    names: ['S', 'A'],
  },
  {
    says: 'a field of a section by field, section and whole reference',
    secrets: `${S}A=$(kamal secrets extract B $S)\nP=$(kamal secrets extract sec/B $S)$(kamal secrets extract V/I/sec/B $S)`,
    names: ['S', 'A', 'P'],
  },
  {
    says: 'a suffix begins at a slash',
    secrets:
      'S=$(kamal secrets fetch --adapter 1password --account a --from V/I MY_A)\nA=$(kamal secrets extract A $S)',
    raises: ['A', 'extract-not-found', 'RuntimeError'],
  },
  {
    says: '"$S" is no JSON',
    secrets: `${S}A=$(kamal secrets extract A "$S")`,
    raises: ['A', 'extract-not-json', 'JSON::ParserError'],
  },
  {
    says: 'quotes around the whole value do no harm',
    secrets: `${S}A="$(kamal secrets extract A $S)"`,
    names: ['S', 'A'],
  },
  {
    says: 'an unquoted value ends with its line',
    secrets:
      'S=$(kamal secrets fetch --adapter 1password --account a --from V/I \\\n  A \\\n  P)\nA=$(kamal secrets extract A $S)',
    raises: ['A', 'extract-usage', 'SystemExit'],
  },
  {
    says: 'what stands alone on the next line is a secret',
    secrets: 'S=$(kamal secrets fetch --adapter 1password --account a --from V/I \\\n  P\n  A\n)',
    names: ['S', 'P', 'A'],
    empty: ['P', 'A'],
  },
  {
    says: 'in double quotes a command may have many lines',
    secrets:
      'S="$(kamal secrets fetch --adapter 1password --account a --from V/I \\\n  A \\\n  P)"\nA=$(kamal secrets extract A $S)',
    names: ['S', 'A'],
  },
  {
    says: 'a fetch within an extract is not run',
    secrets:
      'A=$(kamal secrets extract A $(kamal secrets fetch --adapter 1password --account a --from V/I A))',
    raises: ['A', 'extract-usage', 'SystemExit'],
  },
  {
    says: 'bundle exec kamal and bin/kamal go to the shell',
    secrets: 'A=$(bundle exec kamal secrets extract A x)\nP=$(bin/kamal secrets fetch)',
    names: ['A', 'P'],
  },
  { says: 'an unquoted # cuts a command', secrets: 'A=$(op read op://v/i#x)', names: ['A'] },
  {
    says: 'single quotes stop substitution',
    secrets: "A='$(kamal secrets extract A x)'\nP='$X'",
    names: ['A', 'P'],
  },
  {
    says: 'a word alone on its line is an empty secret',
    secrets: 'if [ -n x ]; then\nA=1\nelse\nP=2\nfi\n',
    names: ['A', 'else', 'P', 'fi'],
    empty: ['else', 'fi'],
  },
  {
    says: 'a fetch cannot be seen before its line',
    secrets: `A=$(kamal secrets extract A $S)\n${S}`,
    raises: ['A', 'extract-not-json', 'JSON::ParserError'],
  },
  { says: 'dots and digits are names', secrets: 'A.B=1\n1A=2', names: ['A.B', '1A'] },
  { says: 'a dash is none', secrets: 'A-B=1\nP=1', names: ['P'] },
  { says: 'NAME: value', secrets: 'A: 1\nP: $X', names: ['A', 'P'] },
  { says: 'the value may stand on the next line', secrets: "A=\n'x'\nP\n=y", names: ['A', 'P'] },
  { says: 'CRLF and CR alone', secrets: 'A=1\r\nP=2\rX=3', names: ['A', 'P', 'X'] },
  { says: 'export of what is set', secrets: 'A=1\nexport A', names: ['A'] },
  {
    says: 'export of what is not',
    secrets: 'export A\nA=1',
    raises: ['A', 'export-unset', 'Dotenv::FormatError'],
  },
  {
    says: 'export with an empty value counts as none',
    secrets: 'export A=\n',
    raises: ['A', 'export-unset', 'Dotenv::FormatError'],
  },
  {
    says: 'nothing after = is empty',
    secrets: 'A=\nP=""\nX=  # c',
    names: ['A', 'P', 'X'],
    empty: ['A', 'P', 'X'],
  },
  {
    says: 'no account',
    secrets: 'S=$(kamal secrets fetch --adapter 1password --from V/I A)\nA=1',
    raises: ['S', 'fetch-account-missing', 'NoMethodError'],
  },
  {
    says: 'no adapter',
    secrets: 'S=$(kamal secrets fetch --account a --from V/I A)',
    raises: ['S', 'fetch-adapter-missing', 'SystemExit'],
  },
  {
    says: 'an adapter that Kamal has not',
    secrets: 'S=$(kamal secrets fetch --adapter onepassword --account a A)',
    raises: ['S', 'fetch-adapter-unknown', 'RuntimeError'],
  },
  {
    says: 'no --from, and no vault in the name',
    secrets: 'S=$(kamal secrets fetch --adapter 1password --account a A)',
    raises: ['S', 'fetch-from-missing', 'NoMethodError'],
  },
  {
    says: '--account without a value is an account named account',
    secrets:
      'S=$(kamal secrets fetch --adapter 1password --from V/I A --account)\nA=$(kamal secrets extract A $S)',
    names: ['S', 'A'],
  },
  {
    says: '--environment is no option, and so the name of a vault',
    secrets: 'S=$(kamal secrets fetch --adapter 1password --account a --environment bhd6i5wkhh3kdmlxq A)',
    raises: ['S', 'fetch-from-missing', 'NoMethodError'],
  },
  {
    says: 'names separated by commas are one name',
    secrets:
      'S=$(kamal secrets fetch --adapter 1password --account a --from V/I A,P)\nA=$(kamal secrets extract A $S)',
    raises: ['A', 'extract-not-found', 'RuntimeError'],
  },
  {
    says: 'options anywhere, and short',
    secrets:
      'S=$(kamal secrets fetch A -a 1password B --from=V/I --account a P)\nA=$(kamal secrets extract A $S)\nP=$(kamal secrets e P $S)',
    names: ['S', 'A', 'P'],
  },
  {
    says: 'op:// in a name',
    secrets:
      'S=$(kamal secrets fetch --adapter 1password --account a op://V/I/sec/A)\nA=$(kamal secrets extract V/I/sec/A $S)',
    names: ['S', 'A'],
  },
  {
    says: 'two fetches in one value are no JSON',
    secrets:
      'S="$(kamal secrets fetch -a test --account a A)$(kamal secrets fetch -a test --account a P)"\nA=$(kamal secrets extract A $S)',
    raises: ['A', 'extract-not-json', 'JSON::ParserError'],
  },
  {
    says: 'bitwarden without names fetches nothing',
    secrets:
      'S=$(kamal secrets fetch --adapter bitwarden --account a --from I)\nA=$(kamal secrets extract A $S)',
    raises: ['A', 'extract-not-found', 'RuntimeError'],
  },
  {
    says: 'bitwarden-sm lists no project without a name',
    secrets: 'S=$(kamal secrets fetch --adapter bitwarden-sm --from "" all)',
    raises: ['S', 'fetch-from-missing', 'NoMethodError'],
  },
  {
    says: 'a whole item answers anything',
    secrets:
      'S=$(kamal secrets fetch --adapter 1password --account a --from V/I)\nA=$(kamal secrets extract WHATEVER $S)',
    names: ['S', 'A'],
  },
  {
    says: 'a vault without an item',
    secrets: 'S=$(kamal secrets fetch --adapter 1password --account a --from V)',
    raises: ['S', 'fetch-from-missing', 'NoMethodError'],
  },
  {
    says: 'a quote that does not close in an inlined command',
    secrets: "A=$(kamal secrets extract 'A $S)",
    raises: ['A', 'kamal-command', 'ArgumentError'],
  },
  {
    says: 'other kamal secrets commands give nothing',
    secrets: 'A=$(kamal secrets print)',
    raises: ['A', 'kamal-command', 'SystemExit'],
  },
];

for (const { says, secrets, names, empty = [], raises } of FACTS) {
  test(says, async () => {
    const verdict = await judge.secrets({ files: { '.kamal/secrets': secrets } });
    const { error, ...reading } = read(secrets);
    if (raises !== undefined) {
      const [key, kind, raised] = raises;
      assert.deepEqual([verdict.secretsError?.key, verdict.secretsError?.class], [key, raised]);
      assert.deepEqual([error?.key, error?.kind], [key, kind]);
      return;
    }
    assert.equal(verdict.secretsError, null);
    assert.equal(error, null);
    assert.deepEqual(verdict.names, names);
    assert.deepEqual(verdict.empty, empty);
    const found = secretNames({ ...reading, error });
    assert.deepEqual([...found.keys()], names);
    assert.deepEqual(
      [...found].filter(([, known]) => known === 'empty').map(([name]) => name),
      empty,
    );
  });
}

test('each error is told, the first one first', () => {
  const { errors } = read(`${S}A=$(kamal secrets extract X $S)\nP=$(kamal secrets extract Y $S)\nexport Q\n`);
  assert.deepEqual(
    errors.map(({ key }) => key),
    ['A', 'P', 'Q'],
  );
});

test('a fetch that fails for its account does not accuse what is extracted from it', () => {
  const { errors } = read(
    'S=$(kamal secrets fetch --adapter 1password --from V/I A)\nA=$(kamal secrets extract A $S)\nB=$(kamal secrets extract B $S)\n',
  );
  assert.deepEqual(
    errors.map(({ key, kind }) => [key, kind]),
    [
      ['S', 'fetch-account-missing'],
      ['B', 'extract-not-found'],
    ],
  );
});

test('what hangs on the environment is an error that is not certain', () => {
  assert.equal(read('A=$(kamal secrets extract A $S)').error?.certain, false);
  assert.equal(read(`${S}A=$(kamal secrets extract X $S)`).error?.certain, true);
  assert.equal(
    read('S=$(kamal secrets fetch -a test --account a $NAME)\nA=$(kamal secrets extract A $S)').error
      ?.certain,
    false,
  );
});

test('values are blank, filled, or known only in a run', () => {
  const known = secretNames(
    read(`A=\nB=x\nC=$E\nD=$(cat x)\nE=$A\nF=x$E$C\n${S}G=$(kamal secrets extract A $S)\n`),
  );
  assert.deepEqual(Object.fromEntries(known), {
    A: 'empty',
    B: 'filled',
    C: 'unknown',
    D: 'unknown',
    E: 'empty',
    F: 'filled',
    S: 'filled',
    G: 'filled',
  });
});

test('references go to earlier lines of the same file, then to the environment', () => {
  const { assignments } = readSecrets([
    { path: 'common', source: { path: 'common', text: 'A=1\n', bom: 0 } },
    { path: 'secrets', source: { path: 'secrets', text: 'B=$A\nA=2\nC=$A\n', bom: 0 } },
  ]);
  assert.deepEqual(
    assignments.map(({ references }) => references.map(({ to }) => to)),
    [[], [null], [], [2]],
  );
});

test('all keys that an extract could mean are told, the first being taken', () => {
  const reading = read(
    'S=$(kamal secrets fetch -a 1password --account a V/I/A V/J/A V/I/B)\nA=$(kamal secrets extract A $S)\n',
  );
  const extract: Command | undefined = reading.assignments[1]?.commands[0];
  assert.ok(extract?.kind === 'extract');
  assert.deepEqual([extract.key, extract.candidates], ['V/I/A', ['V/I/A', 'V/J/A']]);
});

test('a destination has its own file instead of the plain one, and the common file always', async () => {
  assert.deepEqual(secretsFilePaths('.kamal/secrets', null), ['.kamal/secrets-common', '.kamal/secrets']);
  assert.deepEqual(secretsFilePaths('x/s', 'staging'), ['x/s-common', 'x/s.staging']);
  const files = {
    '.kamal/secrets-common': 'A=1\n',
    '.kamal/secrets': 'B=1\n',
    '.kamal/secrets.staging': 'C=1\n',
  };
  assert.deepEqual((await judge.secrets({ files, destination: 'staging' })).names, ['A', 'C']);
  assert.deepEqual((await judge.secrets({ files })).names, ['A', 'B']);
});

test('bytes that are not UTF-8 are refused, a byte order mark is not', async () => {
  const path = '.kamal/secrets';
  const broken = await judge.secrets({
    files: { [path]: { base64: Buffer.from([0x41, 0x3d, 0xff, 0x0a]).toString('base64') } },
  });
  assert.equal(broken.secretsError?.message, 'invalid byte sequence in UTF-8');
  const reading = readSecrets([{ path, source: { path, text: 'A=\uFFFD\n', bom: 0, invalidUtf8: true } }]);
  assert.deepEqual([reading.error?.key, reading.error?.kind], [null, 'unreadable']);
  assert.deepEqual((await judge.secrets({ files: { [path]: '\uFEFFA=1\n' } })).names, ['A']);
});
