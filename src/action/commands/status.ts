import { namesInWords } from '../../base/names.ts';
import { accessorySecrets } from '../../vault-to-servers/expected-secrets.ts';
import { rotationsIn } from '../../vault-to-servers/rotations.ts';
import { unknownServers } from '../../vault-to-servers/servers.ts';
import { inspect, refusal } from '../kamal/verification.ts';
import type { Run } from '../run.ts';
import type { Story } from '../run-summary.ts';
import { hostsIn, prepareFor, secretsOf } from './deploy.ts';

/**
 * `command: status`: which secrets changed in 1Password after the containers of a role started (output `rotated`).
 * @throws Failure `verification-failed` where anything else is wrong: another deploy may not fix it, so a workflow
 * that deploys where `rotated` is not empty stops here. That includes accessories: `kamal deploy` does not restart them.
 */
export async function status(run: Run, story: Story): Promise<string> {
  const { project, prepared, servers } = await prepareFor(run, story);
  if (servers === null) throw unknownServers(run.inputs.configFile);
  // Another job deployed what runs: what its environment put into a value is not known here.
  const [readings] = project.destinations;
  const { answers, variables } = prepared;
  const secrets = [
    ...secretsOf(project, prepared, null),
    ...(readings === undefined ? [] : accessorySecrets(readings, answers, project.kamal, { variables })),
  ];
  const found = await inspect(run, { servers, version: run.inputs.version, secrets }, story);
  const rotations = (readings === undefined ? [] : rotationsIn(readings, answers, found)).filter(
    ({ where }) => where.startsWith('role:'),
  );
  const names = [...new Set(rotations.map(({ secret }) => secret))];
  story.tell('Version', found.version);
  if (found.version !== null) run.outputs.set('version', found.version);
  run.outputs.set('rotated', names.join(','));
  const problems = found.problems.filter(
    ({ kind, host, where, secret }) =>
      kind !== 'container-secret-differs' ||
      !rotations.some((each) => each.host === host && each.where === where && each.secret === secret),
  );
  if (problems.length > 0) throw refusal(run, servers, { ...found, problems }, story);
  if (names.length === 0)
    return `Version \`${found.version ?? 'unknown'}\` serves on ${hostsIn(prepared)}, and no secret changed in 1Password since it started.`;
  story.leavesWork = true;
  const which = namesInWords(names.map((name) => `\`${name}\``));
  return `Changed in 1Password since the containers started: ${which}. Deploy again to pass ${names.length === 1 ? 'it' : 'them'} on.`;
}
