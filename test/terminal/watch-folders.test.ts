/** What `--watch` waits for: no save is missed, whenever it comes. */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { watchFolders } from '../../src/terminal/ui/watch.ts';
import { patient } from '../harness/patient.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

/** Runs `steps` one after the other, one in each run, and ends with the run after the last. */
async function runs(
  files: string[],
  steps: readonly ((root: string) => void | Promise<void>)[],
): Promise<void> {
  using project = new TemporaryProject({ 'config/deploy.yml': 'a' });
  const stop = new AbortController();
  const missed = AbortSignal.timeout(patient(10_000));
  let count = 0;
  let running = 0;
  const run = async (): Promise<void> => {
    assert.equal((running += 1), 1, 'one at a time');
    const step = steps[count];
    count += 1;
    if (step === undefined) stop.abort();
    else await step(project.root);
    running -= 1;
  };
  const over = watchFolders(
    { root: project.root, files: () => files, run },
    AbortSignal.any([stop.signal, missed]),
  );
  await over;
  assert.ok(!missed.aborted, `the save of step ${count} is not seen`);
}

const save = (root: string, file: string): void => writeFileSync(join(root, file), String(Math.random()));

test('a save while the first check runs', () => runs([], [(root) => save(root, 'config/deploy.yml')]));

test('a save while a later one runs, and more than one', () =>
  runs(
    [],
    [
      (root) => save(root, 'config/deploy.yml'),
      async (root) => {
        save(root, 'config/deploy.yml');
        await delay(60);
        save(root, 'config/deploy.yml');
        await delay(60);
      },
    ],
  ));

test('a save in a folder that the check is the first to read', () => {
  const files: string[] = [];
  return runs(files, [
    (root) => {
      mkdirSync(join(root, 'apps/api'), { recursive: true });
      files.push('apps/api/deploy.yml');
      save(root, 'apps/api/deploy.yml');
    },
    // Watched from now on.
    (root) => save(root, 'apps/api/deploy.yml'),
  ]);
});

test('a save in a folder that took the place of another', () =>
  runs(
    [],
    [
      (root) => {
        renameSync(join(root, 'config'), join(root, 'old'));
        mkdirSync(join(root, 'config'));
      },
      (root) => save(root, 'config/deploy.yml'),
      (root) => rmSync(join(root, 'config'), { recursive: true }),
      (root) => {
        mkdirSync(join(root, 'config'));
        save(root, 'config/deploy.yml');
      },
      (root) => save(root, 'config/deploy.yml'),
    ],
  ));

test('ended before it began, it does nothing', async () => {
  const run = (): void => assert.fail('it runs');
  await watchFolders({ root: '/', files: () => [], run }, AbortSignal.abort());
});
