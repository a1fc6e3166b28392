/** Certificates of an authority of the test's own, good ones and bad ones, and a server that shows one. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATIENT } from '../patient-server.ts';

/** What is wrong with one; `none`: it is for `localhost`, valid, and signed by the authority. */
export type Flaw = 'none' | 'wrong-name' | 'expired' | 'not-yet' | 'self-signed' | 'unknown-authority';

const DAY = 86_400_000;

interface Signed {
  readonly key: string;
  readonly cert: string;
}

export class Authority implements Disposable {
  /** Its own certificate, as PEM. */
  readonly pem: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'kamal-1password-authority-'));
  readonly #own: Signed;
  readonly #stranger: Signed;
  #made = 0;

  constructor() {
    this.#own = this.#selfSigned('/CN=An authority of the test', 'CA:TRUE');
    this.#stranger = this.#selfSigned('/CN=Another authority', 'CA:TRUE');
    this.pem = readFileSync(this.#own.cert, 'utf8');
  }

  /** A server on the loopback interface, by the name `localhost`, that counts the requests which reach it. */
  async serve(flaw: Flaw): Promise<TlsServer> {
    const { key, cert } = this.#issue(flaw);
    const requests: string[] = [];
    const server = createServer(
      { ...PATIENT, key: readFileSync(key), cert: readFileSync(cert) },
      (request, response) => {
        requests.push(request.url ?? '');
        response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
      },
    );
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return {
      host: `localhost:${(server.address() as AddressInfo).port}`,
      requests,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #issue(flaw: Flaw): Signed {
    const name = flaw === 'wrong-name' ? 'connect.example.com' : 'localhost';
    if (flaw === 'self-signed') return this.#selfSigned(`/CN=${name}`, 'CA:FALSE', name);
    const days = { expired: -30, 'not-yet': 10 }[flaw as string] ?? -1;
    const by = flaw === 'unknown-authority' ? this.#stranger : this.#own;
    return this.#sign(by, name, Date.now() + days * DAY);
  }

  #selfSigned(subject: string, constraints: string, name: string | null = null): Signed {
    const made = this.#place();
    this.#openssl(
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
      ['-keyout', made.key, '-out', made.cert, '-subj', subject],
      ['-addext', `basicConstraints=critical,${constraints}`],
      name === null ? [] : ['-addext', `subjectAltName=DNS:${name}`],
    );
    return made;
  }

  /** Valid for twenty days from `from` on (milliseconds since 1970). */
  #sign(by: Signed, name: string, from: number): Signed {
    const made = this.#place();
    const directory = `${made.key}.ca`;
    mkdirSync(directory);
    writeFileSync(join(directory, 'index.txt'), '');
    writeFileSync(
      join(directory, 'ca.conf'),
      `[ca]\ndefault_ca = one\n[one]\nnew_certs_dir = ${directory}\ndatabase = ${directory}/index.txt\nrand_serial = yes\ndefault_md = sha256\npolicy = any\nx509_extensions = names\n[any]\ncommonName = supplied\n[names]\nsubjectAltName = DNS:${name}\n`,
    );
    const request = join(directory, 'request.pem');
    this.#openssl(
      ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ['-keyout', made.key, '-out', request, '-subj', `/CN=${name}`],
    );
    const time = (at: number): string => new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
    this.#openssl(
      ['ca', '-batch', '-notext', '-config', join(directory, 'ca.conf'), '-cert', by.cert],
      ['-keyfile', by.key, '-in', request, '-out', made.cert],
      ['-startdate', time(from), '-enddate', time(from + 20 * DAY)],
    );
    return made;
  }

  #place(): Signed {
    this.#made += 1;
    const name = join(this.#directory, String(this.#made));
    return { key: `${name}.key`, cert: `${name}.pem` };
  }

  #openssl(...words: readonly (readonly string[])[]): void {
    execFileSync('openssl', words.flat(), { stdio: 'ignore' });
  }
}

export interface TlsServer extends AsyncDisposable {
  /** Name and port. */
  readonly host: string;
  /** The paths of the requests that reached it. */
  readonly requests: readonly string[];
}
