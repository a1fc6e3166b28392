/**
 * What has to hold before a preview is deployed, independent of the severities: it is itself, and no other deployment.
 * Pure.
 */
import { Failure } from '../base/failure.ts';
import type { Deployment } from '../parity/model.ts';
import { holdsNumber, isPlainHost, isPlainName, NUMBER_VARIABLE } from './identity.ts';

/** What a deploy file says of one preview, once it is certain to be a preview. */
export interface PreviewIdentity {
  readonly service: string;
  readonly address: string | null;
  readonly role: string;
  readonly host: string;
  /** Accessories that are named after the preview, by their key in the deploy file. */
  readonly accessories: readonly {
    readonly key: string;
    readonly name: string;
    readonly hosts: readonly string[];
  }[];
  /** Those that others have too: they are not removed. */
  readonly shared: readonly string[];
  /** Lines for the register of names on the hosts. */
  readonly names: readonly string[];
}

/**
 * Only what the pull request holds is deployed as its preview: GitHub was asked about the pull request, not about the
 * files.
 * @param checkedOut the commit that is checked out, and its ancestors, or null if there is none
 * @param heads the head of the pull request now, and the one that this run was started for
 * @returns the commit that is deployed, and the head that it is or is a merge of, which people know
 * @throws Failure `preview-checkout-other` unless it is one of the heads, or a merge of one
 */
export function ensureOfPullRequest(
  checkedOut: { readonly sha: string; readonly parents: readonly string[] } | null,
  heads: readonly string[],
  number: number,
): { readonly commit: string; readonly head: string } {
  const { sha, parents } = checkedOut ?? { sha: null, parents: [] };
  const ofIt = [sha, ...(parents.length > 1 ? parents : [])];
  const found = heads.find((each) => each !== '' && ofIt.includes(each));
  if (sha !== null && found !== undefined) return { commit: sha, head: found };
  const short = (commit: string): string => `\`${commit.slice(0, 7)}\``;
  const [head = ''] = heads;
  throw new Failure(
    'preview-checkout-other',
    `Nothing was deployed: ${sha === null ? 'no commit is checked out' : `the checked out commit ${short(sha)} is neither the head of pull request ${number}${head === '' ? '' : ` (${short(head)})`} nor a merge of it`}.`,
    {
      agent: [
        'In the workflow file, omit `ref:` of actions/checkout `on: pull_request`, or set it to `${{ github.event.pull_request.head.sha }}`.',
        `Where the input \`pull-request\` is set, check out \`refs/pull/${number}/head\`.`,
      ],
      human: ['If the branch was pushed to in the meantime, the run of that push deploys it.'],
    },
  );
}

const NUMBER_TAG = `<%= ENV.fetch("${NUMBER_VARIABLE}") %>`;

/**
 * @param other the same deploy file with another preview's number
 * @param file where to correct it
 * @throws Failure `preview-service-shared`, `preview-host-shared`, `preview-unknown`, `preview-name-invalid`
 */
export function previewIdentity(
  deployment: Deployment | null,
  other: Deployment | null,
  number: number,
  file: string,
): PreviewIdentity {
  if (
    deployment === null ||
    deployment.service === null ||
    deployment.roles.length === 0 ||
    deployment.hasUnknownHost
  )
    throw new Failure(
      'preview-unknown',
      `\`${file}\` does not say, without running it, which service the preview is and which hosts it uses.`,
      { agent: [`Write \`service: NAME-pr-${NUMBER_TAG}\` and the hosts of \`servers:\` in \`${file}\`.`] },
    );
  const { service, roles } = deployment;
  if (!holdsNumber(service, number) || other?.service === service)
    throw new Failure(
      'preview-service-shared',
      `The service \`${service}\` in \`${file}\` does not belong to pull request ${number} alone: its deploy would replace another's containers, and its removal would remove them.`,
      { agent: [`Add the number: \`service: NAME-pr-${NUMBER_TAG}\` in \`${file}\`.`] },
    );
  ensureOwnHost(deployment, other, file);
  const [host = ''] =
    roles.find(({ name }) => name === deployment.primaryRole)?.hosts ?? roles[0]?.hosts ?? [];
  const accessories = deployment.accessories.map((each) => ({
    key: each.name,
    name: each.service ?? `${service}-${each.name}`,
    hosts: each.hosts,
  }));
  const own = accessories.filter(({ name }) => name.startsWith(`${service}-`));
  const hosts = [...new Set([...roles, ...own].flatMap((each) => each.hosts))];
  ensurePlain([service, ...roles.map(({ name }) => name), ...own.map(({ name }) => name)], hosts, file);
  return {
    service,
    address: addressOf(deployment),
    role: deployment.primaryRole,
    host,
    accessories: own,
    shared: accessories.filter(({ name }) => !name.startsWith(`${service}-`)).map(({ key }) => key),
    names: [
      ...roles.map(({ name }) => `role ${name}`),
      ...own.map(({ name }) => `accessory ${name}`),
      ...hosts.map((each) => `host ${each}`),
    ],
  };
}

/** kamal-proxy sends it the requests for a host that no other preview has. */
function ensureOwnHost({ proxyHosts, roles }: Deployment, other: Deployment | null, file: string): void {
  const common = proxyHosts.filter((host) => other?.proxyHosts.includes(host) === true);
  if (roles.some(({ proxy }) => proxy) && (proxyHosts.length === 0 || common.length > 0))
    throw new Failure(
      'preview-host-shared',
      proxyHosts.length === 0
        ? `The preview in \`${file}\` has no \`proxy.host\`: kamal-proxy would send it all traffic of the server that no other app claims.`
        : `The host \`${common.join(', ')}\` in \`${file}\` is the same for every preview: kamal-proxy refuses the second one.`,
      {
        agent: [`Add the number: \`proxy: { host: pr-${NUMBER_TAG}.preview.example.com }\` in \`${file}\`.`],
      },
    );
}

/** The names go into shell commands on the hosts. */
function ensurePlain(words: readonly string[], hosts: readonly string[], file: string): void {
  const odd = words.find((word) => !isPlainName(word)) ?? hosts.find((each) => !isPlainHost(each));
  if (odd !== undefined)
    throw new Failure(
      'preview-name-invalid',
      `The name \`${odd}\` in \`${file}\` cannot be used for a preview: use letters, digits, \`.\`, \`_\` and \`-\`.`,
      { agent: [`Rename it in \`${file}\`.`] },
    );
}

function addressOf({ proxyHosts, proxySsl }: Deployment): string | null {
  const host = proxyHosts.find((each) => /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(each));
  return host === undefined ? null : `${proxySsl ? 'https' : 'http'}://${host}`;
}
