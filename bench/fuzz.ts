/**
 * Fuzzes the readers of files, the check and all renderings, led by V8's own coverage:
 *
 *     node bench/fuzz.ts [--seconds 60] [--seed 1]
 *
 * An input that reaches code which none before it reached is kept and mutated further. Prints what it found (a crash, a
 * leak of the credential in the inputs, an input that takes more than 5 s) and the counts; exits 1 when there is one.
 */
import { Session } from 'node:inspector';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { drawFrom, type FuzzInput, mutated, readAndRender, SEEDS } from '../test/harness/fuzz/inputs.ts';

/** Inputs between two looks at the coverage, which takes longer than an input. */
const BATCH = 10;
const HANG = 5000;

interface Order {
  readonly seed: number;
  readonly until: number;
}

interface Word {
  readonly kind: 'begin' | 'found' | 'kept' | 'end';
  readonly input?: FuzzInput;
  readonly error?: string;
  readonly inputs?: number;
  readonly kept?: number;
}

function coverage(): (watch: () => void) => boolean {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Set<string>();
  return (watch) => {
    watch();
    let isNew = false;
    session.post('Profiler.takePreciseCoverage', (_, answer) => {
      for (const { url, functions } of answer?.result ?? []) {
        if (!url.includes('/src/')) continue;
        for (const { ranges } of functions)
          for (const { startOffset, endOffset, count } of ranges) {
            const key = `${url}:${startOffset}:${endOffset}`;
            if (count === 0 || seen.has(key)) continue;
            seen.add(key);
            isNew = true;
          }
      }
    });
    return isNew;
  };
}

function fuzz({ seed, until }: Order): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a thread, not to a window
  const say = (word: Word): void => parentPort?.postMessage(word);
  const draw = drawFrom(seed);
  const reaches = coverage();
  const corpus = [...SEEDS];
  let inputs = 0;
  while (Date.now() < until) {
    const batch = Array.from({ length: BATCH }, () => {
      const pick = (): FuzzInput => corpus[draw(corpus.length)] ?? SEEDS[0]!;
      return mutated(pick(), pick(), draw);
    });
    const isNew = reaches(() => {
      for (const input of batch) {
        inputs += 1;
        say({ kind: 'begin', input });
        try {
          readAndRender(input);
        } catch (error) {
          say({
            kind: 'found',
            input,
            error: error instanceof Error ? (error.stack ?? error.message) : String(error),
          });
        }
      }
    });
    if (isNew) corpus.push(...batch);
  }
  say({ kind: 'end', inputs, kept: corpus.length });
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
  });
  const began = Date.now();
  const until = began + Number(values.seconds) * 1000;
  const counts = { inputs: 0, kept: 0, crashes: 0, leaks: 0, hangs: 0 };
  const told = new Set<string>();
  for (let seed = Number(values.seed); Date.now() < until; seed += 1) {
    await new Promise<void>((resolve) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { seed, until } satisfies Order });
      let last: FuzzInput | undefined;
      let since = Date.now();
      let begun = 0;
      // By processor time: on a busy machine any input takes long.
      let used = 0;
      let seen = 0;
      const usedNow = async (): Promise<number> => {
        const { user, system } = await worker.cpuUsage();
        return (user + system) / 1000;
      };
      const watch = setInterval(async () => {
        const [input, all] = [begun, await usedNow().catch(() => used)];
        if (input !== seen) [seen, used] = [input, all];
        if (begun === 0 || Date.now() - since < HANG || all - used < HANG) return;
        clearInterval(watch);
        counts.hangs += 1;
        counts.inputs += begun;
        console.log(`hang: ${JSON.stringify(last)}`);
        void worker.terminate().then(() => resolve());
      }, 500);
      worker.on('message', (word: Word) => {
        if (word.kind === 'begin') {
          last = word.input;
          since = Date.now();
          begun += 1;
        } else if (word.kind === 'found') {
          const error = word.error ?? '';
          if (error.startsWith('Error: leak')) counts.leaks += 1;
          else counts.crashes += 1;
          const key = error.split('\n').slice(0, 2).join('').slice(0, 200);
          if (!told.has(key)) console.log(`${error}\n${JSON.stringify(word.input)}\n`);
          told.add(key);
        } else {
          counts.inputs += word.inputs ?? 0;
          counts.kept += word.kept ?? 0;
        }
      });
      worker.on('error', (error) => {
        counts.crashes += 1;
        console.log(error.message);
      });
      worker.on('exit', () => {
        clearInterval(watch);
        resolve();
      });
    });
  }
  console.log(JSON.stringify({ seconds: Math.round((Date.now() - began) / 1000), ...counts }));
  return counts.crashes + counts.leaks + counts.hangs > 0 ? 1 : 0;
}

if (isMainThread) process.exitCode = await main();
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `main` alone starts this thread
else fuzz(workerData as Order);
