import { Failure } from '../../base/failure.ts';
import { askServer, type ServerAccess } from '../../kamal/servers/shell.ts';
import {
  bootedIn,
  claimScript,
  readClaim,
  withdrawScript,
  type Claim,
  type ClaimAnswer,
} from '../../previews/claim.ts';
import { deadLocks, locksOfRuns, releaseDeadLock } from '../../previews/dead-lock.ts';
import { askRuns } from '../../previews/github.ts';
import type { PreviewIdentity } from '../../previews/guards.ts';
import { commitOfVersion } from '../../previews/identity.ts';
import {
  previewsOf,
  readInventory,
  type Place as PreviewPlace,
  type Preview,
} from '../../previews/inventory.ts';
import { appDirectory, MARKER_FILE, type Marker } from '../../previews/marker.ts';
import { replacedBy } from '../../previews/plan.ts';
import { setUp } from '../../previews/setup.ts';
import { settlePreview } from '../../previews/settle.ts';
import { surveyPreviews } from '../../previews/servers.ts';
import type { AtLogin, HostAnswer } from '../prepare/ssh-access.ts';
import { PreviewConversation } from './conversation.ts';
import { settlingOf, type OnePreview } from './context.ts';
import { forgetDeployments } from './forget.ts';

/** The place of a preview on the servers: taken in the login before the deploy, and room made for it afterwards. */
export class Place {
  readonly #one: OnePreview;
  readonly #identity: PreviewIdentity;
  readonly #marker: Marker;
  #others: readonly Preview[] = [];
  #isSetUp = false;
  #booted: readonly string[] = [];

