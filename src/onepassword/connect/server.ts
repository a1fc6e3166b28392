/** A 1Password Connect server and the token for it, as someone gives them. */
import { isIP } from 'node:net';
import { Failure } from '../../base/failure.ts';
import { Secret } from '../vault/secret.ts';

/** The address of a Connect server, and its token; only a request shows whether it accepts the token. */
export interface ConnectServer {
  readonly kind: 'connect';
  /** The token, which goes into one header, to this one server. */
  readonly secret: Secret;
  /** Scheme, host, port and, behind a proxy, a path, without a slash at the end. */
  readonly signInAddress: string;
}

/**
 * Checks both without asking anybody.
 * @throws Failure `connect-incomplete` | `connect-host-malformed` | `connect-token-malformed` | `connect-not-encrypted`
 */
export function parseConnect(host: string | null, token: string | null): ConnectServer {
  const address = (host ?? '').trim();
  const text = (token ?? '').trim();
  if (address === '' || text === '') throw incomplete(address === '');
  const flaw = flawOfToken(text);
  if (flaw !== null) throw malformedToken(flaw);
  const url = urlOf(address);
  // A name can have any address, which is checked on connecting.
  if (url.protocol === 'http:' && isIP(bare(url.hostname)) !== 0 && !isPrivate(bare(url.hostname)))
    throw notEncrypted(url.host);
  return {
    kind: 'connect',
    secret: new Secret(text),
    signInAddress: `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}`,
  };
}

/** 10/8, 127/8, 172.16/12, 192.168/16, 169.254/16, 100.64/10. */
const PRIVATE_IPV4 =
  /^(?:10|127|172\.(?:1[6-9]|2\d|3[01])|192\.168|169\.254|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;

/** Whether an address is of this machine or of a private network (RFC 1918, 4193, 3927, 6598; loopback and link-local). */
export function isPrivate(address: string): boolean {
  if (isIP(address) === 4) return PRIVATE_IPV4.test(address);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isPrivate(mapped);
  return /^(?:::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i.test(address);
}

/** The failure for a public address without encryption. */
export function notEncrypted(host: string): Failure {
  return new Failure(
    'connect-not-encrypted',
    `The Connect server ${host} is reached over http, but its address is not in a private network: the token and every secret would cross the network in plain text. Nothing was sent.`,
    {
      agent: ['Name it with https in `connect-host`.'],
      human: [
        'Put the Connect server behind TLS, or run the job where it can be reached in a private network.',
      ],
    },
  );
}

function bare(hostname: string): string {
  return hostname.replaceAll(/^\[|\]$/g, '');
}

function urlOf(address: string): URL {
  const url = /^https?:\/\//i.test(address) && URL.canParse(address) ? new URL(address) : null;
  const isPlain =
    url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url !== null && isPlain && url.hostname !== '') return url;
  throw new Failure(
    'connect-host-malformed',
    'The value of `connect-host` is not the address of a Connect server: it needs `https://` or `http://`, a host and a port, such as `https://connect.example.com:8443`, without a user, a query or a fragment.',
    { agent: ['Correct `connect-host` (or the variable `OP_CONNECT_HOST`).'] },
  );
}

function flawOfToken(text: string): string | null {
  if (text.startsWith('ops_'))
    return 'begins with `ops_`: it is the token of a service account, or an integration key';
  if (/\s/.test(text)) return 'contains a space or a line break';
  if (/^["'`]|^\$|^op:\/\//.test(text))
    return 'is a reference, a variable or a quoted text, not the token itself';
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)
    ? null
    : 'does not have three parts separated by dots, as every Connect token does';
}

function malformedToken(flaw: string): Failure {
  return new Failure('connect-token-malformed', `The Connect token cannot be used: the value ${flaw}.`, {
    human: [
      'Copy the full token from where it was saved when it was created, and set the secret `OP_CONNECT_TOKEN` again. If it is lost, create a new one on 1Password.com (Developer → Connect servers).',
    ],
    agent: ['Make sure the workflow passes exactly `${{ secrets.OP_CONNECT_TOKEN }}`.'],
  });
}

function incomplete(lacksHost: boolean): Failure {
  const [there, missing] = lacksHost
    ? ['`connect-token`', '`connect-host` (or the variable `OP_CONNECT_HOST`)']
    : ['`connect-host`', '`connect-token` (or the variable `OP_CONNECT_TOKEN`)'];
  return new Failure(
    'connect-incomplete',
    `A Connect server needs both \`connect-host\` and \`connect-token\`: ${there} is set, ${missing} is not. GitHub gives no secrets to pull requests from forks or to Dependabot.`,
    {
      agent: [
        lacksHost
          ? 'Set `connect-host: ${{ vars.OP_CONNECT_HOST }}` under `with:`.'
          : 'Set `connect-token: ${{ secrets.OP_CONNECT_TOKEN }}` under `with:`.',
      ],
    },
  );
}
