/** Values of config/deploy.yml that Kamal accepts and then fails on, as Ruby 3.1 to 3.4 reports them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import { command, error, failed, starting } from '../../harness/kamal/logs.ts';

const HOST = '192.0.2.10';
const on = (message: string): string => `Exception while executing on host ${HOST}: ${message}`;

// What Kamal 2.2.2, 2.5.3, 2.10.1 and 2.12.0 raised of each key with values of every kind, apart from its own errors.
const RAISED: readonly (readonly [className: string, message: string, fits: RegExp])[] = [
  ['NoMethodError', 'undefined method `symbolize_keys\' for "hello":String', /`key: value`/],
  ['NoMethodError', "undefined method `symbolize_keys' for false:FalseClass", /is empty/],
  ['NoMethodError', 'undefined method `symbolize_keys\' for ["a"]:Array', /a list/],
  ['NoMethodError', "undefined method 'symbolize_keys' for an instance of String", /`key: value`/],
  ['NoMethodError', "undefined method 'symbolize_keys' for nil", /is empty/],
  ['ArgumentError', 'Malformed version number string text', /`minimum_version`.*`text`/],
  [
    'ArgumentError',
    on('Malformed version number string latest'),
    /192\.0\.2\.10.*`latest`.*kamal proxy reboot/s,
  ],
  ['ArgumentError', 'invalid slice size', /`boot: limit:`/],
  ['NoMethodError', "undefined method `match?' for 3:Integer", /number.*\(`3`\).*quotes/s],
  ['NoMethodError', "undefined method `split' for true:TrueClass", /`true`/],
  ['NoMethodError', "undefined method 'split' for an instance of Float", /quotes/],
  ['TypeError', 'no implicit conversion of Integer into String', /quotes/],
];
for (const [className, message, fits] of RAISED)
  test(`${className}: ${message}`, () => {
    const found = diagnose(error(className, message));
    assert.equal(found.cause, 'config-invalid', found.seen);
    assert.match([found.means, ...found.next.human, ...found.next.agent].join('\n'), fits);
  });

const NOT_SO: Readonly<Record<string, readonly string[]>> = {
  'of nothing, which can be anything': error('NoMethodError', "undefined method `match?' for nil:NilClass"),
  'of text': error('NoMethodError', "undefined method 'split' for an instance of Hash"),
  'of a number while it deploys': [
    ...starting(HOST),
    ...error('NoMethodError', "undefined method 'split' for an instance of Integer"),
  ],
  'of a number on a server': error('TypeError', on('no implicit conversion of Integer into String')),
  'another class': error('RuntimeError', "undefined method 'symbolize_keys' for nil"),
  'of an object of a gem': error('NoMethodError', "undefined method 'symbolize_keys=' for nil"),
  'of a program on the server': [
    ...starting(HOST),
    ...command('0000f701', 'docker exec shop-web-v7 bin/rails version', HOST),
    ...error('SSHKit::Command::Failed', on(failed('docker', 1, 'Malformed version number string text'))),
  ],
  'the slices of another': error('ArgumentError', 'invalid slice size of 0'),
};
for (const [what, log] of Object.entries(NOT_SO))
  test(`not so: ${what}`, () => {
    assert.notEqual(diagnose(log).cause, 'config-invalid');
  });

const ended = (first: string): string[] => [
  first,
  ';  if ; _erbout.<< "\\n".freeze',
  '      ^',
  "\tfrom /usr/lib/ruby/3.1.0/erb.rb:905:in `result'",
  "\tfrom /usr/lib/ruby/gems/3.1.0/gems/kamal-2.12.0/lib/kamal/configuration.rb:42:in `load_config_file'",
];
test('ERB that is not Ruby', () => {
  const found = diagnose(
    ended("/usr/lib/ruby/3.1.0/erb.rb:905:in `eval': (erb):3: syntax error, unexpected ';' (SyntaxError)"),
  );
  assert.equal(found.cause, 'config-invalid');
  assert.match(found.means, /ERB/);
});
test('not so: a file of Ruby that is not Ruby', () => {
  const found = diagnose([
    "/usr/lib/ruby/3.1.0/bundled_gems.rb:69:in `require': /app/lib/deploy.rb:3: syntax error, unexpected ';' (SyntaxError)",
    "\tfrom /app/bin/deploy:4:in `<main>'",
  ]);
  assert.notEqual(found.cause, 'config-invalid');
});