  constructor(one: OnePreview, identity: PreviewIdentity, commit: string) {
    const { policy, destination, number } = one;
    const { GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt = '1' } = process.env;
    this.#one = one;
    this.#identity = identity;
    this.#marker = {
      repository: policy.repository,
      repositoryId: policy.repositoryId ?? null,
      project: policy.project ?? null,
      pullRequest: number,
      service: identity.service,
      destination,
      commit,
      run: run === undefined ? null : `${run}.${attempt}`,
      at: new Date().toISOString(),
      address: identity.address,
      role: identity.role,
      host: identity.host,
    };
  }

  /** For the login: nothing is built before it has succeeded. */
  atLogin(accessBy: (socket: string) => ServerAccess | null): AtLogin {
    return {
      script: claimScript(this.#claim),
      read: (hosts, socket) => this.#read(hosts, accessBy(socket)),
    };
  }

  get #claim(): Claim {
    const { limit, whenFull } = this.#one.run.inputs.preview;
    const { names } = this.#identity;
    return { marker: this.#marker, names, limit: whenFull === 'refuse' ? limit : null };
  }

  /** Its own accessories that no host has, by their keys in the deploy file. Known once the logins are through. */
  get missingAccessories(): string[] {
    return this.#identity.accessories
      .filter(({ name }) => !this.#booted.includes(name))
      .map(({ key }) => key);
  }

  /**
   * Runs `preview-setup` if it has not succeeded yet.
   * @throws Failure `preview-setup-failed`; the preview stays, and the next deploy tries again
   */
  async setUp(access: ServerAccess): Promise<void> {
    const { run } = this.#one;
    const command = run.inputs.preview.setup;
    if (command === null || this.#isSetUp) return;
    const problem = await setUp(access, this.#marker, command);
    if (problem === null) {
      run.log.info("preview-setup ran in the preview's container.");
      return;
    }
    for (const line of problem) run.log.info(`  │ ${line}`);
    throw new Failure(
      'preview-setup-failed',
      `\`preview-setup\` failed in the preview's container: ${problem.at(-1) ?? 'it printed nothing'}.`,
      { agent: ['Correct the command `preview-setup` in the workflow file; the next deploy runs it again.'] },
    );
  }

  /** `3 of 5 previews.` */
  get counted(): string {
    const { limit, whenFull } = this.#one.run.inputs.preview;
    const count = this.#others.length + 1;
    if (limit === null) return `${count} ${count === 1 ? 'preview' : 'previews'}.`;
    return `${whenFull === 'refuse' ? count : Math.min(count, limit)} of ${limit} previews.`;
  }

  /** The commit that the servers run of it; null if nothing of it runs. */
  async servingNow(access: ServerAccess): Promise<string | null> {
    const { destination, policy, number } = this.#one;
    const hosts = [this.#marker.host];
    const { previews } = await surveyPreviews(access, hosts, { ...policy, destination });
    const { service, role } = this.#marker;
    const prefix = `${service}-${role}-${destination}-`;
    const running = previews
      .filter((preview) => preview.number === number)
      .flatMap(({ places }) => places.flatMap(({ containers }) => containers))
      .find(({ name, status }) => status === 'running' && name.startsWith(prefix));
    return running === undefined ? null : commitOfVersion(running.name.slice(prefix.length), number);
  }

  /** With `preview-when-full: replace-oldest`: removes those above the limit, now that the new one exists. */
  async makeRoom(access: ServerAccess, sentence: string): Promise<string> {
    const { run, number } = this.#one;
    const { limit, whenFull } = run.inputs.preview;
    if (limit === null || whenFull === 'refuse') return sentence;
    const gone: number[] = [];
    for (const preview of replacedBy(number, this.#others, limit)) {
      const settled = await settlePreview(preview, settlingOf(this.#one, access), [], 'replaced');
      if (settled.outcome?.kind === 'removed') {
        gone.push(preview.number);
        const told = new PreviewConversation({ ...this.#one, number: preview.number });
        const detail = `replaced by that of pull request ${number}`;
        told.say({ state: 'removed', detail, address: null, rules: null }, 'update');
        await told.settled();
        await forgetDeployments(this.#one, preview.number);
      } else
        run.log.warning(
          `The preview of pull request ${preview.number} should have made room, but it is still there.`,
        );
    }
    if (gone.length > 0) run.outputs.set('removed', gone.join(','));
    return gone.length === 0
      ? sentence
      : `${sentence} Removed to make room: the preview of ${gone.join(', ')}.`;
  }

  async #read(hosts: readonly HostAnswer[], access: ServerAccess | null): Promise<void> {
    const { destination, policy, number } = this.#one;
    const inventories = hosts.map(({ host, printed }) => readInventory(host, printed, destination));
    const previews = previewsOf(inventories, policy);
    const own = previews
      .filter((each) => each.number === number && !this.#isFormer(each))
      .flatMap(({ places }) => places);
    this.#others = previews.filter((each) => each.number !== number);
    this.#isSetUp = own.some(({ isSetUp }) => isSetUp);
    this.#booted = hosts.flatMap(({ printed }) => bootedIn(printed));
    const answers = hosts.map(({ host, printed }) => ({ host, answer: readClaim(printed) }));
    const [failure = null] = answers.flatMap(({ host, answer }) => this.#refusal(host, answer) ?? []);
    if (failure !== null) {
      const taken = answers.filter(({ answer }) => answer === 'first').map(({ host }) => host);
      if (access !== null) await this.#withdraw(access, taken);
      throw failure;
    }
    if (access === null) return;
    await this.#freeFromTheDead(access, own);
    for (const each of previews) if (this.#isFormer(each)) await this.#removeFormer(access, each);
  }

  /** Of this pull request, under the name that its deploy file gave it earlier: kamal-proxy gives its host to no other. */
  #isFormer({ number, service, places }: Preview): boolean {
    return (
      number === this.#one.number &&
      service !== this.#marker.service &&
      places.every(({ marker }) => marker.project != null)
    );
  }

  async #removeFormer(access: ServerAccess, former: Preview): Promise<void> {
    const { log } = this.#one.run;
    const { outcome } = await settlePreview(former, settlingOf(this.#one, access), [], 'replaced');
    if (outcome?.kind === 'removed')
      log.info(`Removed this preview's containers of its former name, \`${former.service}\`.`);
    else {
      const why = outcome?.kind === 'failed' ? ` (${outcome.problems.join('; ')})` : '';
      log.warning(
        `This preview still runs under its former name \`${former.service}\` too${why}, so kamal-proxy may refuse to give its host to the new one. The next deploy tries again to remove it, and so does closing the pull request.`,
      );
    }
  }

  /** A place that some hosts grant and another refuses would count without ever being used. */
  async #withdraw(access: ServerAccess, hosts: readonly string[]): Promise<void> {
    const script = withdrawScript(this.#claim);
    await Promise.all(hosts.map((host) => askServer(access, host, script)));
  }

  async #freeFromTheDead(access: ServerAccess, own: readonly PreviewPlace[]): Promise<void> {
    const { api, run } = this.#one;
    const locks = locksOfRuns(own);
    const runs = await askRuns(
      api,
      locks.map((each) => each.run),
    );
    for (const dead of deadLocks(locks, runs))
      if (await releaseDeadLock(access, dead))
        run.log.info(
          `Run ${dead.run} has ended and left its deploy lock on ${dead.place.host}: the lock is released.`,
        );
  }

  #refusal(host: string, answer: ClaimAnswer): Failure | null {
    const { service, destination } = this.#marker;
    switch (answer) {
      case 'claimed':
      case 'first':
        return null;
      case 'full':
        return this.#full();
      case 'foreign':
        return new Failure(
          'preview-not-ours',
          `On ${host}, \`${service}\` with the destination \`${destination}\` is marked as the preview of another repository, project or pull request: nothing was deployed.`,
          {
            agent: [
              'Give the service in the deploy file a name that no other repository on that server uses.',
            ],
          },
        );
      case 'unreadable':
        return new Failure(
          'preview-not-ours',
          `On ${host}, \`~/${appDirectory(service, destination)}/${MARKER_FILE}\` does not say which pull request \`${service}\` is the preview of: nothing was deployed.`,
          {
            human: [
              `Read the file on ${host}. If no one else deploys \`${service}\` there, delete it, then run this again.`,
            ],
          },
        );
      case 'shared':
        return new Failure(
          'preview-service-shared',
          `On ${host}, the service \`${service}\` has also been deployed under a destination other than \`${destination}\` (a container has that label, or \`~/.kamal/apps/${service}\` exists): nothing was deployed.`,
          {
            agent: ["Give the preview's service a name that nothing else on that server uses."],
            human: [
              `If that one is no longer used, remove its containers and \`~/.kamal/apps/${service}\` on ${host}.`,
            ],
          },
        );
      case 'unknown':
        return new Failure(
          'preview-not-marked',
          `The marker that identifies the preview could not be written on ${host}: nothing was deployed.`,
          {
            human: [`Check that docker answers on ${host}, and that the account can write to \`~/.kamal\`.`],
          },
        );
    }
  }

  #full(): Failure {
    const { limit, label } = this.#one.run.inputs.preview;
    const numbers = this.#others.map((each) => each.number);
    const whose =
      numbers.length === 0
        ? ''
        : ` by the previews of pull request${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`;
    return new Failure(
      'preview-limit-reached',
      `\`preview-limit\` (${limit ?? 'none'}) is reached${whose}: this one was not deployed.`,
      {
        human:
          numbers.length === 0
            ? []
            : [
                label === null
                  ? 'Close one of these pull requests, then run this again.'
                  : `Remove the label \`${label}\` from one of these pull requests, then run this again.`,
              ],
        agent: [
          'Raise `preview-limit` in the workflow file, or let `preview-when-full: replace-oldest` remove the oldest.',
        ],
      },
    );
  }
}
