/**
 * The forms in which a secret value turns up in what others write: escaped for a shell, for JSON, by Ruby, for a form or
 * an address, in base64 with and without line ends.
 */

/** The shortest form that is hidden, in UTF-16 code units: shorter ones would blot out half of every log. */
export const SHORTEST = 4;

/** The value itself, its lines, and every form of them; none is shorter than {@link SHORTEST}. */
export function formsOf(value: string): string[] {
  const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim());
  const plain = [...new Set([value, value.trim(), ...lines])].filter((text) => text.length >= SHORTEST);
  const forms = plain.flatMap((text) => [
    text,
    ...ESCAPES.map((escape) => escape(text)),
    ...base64Forms(text),
  ]);
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST);
}

const json = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Each writes a text as one program or another does, without the quotes around it. */
const ESCAPES: readonly ((text: string) => string)[] = [
  json,
  // JSON in ASCII, as Python and others write it, in either case.
  (text) => escaped(json(text), /[^\0-\x7F]/g, (code) => `\\u${hex(code, 4)}`),
  (text) => escaped(json(text), /[^\0-\x7F]/g, (code) => `\\u${hex(code, 4).toUpperCase()}`),
  // Rails' JSON (activesupport, lib/active_support/json/encoding.rb), and JSON with its slashes escaped.
  (text) => escaped(json(text), /[<>&\u2028\u2029]/g, (code) => `\\u${hex(code, 4)}`),
  (text) => json(text).replaceAll('/', '\\/'),
  rubyInspect,
  (text) => rubyDump(text),
  kamalShellValue,
  kamalEnvFileValue,
  // Only line ends, as loggers and `docker --env` write them.
  (text) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n'),
  // A shell: Shellwords.escape, single quotes, double quotes, `printf %q` and `set -x`.
  (text) => text.replaceAll(/[^\w\-.,:+/@\n]/gu, '\\$&').replaceAll('\n', "'\n'"),
  (text) => text.replaceAll("'", String.raw`'\''`),
  (text) => text.replaceAll("'", `'"'"'`),
  (text) => text.replaceAll(/["\\$`]/g, '\\$&'),
  (text) => text.replaceAll(/["\\$`!]/g, '\\$&'),
  (text) => text.replaceAll(/[ !"$&'()*,;<>?[\\\]^`{|}]|^#|(?<=^|[:=])~/g, '\\$&'),
  (text) =>
    text.replaceAll(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t'),
  // Addresses and forms: `encodeURIComponent`, CGI.escape, WHATWG forms, in either case.
  ...[
    (text: string) => encodeURIComponent(text.toWellFormed()),
    (text: string) => encodeURI(text.toWellFormed()),
    (text: string) => cgi(text),
    (text: string) => cgi(text).replaceAll('+', '%20'),
    (text: string) => cgi(text).replaceAll('~', '%7E').replaceAll('%2A', '*'),
  ].flatMap((encode) => [
    encode,
    (text: string) => encode(text).replaceAll(/%[0-9A-F]{2}/g, (each) => each.toLowerCase()),
  ]),
  // HTML, as CGI.escapeHTML and others write it.
  (text) => html(text, '&#39;'),
  (text) => html(text, '&#x27;'),
  (text) => Buffer.from(text).toString('hex'),
  (text) => Buffer.from(text).toString('hex').toUpperCase(),
];

function cgi(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()*]/g, (each) => `%${hex(each.charCodeAt(0), 2).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function html(text: string, apostrophe: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", apostrophe);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** Each match by the code of its UTF-16 unit. */
function escaped(text: string, pattern: RegExp, write: (code: number) => string): string {
  return text.replaceAll(pattern, (each) => write(each.charCodeAt(0)));
}

const RUBY: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\v': '\\v',
  '\b': '\\b',
  '\x07': '\\a',
  '\x1B': '\\e',
  '"': '\\"',
  '\\': '\\\\',
};

/* oxlint-disable no-control-regex -- control characters are what these forms are about */

/** `String#inspect` (Ruby 3, string.c `rb_str_inspect`). */
function rubyInspect(text: string): string {
  return ruby(text).replaceAll(/[\0-\x1F\x7F]/g, (each) => `\\x${hex(each.charCodeAt(0), 2).toUpperCase()}`);
}

/** `String#dump` (Ruby 3, string.c `rb_str_dump`): ASCII only. */
function rubyDump(text: string): string {
  return rubyInspect(text).replaceAll(/[^\0-\x7F]/gu, (each) => {
    const code = each.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16).toUpperCase()}}` : `\\u${hex(code, 4).toUpperCase()}`;
  });
}

function ruby(text: string): string {
  const escapes = /["\\\n\r\t\f\v\x07\x08\x1B]/g;
  return text.replaceAll(escapes, (each) => RUBY[each] ?? each).replaceAll(/#(?=[{$@])/g, '\\#');
}

/** How Kamal writes values into commands (Kamal 2.12.0, lib/kamal/utils.rb `escape_shell_value`), without the outer quotes. */
function kamalShellValue(text: string): string {
  return text
    .split(/([^\0-\x7F]+)/)
    .map((part, index) =>
      index % 2 === 1 || part === ''
        ? part
        : `"${rubyDump(part)
            .replaceAll('`', '\\`')
            .replaceAll(/\$(?!\{[^{}]*\})/g, '\\$')}"`,
    )
    .join('')
    .replace(/^"/, '')
    .replace(/"$/, '');
}

/** How Kamal writes values into env files (Kamal 2.12.0, lib/kamal/env_file.rb `escape_docker_env_file_value`). */
function kamalEnvFileValue(text: string): string {
  return text
    .split(/([^\0-\x7F]+)/)
    .map((part, index) =>
      index % 2 === 1 ? part : rubyDump(part).replaceAll('\\"', '"').replaceAll('\\#', '#'),
    )
    .join('');
}

/** Columns of base64 in lines: Ruby's `pack("m")`, PEM, MIME. */
const COLUMNS = [60, 64, 76];

/** Base64 of a text, in lines, and the stretches that occur if it is part of a longer encoding. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  const forms = [bytes, Buffer.concat([bytes, Buffer.from('\n')])].flatMap((each) => {
    const whole = each.toString('base64');
    return [whole, each.toString('base64url'), ...COLUMNS.flatMap((columns) => inLines(whole, columns))];
  });
  if (bytes.length < 8) return forms;
  for (const offset of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const kept = shifted.subarray(0, shifted.length - (shifted.length % 3)).toString('base64');
    const inner = offset === 0 ? kept : kept.slice(4);
    if (inner.length < 8) continue;
    forms.push(inner, inner.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}

/** The lines of an encoding; the last one only where it says enough. */
function inLines(encoded: string, columns: number): string[] {
  if (encoded.length <= columns) return [];
  return (encoded.match(new RegExp(`.{1,${columns}}`, 'g')) ?? []).filter((line) => line.length >= 8);
}
