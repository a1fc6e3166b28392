/** Whoever writes without end, a server, a program or Kamal itself, takes neither the memory nor the time of a run. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { Redaction } from '../../../src/base/redaction.ts';
import { BoundedLog } from '../../../src/kamal/run/bounded-log.ts';
import { LONGEST_LINE, readLines } from '../../../src/kamal/run/lines.ts';
import { runKamal } from '../../../src/kamal/run/run.ts';
import { MOST_OUTPUT, runToEnd } from '../../../src/kamal/run/subprocess.ts';
import { askServer } from '../../../src/kamal/servers/shell.ts';
import { tryLogins } from '../../../src/ssh/login/login.ts';
import { MOST_OUTPUT as MOST_OF_SSH, runProgram } from '../../../src/ssh/program.ts';
import { fc } from '../../harness/properties.ts';
import { patient } from '../../harness/patient.ts';

/** What stands in for a hostile server: whatever ssh is asked, this is what comes. */
const FLOODS: Readonly<Record<string, string>> = {
  'zeros, to standard output': 'cat /dev/zero',
  'zeros, to standard error': 'cat /dev/zero >&2',
  'lines, to both': 'yes debug1: line >&2 & yes line',
  'from a process that has left its group': 'setsid cat /dev/zero & wait',
};

describe('output without end', () => {
  const bin = mkdtempSync(join(tmpdir(), 'kamal-1password-flood-'));
  const path = process.env['PATH'];
  before(() => (process.env['PATH'] = `${bin}:${path}`));
  after(() => {
    process.env['PATH'] = path;
    rmSync(bin, { recursive: true });
  });
  const ssh = (script: string): void => {
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, 'ssh'), 0o755);
  };
  const environment = { PATH: process.env['PATH'] ?? '' };

  for (const [title, script] of Object.entries(FLOODS)) {
    test(`a program is ended: ${title}`, { timeout: patient(20_000) }, async () => {
      const ran = await runToEnd(['sh', '-c', script], { environment });
      assert.deepEqual([ran.exitCode, ran.wroteTooMuch], [null, true]);
      assert.ok(ran.stdout.length <= MOST_OUTPUT && ran.stderr.length <= MOST_OUTPUT);
    });

    test(`a program of OpenSSH is ended: ${title}`, { timeout: patient(20_000) }, async () => {
      for (const until of [{}, { until: /^Authenticated to /m }]) {
        const ran = await runProgram('sh', ['-c', script], { timeout: patient(20_000), ...until });
        assert.deepEqual([ran.exitCode, ran.ended], [null, 'too-much']);
        assert.ok(ran.stdout.length + ran.stderr.length <= MOST_OF_SSH);
      }
    });

    test(`a server is given up: ${title}`, { timeout: patient(20_000) }, async () => {
      ssh(script);
      const access = { user: 'root', port: 22, proxy: null, proxyCommand: null, socket: null };
      const answer = await askServer(
        { ...access, environment: { PATH: `${bin}:${path}` } },
        'server.example',
        'true',
      );
      assert.deepEqual(answer, { reached: false, reason: 'it wrote more than 16 MiB' });
      const [login] = await tryLogins({
        socket: '/nowhere',
        hosts: ['server.example'],
        user: 'root',
        port: 22,
      });
      assert.deepEqual(login?.outcome, {
        kind: 'other',
        words: 'the server wrote more than 1 MiB, so its output was cut off',
      });
    });
  }

  test('Kamal writes 60 MB without the end of a line', { timeout: patient(20_000) }, async () => {
    const temporaryDirectory = mkdtempSync(join(tmpdir(), 'kamal-1password-kamal-'));
    const heard: string[] = [];
    let longest = 0;
    let at = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - at);
      at = performance.now();
    }, 20);
    const result = await runKamal({
      program: ['sh', '-c', "head -c 60000000 /dev/zero | tr '\\0' x; echo; echo last"],
      words: [],
      workingDirectory: temporaryDirectory,
      environment,
      temporaryDirectory,
      onLine: ({ text }) => heard.push(text),
    });
    clearInterval(beat);
    rmSync(temporaryDirectory, { recursive: true });
    assert.equal(result.exitCode, 0);
    assert.deepEqual(heard, result.lines);
    const [first = '', last] = heard;
    const [, shown = '', more] = /^(x*) … \((\d+) more characters of this line\)$/.exec(first) ?? [];
    assert.deepEqual([shown.length, Number(more) + shown.length, last], [LONGEST_LINE, 60_000_000, 'last']);
    assert.ok(longest < patient(2000), `a cancel is heard meanwhile; nothing was for ${longest} ms`);
  });
});

describe('lines', () => {
  const linesOf = (chunks: readonly Buffer[], tidyCut?: (text: string) => string): string[] => {
    const stream = new PassThrough();
    const lines: string[] = [];
    readLines(stream, (line) => lines.push(line), tidyCut);
    // At once, as the events of a stream come later.
    for (const chunk of chunks) stream.emit('data', chunk);
    stream.emit('end');
    return lines;
  };

  test('are the same however they come', () => {
    const text = fc.array(fc.constantFrom('\n', '\r', '\r\n', 'a', 'é', '💥', ' ', 'word'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, fc.array(fc.nat(200), { maxLength: 10 }), (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''));
        const ends = [...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        const whole = parts.join('').split('\n');
        if (whole.at(-1) === '') whole.pop();
        assert.deepEqual(
          linesOf(chunks),
          whole.map((line) => line.replace(/\r$/, '')),
        );
      }),
    );
  });

  test('that are cut show no part of a secret', () => {
    const redaction = new Redaction();
    const secret = 'S3cret-with-some-length';
    redaction.add(secret);
    const tidy = (text: string): string => redaction.withoutTornEnd(text);
    for (let into = 0; into <= secret.length; into += 1) {
      const first = '-'.repeat(LONGEST_LINE - into);
      const [line = ''] = linesOf([Buffer.from(`${first}${secret}${'-'.repeat(100)}\n`)], tidy);
      const shown = redaction.apply(line).replace(/^-*/, '');
      assert.match(shown, /^(?:\*\*\*)? … \(\d+ more characters of this line\)$/, String(into));
    }
  });
});

test('a long log of long lines is kept within bounds: its beginning and its end', () => {
  const log = new BoundedLog();
  for (let line = 0; line < 2000; line += 1) log.add(`${line} ${'x'.repeat(LONGEST_LINE)}`);
  const lines = log.lines();
  assert.ok(lines.join('').length < 9 * 1024 * 1024);
  assert.match(lines[0] ?? '', /^0 /);
  assert.match(lines.at(-1) ?? '', /^1999 /);
});
