/** Set by the runner or the system itself. */
const GIVEN =
  /^(?:GITHUB_\w+|RUNNER_\w+|ACTIONS_\w+|OP_\w+|KAMAL_(?!REGISTRY)\w+|HOME|PATH|USER|PWD|CI|SHELL|LANG|HOSTNAME|\d\w*)$/;

/** Whether a variable is set wherever a workflow runs, without being passed. */
export function isGiven(name: string): boolean {
  return GIVEN.test(name);
}
