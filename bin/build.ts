/**
 * Builds `dist/`: the action (`main.js`, `post.js`) and the command line (`cli.js`). Byte for byte the same on every
 * machine. `node bin/build.ts` writes it; `node bin/build.ts --check` builds beside it and fails where they differ;
 * `node bin/build.ts --release COMMIT` writes what the npm package is packed from (src/base/release-commit.ts).
 */
import fs, { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'rolldown';
import { minifySync } from 'rolldown/utils';
import { compileAhead, fewerFiles } from './faster-start.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** White space alone goes, for the size of the package; names and code stay as they are. */
const WHITE_SPACE = { compress: false, mangle: false, codegen: { removeWhitespace: true } } as const;

export interface BuildOptions {
  /** Where to write; everything in it is replaced. */
  readonly outDir: string;
  /**
   * A module that takes the place of `src/onepassword/op/release.ts` (download address, signing key, fingerprint).
   * Only test builds give one: what ships has no switch for it.
   */
  readonly trustRoot?: string;
  /** The commit that the package is released with, instead of src/base/release-commit.ts's null. */
  readonly releaseCommit?: string;
}

/** Bundles the action and the command line into `outDir`. */
export async function buildDist(options: BuildOptions): Promise<void> {
  const { outDir } = options;
  rmSync(outDir, { recursive: true, force: true });
  await bundleForAction(
    {
      main: 'src/main.ts',
      post: 'src/post.ts',
      'session-thread': 'src/onepassword/thread/worker.ts',
    },
    options,
  );
  await build({
    ...common(options, [plainFileSystem(), fewerFiles(), shorterPackages()]),
    input: { cli: 'src/cli.ts' },
    // Live commands load the SDK (14 MB of wasm) from an optional peer: the package stays small.
    external: ['@1password/sdk'],
    transform: { target: 'node20' },
    output: {
      ...output(outDir, 'cli/'),
      // The check is what runs on every save and before every commit: one file instead of twenty to find and read.
      codeSplitting: {
        groups: [
          {
            name: 'check',
            test: /src\/terminal\/(?:main|commands\/check)\.ts$|src\/report\/formats\/pretty\.ts$/,
          },
          // Packages that one server alone loads, apart from our code: these are minified.
          {
            name: 'agent-packages',
            test: /\/node_modules\/(?:@modelcontextprotocol|zod|zod-to-json-schema)\//,
          },
          { name: 'editor-packages', test: /\/node_modules\/vscode-/ },
        ],
      },
      minify: WHITE_SPACE,
    },
  });
  for (const dir of [outDir, join(outDir, 'cli')])
    await Promise.all(LOADED_WHEN_NEEDED.map((module) => bundleWhenNeeded(module, dir)));
  compileAhead(join(outDir, 'cli/check.js'), join(outDir, 'cli.js'));
}

/** Chunks with nothing but code of others, which no one reads in a stack trace, are written as short as they can be. */
function shorterPackages(): Plugin {
  return {
    name: 'shorter-packages',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk' || !chunk.moduleIds.every((id) => id.includes('/node_modules/'))) continue;
        const { code, errors } = minifySync(chunk.fileName, chunk.code, {
          module: true,
          compress: { target: 'node20' },
          mangle: true,
          codegen: { removeWhitespace: true, legalComments: 'inline' },
        });
        if (errors.length > 0)
          throw new Error(`${chunk.fileName} cannot be shortened: ${errors[0]?.message}`);
        chunk.code = code;
      }
    },
  };
}

/** What a few projects need, and then without a promise: CommonJS files of their own, for the oldest Node too. */
const LOADED_WHEN_NEEDED = [
  {
    loader: 'src/files/workflow/shell-parser.ts',
    module: 'unbash',
    input: 'unbash',
    file: 'shell-parser',
    // It is someone else's code, and only read here: nothing of it is to be read in a stack trace.
    minify: true,
  },
  {
    loader: 'src/files/erb/load-template-run.ts',
    module: './template-run.ts',
    input: 'src/files/erb/template-run.ts',
    file: 'template-run',
    minify: WHITE_SPACE,
  },
] as const;

async function bundleWhenNeeded(
  { input, file, minify }: (typeof LOADED_WHEN_NEEDED)[number],
  dir: string,
): Promise<void> {
  await build({
    cwd: ROOT,
    platform: 'node',
    logLevel: 'warn',
    input: { [file]: input },
    transform: { target: 'node20' },
    output: {
      dir,
      format: 'cjs',
      entryFileNames: `${file}.cjs`,
      comments: { legal: true },
      cleanDir: false,
      minify,
    },
  });
}

/** Bundles programs with all that they import, the SDK among it. `input`: file names without `.js`, and what they are of. */
export async function bundleForAction(
  input: Readonly<Record<string, string>>,
  options: BuildOptions,
): Promise<void> {
  await build({
    ...common(options),
    input,
    // The SDK's core, a CommonJS module, looks for its wasm beside itself.
    transform: { target: 'node24', define: { __dirname: 'import.meta.dirname' } },
    output: output(options.outDir, ''),
  });
  copyFileSync(wasmOfTheSdk(), join(options.outDir, 'core_bg.wasm'));
}

