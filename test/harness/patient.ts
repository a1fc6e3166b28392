/**
 * How long a test waits for what has to come. `bin/test` measures how many times slower the machine is than one that
 * does nothing else, and sets TEST_PATIENCE to that; on its own, a test assumes an idle machine.
 */
const SLOWER = Number(process.env['TEST_PATIENCE'] ?? 1);

/** That many milliseconds of an idle machine, in milliseconds of this one. */
export function patient(milliseconds: number): number {
  return milliseconds * SLOWER;
}
