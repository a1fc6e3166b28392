/** Our verdict beside real Kamal's, in one shape. */
import assert from 'node:assert/strict';
import { readProject } from '../../../src/files/read-project.ts';
import { check } from '../../../src/parity/check.ts';
import type { Report } from '../../../src/parity/report/report.ts';
import type { KamalVerdict } from '../../../src/parity/verdict.ts';
import type { Judge, JudgeContext } from '../kamal/judge.ts';
import { TemporaryProject } from './temporary-project.ts';

type Files = Readonly<Record<string, string>>;

/** Checks a project given as texts. */
export function checkFiles(files: Files, destination: string | null = null): Report {
  using project = new TemporaryProject(files);
  return check(readProject({ root: project.root, destinations: [destination] }));
}

export function verdictOf(report: Report): KamalVerdict {
  const [first] = report.destinations;
  assert.ok(first);
  return first.kamal;
}

/** Fails where what we say of the files is not what Kamal 2.12.0 says of them. */
export async function agreesWithKamal(
  judge: Judge,
  files: Files,
  destination: string | null,
  what: string,
  context: JudgeContext = {},
): Promise<void> {
  const ours = verdictOf(checkFiles(files, destination));
  const kamal = await judge.project({ files, destination, ...context });
  if (!ours.exact) return;
  const said = {
    loads: ours.loads,
    secretsError: ours.secretsError?.key ?? null,
    missing: ours.missing,
    unused: ours.unused,
  };
  const judged = {
    loads: kamal.loads,
    secretsError: kamal.secretsError?.key ?? null,
    missing: kamal.missing,
    unused: kamal.unused,
  };
  assert.deepEqual(
    { ...said, missing: said.missing?.toSorted() ?? null, unused: said.unused?.toSorted() ?? null },
    { ...judged, missing: judged.missing?.toSorted() ?? null, unused: judged.unused?.toSorted() ?? null },
    what,
  );
  if (kamal.loads && kamal.secretsError === null) {
    assert.deepEqual(ours.empty?.toSorted(), [...(kamal.empty ?? [])].sort(), `${what}: blank for certain`);
  }
}
