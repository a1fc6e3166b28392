import { readOutputLine } from '../run/output-line.ts';

/** The steps of a Dockerfile that a build came to, `FROM` aside, and how many of them its cache had. */
export interface BuildSteps {
  readonly all: number;
  readonly cached: number;
}

/**
 * Reads them from the plain progress of BuildKit (buildx 0.2x): `#9 [web 4/6] RUN npm ci`, then `#9 CACHED` or `#9 DONE
 * 12.3s`.
 * @returns null if no such step is in the output
 */
export function buildSteps(lines: readonly string[]): BuildSteps | null {
  const steps = new Set<string>();
  const cached = new Set<string>();
  for (const line of lines) {
    const text = readOutputLine(line).message.trim();
    const [, step, instruction] = /^#(\d+) \[(?:[^\]]* )?\d+\/\d+\] ([A-Z]+) /.exec(text) ?? [];
    if (step !== undefined && instruction !== 'FROM') steps.add(step);
    const hit = /^#(\d+) CACHED$/.exec(text)?.[1];
    if (hit !== undefined) cached.add(hit);
  }
  if (steps.size === 0) return null;
  return { all: steps.size, cached: [...steps].filter((step) => cached.has(step)).length };
}
