/** Apps that end for want of a variable, or over a wrong one: in the words of their languages and libraries. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import { saidIn } from '../../../src/kamal/diagnosis/app-reports.ts';
import { MISSING, WRONG } from '../../../src/kamal/diagnosis/sentences/app-secrets.ts';
import { inDeploy, SHAPES } from '../../harness/kamal/container-shapes.ts';

interface Case {
  readonly name: string;
  readonly cause: string;
  /** Null if the app does not say which. */
  readonly secret: string | null;
  readonly lines: readonly string[];
}

/** `=== CAUSE SECRET what it shows`, or `=== not -> CAUSE: what it is`, and below it what the container wrote. */
const CASES: readonly Case[] = readFileSync(new URL('app-secrets.txt', import.meta.url), 'utf8')
  .split(/^=== /m)
  .slice(1)
  .map((block) => {
    const [head = '', ...lines] = block.trimEnd().split('\n');
    const [, cause = '', secret = '', name = ''] = /^(?:not -> )?([\w-]+)(?::| (\S+)) (.*)$/.exec(head) ?? [];
    return { name, cause, secret: secret === '' || secret === '-' ? null : secret, lines };
  });
const ENDS = CASES.filter(({ cause }) => cause !== 'unhealthy');
const OTHERS = CASES.filter(({ cause }) => cause === 'unhealthy');

/** As SSHKit's simple formatter has it, or someone who posts a log: without levels. */
const simple = (lines: readonly string[]): string[] =>
  inDeploy(lines).map((line) => line.replace(/^ +(?:INFO|ERROR) (?!\()/, ''));

const ALL = {
  ...SHAPES,
  'without levels': simple,
  'without any mark': (lines: readonly string[]) => [...lines],
};

/** Lines before and after the one that counts. */
const BEFORE = ['=> Booting Puma', 'warning: SMTP_PASSWORD is not set', 'Loading configuration'];
const AFTER = [
  '    at Module._compile (node:internal/modules/cjs/loader:1554:14)',
  '\tfrom /usr/local/bundle/ruby/3.3.0/gems/railties-8.0.1/lib/rails/application.rb:515',
  'Node.js v22.14.0',
];

for (const [shape, show] of Object.entries(ALL)) {
  void test(`an app that ends over a variable, ${shape}: which one`, () => {
    for (const { name, cause, secret, lines } of ENDS) {
      const texts = shape === 'without any mark' ? [lines] : [lines, [...BEFORE, ...lines, ...AFTER]];
      for (const text of texts) {
        const found = diagnose(show(text).join('\n'));
        assert.deepEqual([found.cause, found.secret], [cause, secret], `${name}: ${found.seen}`);
        assert(found.next.human.length + found.next.agent.length > 0, name);
        if (secret !== null && !secret.includes('.'))
          assert.match(`${found.means} ${found.next.agent.join(' ')}`, new RegExp(secret), name);
      }
    }
  });

  void test(`what only looks like it, ${shape}`, () => {
    for (const { name, lines } of OTHERS) {
      const found = diagnose(show(lines).join('\n'));
      const isCertain = found.cause.startsWith('app-secret-') && found.confidence === 'certain';
      assert(!isCertain, `${name}: ${found.seen} ${found.means}`);
    }
  });
}

void test('each row of the tables has a case that reaches it first', () => {
  const table = [...MISSING, ...WRONG];
  const reached = ENDS.flatMap(({ lines }) => {
    const texts = saidIn(lines).map(({ text }) => text);
    return table.find(({ says }) => texts.some((text) => says.test(text))) ?? [];
  });
  for (const row of table) assert(reached.includes(row), `${row.from}: ${row.says.source}`);
});

void test('every language that apps are written in has its cases', () => {
  const all = CASES.map(({ lines }) => lines.join('\n')).join('\n');
  for (const mark of [
    'KeyError',
    'Traceback',
    'RuntimeError',
    'goroutine',
    'PHP Fatal',
    'panicked',
    'java.',
    'Node.js v',
  ])
    assert(all.includes(mark), mark);
});