function common({ trustRoot, releaseCommit }: BuildOptions, more: readonly Plugin[] = []) {
  const plugins = [
    ...more,
    besideTheBundle(),
    textsInTheBundle(),
    ...(trustRoot === undefined ? [] : [swap('src/onepassword/op/release.ts', trustRoot)]),
    ...(releaseCommit === undefined ? [] : [released(releaseCommit)]),
  ];
  return {
    cwd: ROOT,
    platform: 'node',
    plugins,
    logLevel: 'warn',
    treeshake: { moduleSideEffects },
  } as const;
}

/**
 * Of `@actions/core` we use neither OpenID nor its client for HTTP, which would load `undici`, 700 KB that take longer
 * than everything else before the first request. Importing it does nothing on its own.
 */
function moduleSideEffects(id: string): boolean {
  return !/\/node_modules\/@actions\/(core|http-client)\//.test(id);
}

function output(dir: string, chunks: string) {
  return {
    dir,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: `${chunks}[name].js`,
    comments: { legal: true },
    cleanDir: false,
  } as const;
}

/** The SDK's core reads this file from beside the chunk it is bundled into. */
function wasmOfTheSdk(): string {
  const fromSdk = createRequire(createRequire(import.meta.url).resolve('@1password/sdk'));
  return join(dirname(fromSdk.resolve('@1password/sdk-core')), 'core_bg.wasm');
}

function swap(module: string, replacement: string): Plugin {
  const original = resolve(ROOT, module);
  return {
    name: 'swap-trust-root',
    async resolveId(source, importer) {
      if (importer === undefined || !source.startsWith('.')) return null;
      return resolve(dirname(importer), source) === original ? resolve(replacement) : null;
    },
  };
}

/** In a bundle these are the files beside it, not the package and not the source. */
function besideTheBundle(): Plugin {
  return {
    name: 'beside-the-bundle',
    transform(code, id) {
      const found = LOADED_WHEN_NEEDED.find(({ loader }) => id === resolve(ROOT, loader));
      return found === undefined
        ? null
        : code.replace(`)('${found.module}')`, () => `)('./${found.file}.cjs')`);
    },
  };
}

/** Puts the text of a file instead of the call that would read it (src/base/text-beside.ts). */
function textsInTheBundle(): Plugin {
  return {
    name: 'texts-in-the-bundle',
    transform(code, id) {
      if (!id.startsWith(join(ROOT, 'src/')) || !code.includes('textBeside(import.meta.url')) return null;
      return code.replaceAll(/\btextBeside\(import\.meta\.url, '(\.\/[\w.-]+)'\)/g, (_, name: string) =>
        JSON.stringify(readFileSync(join(dirname(id), name), 'utf8')),
      );
    },
  };
}

function released(commit: string): Plugin {
  if (!/^[0-9a-f]{40}$/.test(commit)) throw new Error(`“${commit}” is no commit: 40 hexadecimal digits.`);
  const file = resolve(ROOT, 'src/base/release-commit.ts');
  return {
    name: 'release-commit',
    load: (id) => (id === file ? `export const RELEASE_COMMIT: string | null = '${commit}';` : null),
  };
}

/**
 * `node:fs` as `require` gives it. An `import` of it reads each of its exports, streams among them, and loads Node's
 * streams for that: a tenth of the time that Node takes to start, and `check` uses no stream.
 */
function plainFileSystem(): Plugin {
  const names = Object.keys(fs).filter((name) => /^[a-z]\w*$/i.test(name) && !/Streams?$/.test(name));
  const entry = resolve(ROOT, 'src/cli.ts');
  const id = '\0node:fs';
  return {
    name: 'plain-file-system',
    resolveId(source, importer) {
      if (source !== 'node:fs') return null;
      // The entry has one of its own: it turns the compile cache on before it loads anything else.
      return importer === entry ? `${id} of the entry` : id;
    },
    load: (asked) =>
      asked.startsWith(id)
        ? [
            `import { createRequire } from 'node:module';`,
            `const fs = /* @__PURE__ */ createRequire(import.meta.url)('node:fs');`,
            ...names.map((name) => `export const ${name} = /* @__PURE__ */ (() => fs.${name})();`),
          ].join('\n')
        : null,
  };
}

/** The files that differ between two directories, or stand in one of them only; relative paths. */
function differences(left: string, right: string): string[] {
  const files = new Set([left, right].flatMap((dir) => (existsSync(dir) ? filesUnder(dir) : [])));
  return [...files].filter((file) => {
    const both = [join(left, file), join(right, file)];
    if (!both.every((path) => existsSync(path))) return true;
    const [a, b] = both.map((path) => readFileSync(path));
    return a === undefined || b === undefined || !a.equals(b);
  });
}

function filesUnder(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
}

if (import.meta.main) {
  const dist = join(ROOT, 'dist');
  if (process.argv[2] === '--check') {
    const fresh = mkdtempSync(join(tmpdir(), 'kamal-1password-build-'));
    await buildDist({ outDir: fresh });
    const stale = differences(dist, fresh);
    rmSync(fresh, { recursive: true });
    if (stale.length > 0) {
      console.error(`dist/ is not what src/ builds to: ${stale.join(', ')}. Run: node bin/build.ts`);
      process.exitCode = 1;
    } else console.log('dist/ is what src/ builds to');
  } else if (process.argv[2] === '--release')
    await buildDist({ outDir: dist, releaseCommit: process.argv[3] ?? '' });
  else await buildDist({ outDir: dist });
}
