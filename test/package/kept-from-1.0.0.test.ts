/** What 1.0.0 had, and docs/support.md promises for all of version 1, is still there. `1.0.0.json` was read from that release. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { CAUSES } from '../../src/kamal/diagnosis/causes.ts';
import { RULE_IDS } from '../../src/parity/rule-ids.ts';
import { COMMANDS as ACTION_COMMANDS, COMMENT, FAIL_ON } from '../../src/github/runner/inputs.ts';
import { COMMANDS } from '../../src/terminal/commands.ts';
import { EXIT } from '../../src/terminal/ui/command.ts';
import { ROOT } from '../harness/docs/pages.ts';
import { fieldsOf } from '../harness/docs/schema-fields.ts';

interface Release {
  readonly inputs: Readonly<Record<string, string | null>>;
  readonly outputs: readonly string[];
  readonly exitCodes: readonly string[];
  /** Options as `-c, --config-file=FILE: CHOICES …`; `…` for one that can be given again. */
  readonly commands: Readonly<
    Record<string, { readonly usage: string; readonly options: readonly string[] }>
  >;
  readonly rules: readonly string[];
  readonly causes: readonly string[];
  /** The fields of each schema; `?` after one that is not always there. */
  readonly json: Readonly<Record<string, readonly string[]>>;
}

const RELEASE = JSON.parse(readFileSync(join(import.meta.dirname, '1.0.0.json'), 'utf8')) as Release;

/** What docs/support.md excepts: they follow new releases. */
const FOLLOWS = ['op-version'];

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const missing = (before: readonly string[], now: readonly string[]): string[] =>
  before.filter((each) => !now.includes(each));

describe('what 1.0.0 had is there', () => {
  test('inputs, outputs, and their defaults', () => {
    const { inputs, outputs } = parse(read('action.yml')) as {
      readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
      readonly outputs: Readonly<Record<string, unknown>>;
    };
    const defaults = Object.entries(inputs).map(([name, input]) => [name, input.default ?? null]);
    const kept = Object.fromEntries(defaults.filter(([name]) => String(name) in RELEASE.inputs));
    for (const name of FOLLOWS) kept[name] = RELEASE.inputs[name];
    assert.deepEqual(kept, RELEASE.inputs);
    assert.deepEqual(missing(RELEASE.outputs, Object.keys(outputs)), []);
  });

  test('values of inputs', () => {
    assert.deepEqual(missing(['deploy', 'check', 'setup', 'rollback', 'verify'], ACTION_COMMANDS), []);
    assert.deepEqual(missing(['error', 'warning', 'never'], FAIL_ON), []);
    assert.deepEqual(missing(['auto', 'always', 'never'], COMMENT), []);
  });

  for (const [name, { usage, options }] of Object.entries(RELEASE.commands)) {
    test(`commands, options: ${name}`, async () => {
      const command = COMMANDS[name];
      assert.ok(command !== undefined);
      const { help } = await command.load();
      assert.deepEqual(required(help.usage), required(usage));
      for (const option of options) {
        const [, short, long = '', value, choices, again] =
          /^(?:-(\w), )?--([\w-]+)(=[^: ]+)?(?:: (.*?))?( …)?$/.exec(option) ?? [];
        const now = help.options.find((each) => each.name === long);
        assert.ok(now !== undefined, option);
        assert.equal(now.short, short, option);
        assert.equal(now.value !== undefined, value !== undefined, option);
        if (choices !== undefined)
          assert.deepEqual(missing(choices.split(', '), now.choices ?? []), [], option);
        if (again !== undefined) assert.equal(now.repeatable, true, option);
      }
    });
  }

  test('exit codes', () => {
    assert.deepEqual(Object.values(EXIT).map(String), RELEASE.exitCodes);
  });

  test('ids of rules and causes', () => {
    assert.deepEqual(missing(RELEASE.rules, RULE_IDS), []);
    assert.deepEqual(missing(RELEASE.causes, CAUSES), []);
  });

  for (const [schema, fields] of Object.entries(RELEASE.json)) {
    test(`JSON fields: docs/${schema}`, () => {
      const now = fieldsOf(JSON.parse(read(`docs/${schema}`)) as Readonly<Record<string, unknown>>);
      const gone = fields.filter((field) => !now.has(field.replace('?', '')));
      assert.deepEqual(gone, []);
      const rarer = fields.filter((field) => !field.endsWith('?') && now.get(field) === false);
      assert.deepEqual(rarer, [], 'these were always there');
    });
  }
});

/** The operands that a command cannot do without; `< LOG` is none, and `RULE | CAUSE` is one. */
function required(usage: string): string[] {
  return usage
    .replaceAll(/ [<|] \S+/g, '')
    .split(' ')
    .slice(1)
    .filter((word) => !word.startsWith('['));
}
