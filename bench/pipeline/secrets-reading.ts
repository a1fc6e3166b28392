import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpCalls } from '../../src/action/kamal/op-calls.ts';
import { runKamal } from '../../src/kamal/run/run.ts';
import { accountNames, type ReadSession } from '../../src/onepassword/op-answers/read-session.ts';
import { DEFAULT_OP_VERSION } from '../../src/onepassword/op/release.ts';
import { signIn } from '../../src/onepassword/session/session.ts';
import { parseToken } from '../../src/onepassword/session/token.ts';
import { readVaults } from '../../src/onepassword/vault/vault.ts';
import { VAULT, type Stage } from '../../test/harness/e2e/stage.ts';
import { quiet } from './quiet.ts';
import type { Shaped } from './shapes.ts';
import { slowOp } from './slow-op.ts';

/** How long `kamal secrets print` took, in milliseconds. */
export interface Took {
  /** From its start to its end. */
  readonly whole: number;
  /** Within it, the reading of the secrets files. */
  readonly reading: number;
}

/** Once with `op`, and once answered from what a session has read before. */
export interface Reading {
  readonly asked: Took;
  readonly answered: Took;
}

/** Both pair by pair; which comes first changes from pair to pair. @throws Error if they do not print the same */
export async function readInPairs(
  stage: Stage,
  { app, fields, items }: Shaped,
  { opCall, pairs }: { readonly opCall: number; readonly pairs: number },
): Promise<Reading[]> {
  const directory = mkdtempSync(join(stage.root, 'reading-'));
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'op'), slowOp(DEFAULT_OP_VERSION), { mode: 0o755 });
  const [preload, note] = [join(directory, 'reading.rb'), join(directory, 'reading')];
  writeFileSync(preload, PRELOAD);
  const session = await sessionOf(stage, items);
  const environment = {
    PATH: [bin, process.env['PATH']].join(':'),
    HOME: directory,
    LANG: 'C.UTF-8',
    GEM_HOME: stage.target.runner.gemHome,
    GEM_PATH: stage.target.runner.gemHome,
    OP_LOG: join(directory, 'op.log'),
    OP_LATENCY_MS: String(opCall),
    OP_FIELDS: fields,
    RUBYOPT: `-r${preload}`,
    READING: note,
  };
  const read = async (answering: OpCalls | null): Promise<Took & { readonly text: string }> => {
    await quiet();
    const began = performance.now();
    const { exitCode, lines } = await runKamal({
      program: ['kamal'],
      words: ['secrets', 'print'],
      workingDirectory: app.dir,
      environment,
      temporaryDirectory: directory,
      onLine() {},
      asksBeforeOp: answering !== null,
      answering,
    });
    const whole = performance.now() - began;
    const text = lines.join('\n');
    if (exitCode !== 0) throw new Error(`kamal secrets print ended with ${exitCode}:\n${text}`);
    return { whole, reading: Number(readFileSync(note, 'utf8')), text };
  };
  const asked = (): ReturnType<typeof read> => read(null);
  const answered = (): ReturnType<typeof read> => read(new OpCalls(session, () => {}));
  const measured: Reading[] = [];
  for (let count = 0; count < pairs; count++) {
    const first = await (count % 2 === 0 ? asked() : answered());
    const second = await (count % 2 === 0 ? answered() : asked());
    if (first.text !== second.text) throw new Error(`not the same:\n${first.text}\n${second.text}`);
    const [one, other] = count % 2 === 0 ? [first, second] : [second, first];
    measured.push({ asked: one, answered: other });
  }
  return measured;
}

/** Kamal reads its secrets files where it first needs a secret (lib/kamal/secrets.rb, `secrets`). */
const PRELOAD = `
watched = Module.new do
  private define_method(:secrets) {
    return super() if @secrets
    began = Process.clock_gettime(Process::CLOCK_MONOTONIC, :float_millisecond)
    super().tap { File.write(ENV.fetch("READING"), Process.clock_gettime(Process::CLOCK_MONOTONIC, :float_millisecond) - began) }
  }
end
TracePoint.new(:end) { |point| point.self.prepend(watched) if point.self.is_a?(Class) && point.self.name == "Kamal::Secrets" }.enable
`;

/** What the action has read by then. */
async function sessionOf(stage: Stage, items: Shaped['items']): Promise<ReadSession> {
  using session = await signIn(parseToken(stage.service.token), { version: '0' });
  const wanted = [...items].flatMap(([item, values]) =>
    Object.keys(values).map((label) => ({ vault: VAULT, item, path: [label], by: 'fetch' as const })),
  );
  const { visible, listed, items: read } = await readVaults(session, wanted, { values: true });
  return {
    opVersion: DEFAULT_OP_VERSION,
    accounts: accountNames(session.signInAddress),
    defaultAccount: null,
    vaults: visible,
    listed,
    items: read,
    asked: new Set(read.flatMap(({ fields }) => fields)),
  };
}
