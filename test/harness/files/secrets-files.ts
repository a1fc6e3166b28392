/** Generators of secrets files: real grammar in unreal proportions, so that every rule meets every other. */
import { fc } from '../properties.ts';

type Texts = fc.Arbitrary<string>;

const joined = (texts: Texts, maxLength: number, separator = ''): Texts =>
  fc.array(texts, { maxLength }).map((each) => each.join(separator));
const weighted = (...entries: readonly (readonly [number, Texts])[]): Texts =>
  fc.oneof(...entries.map(([weight, arbitrary]) => ({ weight, arbitrary })));
const one = (...texts: readonly string[]): Texts => fc.constantFrom(...texts);

/** Few names, so that assignments meet references. */
const name = weighted(
  [12, one('A', 'B', 'C', 'S', 'SECRETS')],
  [2, one('a', '_', '1A', 'A.B', 'export', 'DOTENV_LINEBREAK_MODE')],
  [1, one('kamal', 'fi')],
);
const variable = fc
  .tuple(name, one('$', '$', '${', '\\$', '$$', '${'))
  .map(([each, begin]) => `${begin}${each}${begin === '${' ? '}' : ''}`);
const oddVariable = one(
  '$',
  '${',
  '$}',
  '${}',
  '${A',
  '$A}',
  '${A:-b}',
  '${A-b}',
  '$1',
  '$(',
  '$()',
  '\\$(',
  '$ſ',
  '$(A',
  '\\$A',
  '\\\\$A',
  '$-A',
);
const plain = one(
  'a',
  'x-y',
  'é',
  '𝄞',
  'V/I',
  '/',
  '=',
  ':',
  ',',
  'legacy',
  '.',
  '@',
  '`x`',
  '{"A":"1"}',
  '{"V/A":"x\\ny","B":null}',
  '"b"',
  '[]',
  '0',
);
const escape = one('\\n', '\\r', '\\\\', '\\"', "\\'", '\\(', '\\)', '\\t', '\\ ', '\\$', '\\{', '\\', '\\é');
const quote = one("'", '"');
const blank = one(' ', '  ', '\t', '\v', '\f', '\0', '\u00a0', '\u0085');
const parenthesis = one('(', ')', '()', '(x)');

/** Keys that extracts ask for: mostly what the fetches below answer. */
const key = weighted(
  [8, one('A', 'B', 'C', 'I', 'sec/A', 'V/I/A', 'V/I')],
  [1, one('password', 'S', '', 'a', '/A', 'op://V/I/A')],
  [1, variable],
);
const quoted = (texts: Texts): Texts =>
  fc
    .tuple(texts, fc.integer({ min: 0, max: 9 }))
    .map(([text, how]) =>
      how === 0 ? `"${text}"` : how === 1 ? `'${text}'` : how === 2 ? `\\"${text}\\"` : text,
    );

const adapter = weighted(
  [10, one('1password', '1password', '1Password', 'one_password', 'OnePassword')],
  [
    4,
    one(
      'bitwarden',
      'bitwarden-sm',
      'doppler',
      'aws_secrets_manager',
      'gcp',
      'lastpass',
      'LastPass',
      'enpass',
      'passbolt',
      'test',
      'last_pass',
    ),
  ],
  [1, one('onepassword', 'vault', '', 'base_adapter', 'ONE_PASSWORD', '$A')],
);
const option = (long: string, short: string | null, value: Texts): Texts =>
  fc.tuple(quoted(value), fc.integer({ min: 0, max: 11 })).map(([text, how]) => {
    if (how === 0) return `${long}=${text}`;
    if (how === 1 && short !== null) return `${short} ${text}`;
    if (how === 2 && short !== null) return `${short}${text}`;
    if (how === 3 && short !== null) return `${short}=${text}`;
    return `${long} ${text}`;
  });
