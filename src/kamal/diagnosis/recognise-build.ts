import { ofRegistry, recognisedBy } from './from-sentence.ts';
import type { Recognised } from './recognised.ts';
import { BUILD, BUILDER, BUILDER_VAGUE, STEP, STEP_ADVICE } from './sentences/building.ts';
import { DOCKER_ENGINE } from './sentences/docker-engine.ts';
import { REGISTRY } from './sentences/registry.ts';
import { heard } from './sentences/sentence.ts';

/** What a build printed, taken apart: what BuildKit says itself, and what the steps of the Dockerfile wrote. */
interface BuildOutput {
  readonly own: readonly string[];
  /** By number of the step, as BuildKit counts. */
  readonly steps: ReadonlyMap<string, readonly string[]>;
  /** What BuildKit repeats of the step that failed, between rules. */
  readonly quoted: readonly string[];
}

/** The causes of a `docker buildx build` that failed, by what it wrote (BuildKit 0.8 to 0.25, `--progress=plain`). */
export function recogniseBuild(output: string): readonly Recognised[] {
  const { own, steps, quoted } = takenApart(output);
  const found = heard(own, [...DOCKER_ENGINE, ...BUILDER, ...REGISTRY, ...BUILDER_VAGUE, ...BUILD], 'build');
  const [first] = found;
  if (first === undefined) return [];
  // The builder's own image could not be pulled, and no one answered who could say why.
  const unbooted = found.find(({ sentence }) => sentence.cause === 'builder-unavailable');
  if (
    unbooted !== undefined &&
    first.sentence.cause === 'registry-unreachable' &&
    first.sentence.variant === undefined
  )
    return [
      { ...recognisedBy(first), cause: 'builder-unavailable', variant: 'image', subject: null },
      ...found.map((each) => ofRegistry(recognisedBy(each), output)),
    ];
  const others = found.slice(1).map((each) => recognisedBy(each));
  if (first.sentence.variant !== 'step') {
    const vague = first.sentence === BUILD.at(-1);
    return [
      { ...ofRegistry(recognisedBy(first), output), ...(vague ? ({ confidence: 'likely' } as const) : {}) },
      ...others,
    ];
  }
  const id = own
    .map((line) => /^#(\d+) ERROR: process /.exec(line)?.[1])
    .findLast((each) => each !== undefined);
  const ofStep = id === undefined ? undefined : steps.get(id);
  const wrote = ofStep ?? (quoted.length > 0 ? quoted : [...steps.values()].flat());
  const elsewhere = heard(wrote, STEP).map((each) => recognisedBy(each));
  const [advice] = heard(wrote.toReversed(), STEP_ADVICE);
  const last = lastError(wrote);
  const step: Recognised = {
    ...recognisedBy(first),
    variant: wrote.some((line) => line.trim() !== '') ? 'step' : 'step-silent',
    subject: null,
    ...(last === null ? {} : { proof: last }),
    ...(advice === undefined
      ? {}
      : { ...recognisedBy(advice), ...(last === null ? {} : { proof: advice.line }) }),
  };
  return [...elsewhere, step];
}

/**
 * What remains of a failed step if BuildKit's last line is missing: the block that it prints only for a failed step (` >
 * [build 6/6] RUN …:`, `1.342 bin/rails aborted!`), or lines of a step that only one thing writes.
 */
export function recogniseStep(lines: readonly string[]): readonly (Recognised & { readonly at: number })[] {
  const head = lines.findLastIndex(
    (line) =>
      /^\s*> \[[^\]\n]*\] \w+ .*:\s*$/.test(line) || /^\s*> \[[^\]\n]*(?<=\d\/\d{1,9})\] [A-Z]+ /.test(line),
  );
  const wrote = lines
    .map((line, at) => ({ at, text: /^\s*(?:#\d+ )?\d+\.\d+ (.*)$/.exec(line)?.[1] ?? null }))
    .filter(({ at, text }) => text !== null && (head < 0 || at > head));
  const texts = wrote.map(({ text }) => text ?? '');
  const place = (proof: string | undefined): number =>
    wrote.findLast(({ text }) => text?.includes(proof ?? '') === true)?.at ?? head;
  const known = [
    ...heard(texts.toReversed(), STEP),
    ...(head < 0 ? [] : heard(texts.toReversed(), STEP_ADVICE)),
  ];
  if (known.length > 0) return known.map((each) => ({ ...recognisedBy(each), at: place(each.line) }));
  const last = head < 0 ? null : lastError(texts);
  return last === null ? [] : [{ cause: 'build-failed', variant: 'step', proof: last, at: place(last) }];
}

function takenApart(output: string): BuildOutput {
  const own: string[] = [];
  const quoted: string[] = [];
  const steps = new Map<string, string[]>();
  const booting = new Set<string>();
  let excerpt = false;
  for (const line of output.split('\n').map((each) => each.trimEnd())) {
    if (/^-{20,}$/.test(line)) excerpt = !excerpt;
    if (excerpt || /^-{6,}$/.test(line)) continue;
    const [, id = '', wrote = null] = /^#(\d+) \d+\.\d+(?!\d) ?(.*)$/.exec(line) ?? [];
    if (failsToBoot(line, booting)) own.push('booting buildkit failed');
    const repeated = /^\s*\d+\.\d+ (.*)$/.exec(line)?.[1];
    if (wrote !== null) {
      const step = steps.get(id);
      if (step === undefined) steps.set(id, [wrote]);
      else step.push(wrote);
    } else if (repeated !== undefined) quoted.push(repeated);
    // Progress; what fails is an ERROR.
    else if (!/^#\d+ (?!ERROR)/.test(line) && line.trim() !== '') own.push(line);
  }
  return { own, steps, quoted };
}

/** Lines of a backtrace, and what a tool says after its error. */
const AFTERMATH =
  /^\s*(?:from |at |in |\.{3}|\/\S+:\d+|\S+\.(?:rb|js|ts|py|ex|go):\d+|Tasks: TOP|\(See full trace|npm (?:ERR!|error)\s*(?:A complete log|$)|File "|\^+\s*$|error Command failed|info Visit|Node\.js v|#\s*$)/;
const AN_ERROR =
  /\b(?:[A-Z]\w*(?:Error|Exception)\b|[Ee]rror|ERR!|[Ff]atal|[Ff]ailed|aborted|[Cc]annot|[Cc]ould not|[Cc]an't|not found|[Mm]issing|denied|Killed|No such file|[Uu]nable to|panic)/;

/** The last line in which a step names its error; else its last line. Null if it wrote nothing. */
function lastError(wrote: readonly string[]): string | null {
  const told = wrote.map((line) => line.trim()).filter((line) => line !== '' && !AFTERMATH.test(line));
  return (told.findLast((line) => AN_ERROR.test(line)) ?? told.at(-1) ?? null)?.trim() ?? null;
}

/** Whether the step that boots BuildKit fails here; `booting` keeps the numbers of such steps. */
function failsToBoot(line: string, booting: Set<string>): boolean {
  const boots = /^#(\d+) \[internal\] booting buildkit/.exec(line)?.[1];
  if (boots !== undefined) booting.add(boots);
  const failed = /^#(\d+) ERROR/.exec(line)?.[1];
  return failed !== undefined && booting.has(failed);
}
