import { namesInWords } from '../../base/names.ts';
import { Failure } from '../../base/failure.ts';
import { describeServers } from '../../kamal/servers/state.ts';
import { hostsOf } from '../../kamal/servers/inspect.ts';
import { problemsInWords } from '../../kamal/servers/problem.ts';
import { verifyDeployment, type Verification } from '../../kamal/verify/verify.ts';
import type { ExpectedSecret } from '../../kamal/verify/secrets.ts';
import { containerVerdicts } from '../../vault-to-servers/container-verdicts.ts';
import type { Run } from '../run.ts';
import { reportServers } from './server-state.ts';
import type { Servers } from '../../vault-to-servers/servers.ts';
import type { Story } from '../run-summary.ts';

/** What to verify. */
export interface VerificationRequest {
  readonly servers: Servers;
  /** Null: whichever version the servers agree on. */
  readonly version: string | null;
  readonly secrets: readonly ExpectedSecret[];
}

/**
 * Proves on every server that the version runs, serves, and has its secrets; only names and verdicts leave here.
 * @returns the version that was verified
 * @throws Failure `verification-failed`, with one sentence a problem
 */
export async function verifyServers(
  run: Pick<Run, 'log' | 'signal' | 'state'>,
  request: VerificationRequest,
  story: Story,
): Promise<string | null> {
  const { deployed } = request.servers;
  const found = await inspect(run, request, story);
  if (!found.ok) throw refusal(run, request.servers, found, story);
  run.log.info(`Verified: ${provenBy(found, hostsOf(deployed))}.`);
  return found.version;
}

/** The failure with `found.problems`; the log gets what is OK, and what does not fit. */
export function refusal(
  run: Pick<Run, 'log'>,
  { deployed }: Servers,
  found: Pick<Verification, 'version' | 'secrets' | 'servers' | 'problems'>,
  story: Story,
): Failure {
  // What each host does, the good ones too: one that is dead says nothing of the others.
  story.state = describeServers({ ...deployed, accessories: [] }, found.servers).sentences;
  for (const sentence of story.state) run.log.info(sentence);
  const faulty = new Set(found.problems.map(({ host }) => host));
  const good = hostsOf(deployed).filter((host) => !faulty.has(host));
  if (good.length > 0) run.log.info(`Verified: ${provenBy(found, good)}; the others could not be verified.`);
  const { sentences, next } = problemsInWords(found.problems);
  for (const sentence of sentences.slice(MOST_PROBLEMS)) run.log.info(sentence);
  return new Failure('verification-failed', few(sentences, 'problem').join('\n'), {
    human: few(next.human, 'step'),
    agent: few(next.agent, 'step'),
  });
}

/** A failure is read by people; the log has the rest. */
const MOST_PROBLEMS = 20;

function few(lines: readonly string[], what: string): readonly string[] {
  const left = lines.length - MOST_PROBLEMS;
  if (left <= 0) return lines;
  return [...lines.slice(0, MOST_PROBLEMS), `… and ${left} more ${what}${left === 1 ? '' : 's'} like these.`];
}

/**
 * What every server has, for the summary too. If this is cancelled, the state of the servers is still reported: Kamal
 * has done its work by then.
 */
export async function inspect(
  run: Pick<Run, 'log' | 'signal' | 'state'>,
  { servers, version, secrets }: VerificationRequest,
  story: Story,
): Promise<Verification> {
  const access = { ...servers.access, signal: run.signal };
  try {
    const found = await verifyDeployment({
      deployed: servers.deployed,
      version,
      secrets,
      accessories: secrets.some(({ where }) => where.startsWith('accessory:')),
      access,
    });
    story.containers = containerVerdicts(found.secrets);
    return found;
  } catch (error) {
    if (run.signal.aborted) await reportServers(run, servers, story, 4000);
    throw error;
  }
}

function provenBy(
  { version, secrets }: Pick<Verification, 'version' | 'secrets'>,
  hosts: readonly string[],
): string {
  const names = new Set(secrets.filter(({ host }) => hosts.includes(host)).map(({ secret }) => secret));
  const count = names.size === 1 ? '1 secret' : `${names.size} secrets`;
  return `version ${version ?? 'unknown'} runs on ${namesInWords(hosts)} and receives the traffic, with ${count} in its containers`;
}
