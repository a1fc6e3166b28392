/** Packs the stand-in into one executable file, as the real `op` is one. */

import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const packed = new Map<string, Promise<string>>();

/**
 * The file's content: a shell line that starts this very Node (its path is baked in, so that Node need not be
 * on PATH), then the bundled stand-in. `version` is what `op --version` prints. Bundled once per version.
 */
export async function packOp(version: string): Promise<string> {
  let program = packed.get(version);
  if (!program) packed.set(version, (program = bundle(version)));
  const node = process.execPath.replaceAll("'", String.raw`'\''`);
  // To the shell the second line answers `--version` itself and else is an exec; to Node, a string and a comment.
  const start = `case "$1" in --version) echo '${version}'; exit;; esac; exec '${node}' --no-warnings "$0" "$@"`;
  return `#!/bin/sh\n':' //; ${start}\n${await program}`;
}

async function bundle(version: string): Promise<string> {
  await using build = await rolldown({
    input: fileURLToPath(new URL('main.ts', import.meta.url)),
    platform: 'node',
    transform: { define: { OP_VERSION: JSON.stringify(version) } },
    logLevel: 'warn',
  });
  const { output } = await build.generate({ format: 'esm', minify: true });
  return output[0].code;
}
