/**
 * Real Kamal for the tests: importing this puts the checkout's own (`.tools/gems`) into this process's environment, as
 * `bin/test` does. Without it the test file fails immediately, with the command that installs it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const GEMS = process.env['GEM_HOME'] ?? join(ROOT, '.tools/gems');

if (!existsSync(join(GEMS, 'bin/kamal')))
  throw new Error(`Kamal is not in ${GEMS}. Install what the tests need: test/harness/target/install.sh`);

Object.assign(process.env, {
  GEM_HOME: GEMS,
  GEM_PATH: process.env['GEM_PATH'] ?? GEMS,
  PATH: `${join(GEMS, 'bin')}:${process.env['PATH'] ?? ''}`,
});
