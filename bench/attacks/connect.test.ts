/** Whatever a Connect server answers: the run ends in time, in a sentence or a finding, and no token or value is written. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { answering, attacked, EVIL } from './ground.ts';

const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJjb20uMXBhc3N3b3JkIn0.c2lnbmF0dXJlLW9mLWNvbm5lY3Q';
const VALUES = ['registry-pass-77aa', 'postgres://hunter2', 'swapped-value-1'];
const VAULT = { id: 'v1', name: 'Shop' };
const ITEM = { id: 'i1', title: 'Production', category: 'LOGIN', vault: VAULT };
const field = (label: string, value: unknown, more: object = {}): object => ({
  id: `f-${label}`,
  label,
  value,
  type: 'CONCEALED',
  ...more,
});
const REGISTRY = field('KAMAL_REGISTRY_PASSWORD', VALUES[0]);
const DATABASE = field('DATABASE_URL', VALUES[1]);

interface Answers {
  readonly vaults?: unknown;
  readonly items?: unknown;
  readonly item?: unknown;
  readonly fields?: readonly unknown[];
}

type Answer = (path: string, response: ServerResponse) => void;

function json({
  vaults = [VAULT],
  items = [ITEM],
  item,
  fields = [REGISTRY, DATABASE],
}: Answers = {}): Answer {
  return (path, response) => {
    const body =
      path === '/v1/vaults' ? vaults : path.endsWith('/items') ? items : (item ?? { ...ITEM, fields });
    response.end(JSON.stringify(body));
  };
}

const raw =
  (text: string | Buffer, status = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end(text);
const said = (status: number, message = EVIL, headers: Readonly<Record<string, string>> = {}): Answer =>
  raw(JSON.stringify({ status, message }), status, headers);

/** By the exit code that is expected; null for either, `cause` where it is known. */
const ATTACKS: Readonly<Record<string, readonly [answer: Answer, cause?: string]>> = {
  'an id that is half a character': [
    json({ vaults: [{ id: '\uD800', name: 'Shop' }] }),
    'connect-not-connect',
  ],
  'an id that leads up': [json({ vaults: [{ id: '..', name: 'Shop' }] }), 'connect-not-connect'],
  'an id with a header': [json({ vaults: [{ id: 'a\r\nX-Evil: 1', name: 'Shop' }] }), 'connect-not-connect'],
  'an id of a megabyte': [json({ vaults: [{ id: 'a'.repeat(1e6), name: 'Shop' }] }), 'connect-not-connect'],
  'an item’s id that is half a character': [
    json({ items: [{ ...ITEM, id: '\uDFFF' }] }),
    'connect-not-connect',
  ],
  'another item than was asked for': [
    json({ item: { ...ITEM, id: 'other', fields: [field('DATABASE_URL', VALUES[2])] } }),
    'out-of-parity',
  ],
  'a vault of an odd name': [json({ vaults: [{ id: 'v2', name: EVIL }] }), 'out-of-parity'],
  'an item of an odd name': [json({ items: [{ ...ITEM, title: EVIL }] }), 'out-of-parity'],
  'a field of an odd name': [json({ fields: [REGISTRY, field(EVIL, 'other-value')] }), 'out-of-parity'],
  'types that are names of methods': [
    json({
      fields: [
        field('KAMAL_REGISTRY_PASSWORD', VALUES[0], { type: 'constructor' }),
        field('DATABASE_URL', VALUES[1], { type: '__proto__' }),
      ],
    }),
  ],
  'two vaults of one name': [json({ vaults: [VAULT, { id: 'v9', name: 'Shop' }] }), 'out-of-parity'],
  'two items of one name': [json({ items: [ITEM, { ...ITEM, id: 'i2' }] }), 'out-of-parity'],
  'two fields of one name': [json({ fields: [REGISTRY, DATABASE, { ...DATABASE, id: 'f2' }] })],
  'a value that is a number': [json({ fields: [REGISTRY, field('DATABASE_URL', 5)] }), 'connect-not-connect'],
  'a value that is an object': [
    json({ fields: [REGISTRY, field('DATABASE_URL', {})] }),
    'connect-not-connect',
  ],
  '100,000 items': [
    json({
      items: [
        ITEM,
        ...Array.from({ length: 100_000 }, (_, at) => ({ ...ITEM, id: `n${at}`, title: `item ${at}` })),
      ],
    }),
  ],
  '200 fields': [
    json({
      fields: [
        REGISTRY,
        DATABASE,
        ...Array.from({ length: 200 }, (_, at) => field(`F${at}`, `value-no-${at}`)),
      ],
    }),
  ],
  'a value of 1,000 lines': [
    json({
      fields: [
        REGISTRY,
        field('DATABASE_URL', Array.from({ length: 1000 }, (_, at) => `line number ${at}`).join('\n')),
      ],
    }),
  ],
  'lists in lists': [raw('['.repeat(200_000)), 'connect-not-connect'],
  null: [raw('null'), 'connect-not-connect'],
  'a prototype': [raw('[{"__proto__":{"id":"v1","name":"Shop"}}]'), 'connect-not-connect'],
  'UTF-16': [raw(Buffer.from('\uFEFF[{"id":"v1","name":"Shop"}]', 'utf16le')), 'connect-not-connect'],
  'bytes that are no UTF-8': [
    raw(
      Buffer.concat([Buffer.from('[{"id":"v1","name":"Sh'), Buffer.from([0xff, 0xfe]), Buffer.from('op"}]')]),
    ),
    'out-of-parity',
  ],
  'a redirect to the cloud’s metadata': [
    raw('', 302, { location: 'http://169.254.169.254/' }),
    'connect-redirects',
  ],
  'a redirect to itself': [raw('', 307, { location: '/v1/other' }), 'connect-redirects'],
  'a redirect to nowhere': [said(300), 'connect-redirects'],
  'no content': [raw('', 204), 'connect-not-connect'],
  'a part of the content': [raw('[]', 206), 'connect-not-connect'],
  '401 in odd words': [said(401), 'connect-refused'],
  '403 in odd words': [said(403), 'connect-not-permitted'],
  '404 in odd words': [said(404), 'connect-failed'],
  '429 until tomorrow': [said(429, 'slow', { 'retry-after': '99999' }), 'connect-failed'],
  '503 in odd words': [said(503, `sync ${EVIL}`), 'connect-syncing'],
  '500 as HTML': [raw('<html>', 500), 'connect-not-connect'],
  'a header of 60 kB': [raw('[]', 200, { 'x-a': 'a'.repeat(60_000) }), 'connect-unreachable'],
  'what is said to be packed': [
    raw('\u001F\u008B', 200, { 'content-encoding': 'gzip' }),
    'connect-not-connect',
  ],
  'cookies, which nobody sends back': [
    (path, response) => {
      response.setHeader('set-cookie', 'a=b');
      json()(path, response);
    },
  ],
  'less than it says': [
    (_, response) => {
      response.writeHead(200, { 'content-length': '9999' }).write('[{"id"');
      setTimeout(() => response.destroy(), 50);
    },
    'connect-unreachable',
  ],
};

describe('a Connect server that answers with', () => {
  for (const [name, [answer, cause]] of Object.entries(ATTACKS)) {
    test(name, async () => {
      await using server = await answering(answer);
      const { outputs, main } = await attacked({
        inputs: { 'connect-host': server.url, 'connect-token': TOKEN },
        secrets: [TOKEN, ...VALUES],
        within: 15,
      });
      if (cause !== undefined) assert.equal(outputs['cause'], cause, main.log);
      for (const path of server.asked) assert.match(path, /^\/v1\/vaults(?:\/[\w-]+\/items(?:\/[\w-]+)?)?$/);
    });
  }
});
