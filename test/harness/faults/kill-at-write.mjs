/**
 * Loaded with `--import`: kills the process (SIGKILL) at the n-th call of node:fs that changes something, or makes that
 * call fail. `KILL_AT=n` before it, `KILL_AFTER=n` after it, `TEAR_AT=n` in the middle of the n-th write, `FAIL_AT=n` with ENOSPC.
 * `COUNT_TO=FILE` writes how many there were.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

const { KILL_AT, KILL_AFTER, TEAR_AT, FAIL_AT, FAIL_CALL, COUNT_TO } = process.env;
const original = { ...fs };
let count = 0;
let writes = 0;

function die() {
  process.kill(process.pid, 'SIGKILL');
  // The signal comes at once, but nothing of ours may run until it does.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
}

const CHANGING = [
  'appendFileSync',
  'chmodSync',
  'chownSync',
  'copyFileSync',
  'fchmodSync',
  'fsyncSync',
  'ftruncateSync',
  'linkSync',
  'mkdirSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'symlinkSync',
  'truncateSync',
  'unlinkSync',
  'writeFileSync',
  'writeSync',
];
const isOutput = (name, [first]) => name === 'writeSync' && (first === 1 || first === 2);

for (const name of [...CHANGING, 'openSync']) {
  fs[name] = (...args) => {
    const reads = name === 'openSync' && (typeof args[1] === 'number' || args[1] === 'r');
    if (reads || isOutput(name, args)) return original[name](...args);
    count += 1;
    if (count === Number(KILL_AT)) die();
    if (name === 'writeSync') writes += 1;
    if (writes === Number(TEAR_AT) && name === 'writeSync') {
      const bytes = Buffer.from(args[1]);
      original.writeSync(args[0], bytes.subarray(0, Math.floor(bytes.length / 2)));
      die();
    }
    if (count === Number(FAIL_AT) && (FAIL_CALL === undefined || FAIL_CALL === name)) {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    }
    const result = original[name](...args);
    if (count === Number(KILL_AFTER)) die();
    return result;
  };
}
syncBuiltinESMExports();
if (COUNT_TO !== undefined) process.on('exit', () => original.writeFileSync(COUNT_TO, String(count)));
