/**
 * Sets up the project that `kamal init` of each minor release writes, typed on a terminal and by options:
 *
 *     node bench/init.ts [VERSION…]
 *
 * `kamal config` of that release has to take the result and the check to say ✓; with each required value omitted, the
 * check has an error exactly where the release refuses. The releases are installed into `.tools/gems-all`.
 */
import { join } from 'node:path';
import { Judge } from '../test/harness/kamal/judge.ts';
import { gemsOf, installGems, LAST_OF_EACH_MINOR } from '../test/harness/kamal/releases.ts';
import {
  freshProject,
  initByOptions,
  initByTyping,
  isRefusedAlike,
  isSound,
} from '../test/harness/terminal/fresh-project.ts';

const named = process.argv.slice(2);
const releases = named.length > 0 ? named : LAST_OF_EACH_MINOR;
const gems = join(import.meta.dirname, '../.tools/gems-all');
installGems(
  gems,
  releases.flatMap((kamal) => gemsOf(kamal)),
);
let failed = 0;
for (const kamal of releases) {
  await using judge = new Judge(kamal, gems);
  for (const [how, init] of [
    ['options', initByOptions],
    ['typed', initByTyping],
  ] as const) {
    try {
      using project = freshProject(kamal, gems);
      await init(project.root);
      await isSound(project.root, kamal, gems, judge);
      const refused = await isRefusedAlike(project.root, judge);
      console.log(
        `${kamal} ${how}: accepted and ✓; of what was left out it refuses ${refused}, and so does the check`,
      );
    } catch (error) {
      failed++;
      console.log(`${kamal} ${how}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
process.exitCode = failed === 0 ? 0 : 1;