const account = option(
  '--account',
  null,
  weighted([9, one('a', 'a.b@c', '$A', 'example.1password.com')], [1, one('""', "' '", '--')]),
);
const from = option(
  '--from',
  null,
  weighted([9, one('V/I', 'V/I', 'op://V/I', 'V', 'p/c')], [1, one('$A', 'V/I/sec', '', 'V/I/', '/')]),
);
const field = weighted(
  [
    12,
    quoted(one('A', 'B', 'C', 'sec/A', 'password', 'op://V/I/A', 'V/J/B', 'I/A', 'V/J', 'A,B', 'A/password')),
  ],
  [1, quoted(one('', '/', '//', 'V', '--unknown', '-z', 'a.b', 'x/y/z/password', 'all', "it's"))],
  [1, variable],
);
const oddOption = one(
  '--',
  '--account',
  '--adapter',
  '--from',
  '-v',
  '-q',
  '-p',
  '--version 1',
  '--no-account',
  '--skip-from',
  '-d x',
  '-c',
  '--inline',
  '--inline=false',
  '-h',
  '--help',
  '--lock-wait-timeout 5',
  '--lock-wait-timeout x',
  '-vq',
  '-va',
  '-x',
  '--what ever',
  '-5',
  '-a5',
  '--primary true',
  '--verbose=f',
  '--config_file c',
);
const fetchWords = fc
  .tuple(
    fc.option(option('--adapter', '-a', adapter), { freq: 12 }),
    fc.option(account, { freq: 8 }),
    fc.option(from, { freq: 6 }),
    fc.array(field, { maxLength: 5 }),
    fc.option(oddOption, { freq: 1, nil: null }),
    fc.nat(),
  )
  .map(([first, second, third, fields, odd, order]) => {
    const words = [first, second, third, ...fields].filter((word) => word !== null);
    if (odd !== null && order % 3 === 0) words.splice(order % (words.length + 1), 0, odd);
    if (order % 4 === 0) words.push(...words.splice(0, order % (words.length + 1)));
    return words;
  });
const gap = weighted([20, one(' ')], [2, one('  ', '\t', ' \\\n  ', '\n', ' \\\n')]);
const fetch = fc
  .tuple(
    weighted(
      [12, one('kamal secrets fetch')],
      [
        1,
        one(
          'kamal secrets f',
          ' kamal  secrets  fetch',
          'kamalsecrets fetch',
          'bundle exec kamal secrets fetch',
          'kamal secrets -d x fetch',
          'kamal secrets fetchx',
          'kamal secrets',
        ),
      ],
    ),
    gap,
    fetchWords,
  )
  .map(([command, space, words]) => `${command}${words.map((word) => space + word).join('')}`);
const json = weighted(
  [12, quoted(one('$S', '${S}', '$SECRETS', '${SECRETS}', '$A'))],
  [1, one('', '$S $S', '$S$SECRETS', '\'{"A":"1"}\'', '$UNSET', "' '$S", '{}', '\\$S')],
);
const extract = fc
  .tuple(
    weighted(
      [14, one('kamal secrets extract')],
      [
        1,
        one(
          'kamal secrets e',
          'bin/kamal secrets extract',
          'kamal secrets extract --',
          'kamal secrets extract -v',
          'kamal secrets extract -x',
        ),
      ],
    ),
    quoted(key),
    json,
    gap,
  )
  .map(([command, wanted, answer, space]) => [command, wanted, answer].join(space));
const shell = weighted(
  [4, one('cat x', 'op read op://v/i/f', 'echo \\$HOME', 'op read "op://V/I/f"', 'a | b', ' ')],
  [2, joined(weighted([4, plain], [2, variable], [1, quote], [2, parenthesis], [1, escape], [1, blank]), 5)],
);

const commandText = weighted(
  [4, fetch],
  [6, extract],
  [2, shell],
  [1, one('kamal secrets print', 'kamal secrets help', 'kamal secrets ', "kamal secrets extract 'A")],
);
const command = fc
  .tuple(commandText, fc.integer({ min: 0, max: 15 }))
  .map(([text, how]) =>
    how === 0 ? `\\$(${text})` : how === 1 ? `$(${text}` : how === 2 ? `$(echo $(${text}))` : `$(${text})`,
  );

