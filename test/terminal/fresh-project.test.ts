/** Most people's first project: what `kamal init` writes, set up by `init`. `bench/init.ts` does it for each minor release. */
import { test } from 'node:test';
import { Judge, OLDER_GEMS, OLDER_KAMALS } from '../harness/kamal/judge.ts';
import { needs } from '../harness/ssh/programs.ts';
import {
  freshProject,
  initByOptions,
  initByTyping,
  isRefusedAlike,
  isSound,
} from '../harness/terminal/fresh-project.ts';
import { runCli } from '../harness/terminal/command-line.ts';
import assert from 'node:assert/strict';

const NEWEST = '2.12.0';

for (const kamal of [...OLDER_KAMALS, NEWEST]) {
  test(`Kamal ${kamal}: its first project, set up by options`, async () => {
    await using judge = new Judge(kamal);
    using project = freshProject(kamal, OLDER_GEMS);
    await initByOptions(project.root);
    await isSound(project.root, kamal, OLDER_GEMS, judge);
    assert.ok((await isRefusedAlike(project.root, judge)) > 10);
  });
}

test('the same, typed on a terminal', { skip: needs('script') }, async () => {
  await using judge = new Judge('2.5.3');
  using project = freshProject('2.5.3', OLDER_GEMS);
  await initByTyping(project.root);
  await isSound(project.root, '2.5.3', OLDER_GEMS, judge);
});

test('a value that has no example to take the place of is not dropped unsaid', async () => {
  using project = freshProject(NEWEST, OLDER_GEMS);
  await initByOptions(project.root);
  const { out } = await runCli(
    ['init', '--yes', '--host', '192.0.2.99', '--image', 'acme/shop'],
    project.root,
  );
  assert.match(out, /no placeholder that --host could replace: write `192\.0\.2\.99` there yourself/);
  assert.doesNotMatch(out, /--image could/);
});