const fragment = weighted(
  [5, plain],
  [5, variable],
  [2, oddVariable],
  [6, command],
  [3, escape],
  [1, quote],
  [2, blank],
  [1, one('#', ' # c')],
  [1, parenthesis],
  [1, one('\n')],
);
const value = weighted([3, command], [1, variable], [4, joined(fragment, 5)], [1, one('')]);
const written = fc.tuple(value, fc.integer({ min: 0, max: 12 })).map(([text, how]) => {
  if (how < 3) return `"${text.replaceAll('"', '\\"')}"`;
  if (how === 3) return `'${text.replaceAll("'", "\\'")}'`;
  if (how === 4) return `"${text}"`;
  if (how === 5) return `'${text}'`;
  return text;
});
const separator = weighted(
  [16, one('=')],
  [4, one(' = ', ': ', '= ', ' =')],
  [1, one(':', '=\n', '\n=', ':\n', ':\t', ' : ', '==')],
);
const assignment = fc
  .tuple(
    weighted([12, one('')], [2, one('export ', '  ')], [1, one('export\t', 'export\n', 'set ', '\t')]),
    name,
    separator,
    written,
    weighted([8, one('')], [1, one(' ', ' # comment', ' #', '# c', '  x', '"', "'")]),
  )
  .map((parts) => parts.join(''));
const otherLine = weighted(
  [2, name],
  [1, name.map((each) => `export ${each}`)],
  [1, name.map((each) => `export ${each}=`)],
  [6, one('# comment', '', '   ', 'if x; then', '}', '"', '#A=1', '- A', '\\', 'A B=1', ')')],
);
const usual = one(
  'S=$(kamal secrets fetch --adapter 1password --account a --from V/I A B sec/C)',
  'SECRETS=$(kamal secrets fetch --adapter 1password --account a --from V/I A B C password)',
  'A=$(kamal secrets extract A $S)',
  'B=$(kamal secrets extract B ${SECRETS})',
  'C="$(kamal secrets extract C $S)"',
  'A=$A',
);
const line = weighted([8, assignment], [3, otherLine], [5, usual]);

/** What the other lines mostly refer to. */
const fetches = weighted(
  [1, one('')],
  [
    8,
    one(
      'S=$(kamal secrets fetch --adapter 1password --account a --from V/I A B sec/C password)\n',
      'export S="$(kamal secrets fetch \\\n  -a 1password --account=$ACCOUNT \\\n  --from "V/I" A sec/A B J/A)"\n',
      'S=$(kamal secrets fetch --adapter test --account a A B C)\n',
      'SECRETS=$(kamal secrets fetch --adapter bitwarden --account a I/A I/B J)\nS=$SECRETS\n',
      'S=$(kamal secrets fetch -a 1password --account a V/I/A op://V/J/B)\nSECRETS="${S}"\n',
      'S=$(kamal secrets fetch --adapter 1password --account a --from V/I)\n',
    ),
  ],
);

/** A secrets file, its line ends LF, CRLF, CR or mixed. */
export const secretsFile: Texts = fc
  .tuple(
    fetches,
    fc.array(line, { maxLength: 6 }),
    weighted([12, one('\n')], [2, one('\r\n')], [1, one('\r')]),
    fc.boolean(),
  )
  .map(([first, lines, end, last]) => first + lines.join(end) + (last ? end : ''));

/** Characters that mean something, in any order. */
export const soup: Texts = joined(
  weighted(
    [3, one('\nA=', '\nB=', '\nS=', '\nA="', "\nB='", '\nA: ', '\r\nA =')],
    [
      20,
      one(
        ...`A|B|S|=|:| |\n|\r|\r\n|\t|"|'|\\|\\\\|$|{|}|(|)|#|.|\0|é|\u2028|export |\n|$(|$A|\${B}|)"|kamal secrets extract |kamal secrets fetch |-a test|--account a|1|x`.split(
          '|',
        ),
      ),
    ],
  ),
  40,
);
