/**
 * Previews as a deploy leaves them, made without Kamal: containers with its labels and names, a route, an app directory
 * with the marker and the register. For tests of what finds and removes them; that it is what Kamal leaves is shown by
 * the tests that deploy.
 */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  appDirectory,
  MARKER_FILE,
  NAMES_FILE,
  writeMarker,
  type Marker,
} from '../../../src/previews/marker.ts';
import { docker } from '../target/containers.ts';
import { target, type TargetHost } from '../target/target.ts';
import { REPOSITORY } from './preview-stage.ts';

export interface Planting {
  readonly number: number;
  readonly service?: string;
  readonly repository?: string;
  /** Milliseconds since the deploy. */
  readonly age?: number;
  readonly run?: string | null;
  /** False: as someone's own `kamal deploy` leaves it. */
  readonly marked?: boolean;
  readonly hosts?: readonly TargetHost[];
  readonly volumes?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly role?: string;
  /** What else its marker says. */
  readonly marker?: Partial<Marker>;
}

/** Makes a preview on a host, or on each of several. */
export async function plant(host: TargetHost, planting: Planting): Promise<Marker> {
  const {
    number,
    service = `shop-pr-${number}`,
    age = 0,
    run = '4000.1',
    marked = true,
    role = 'web',
  } = planting;
  const hosts = planting.hosts ?? [host];
  const version = `pr-${number}-abc`;
  const marker: Marker = {
    repository: planting.repository ?? REPOSITORY,
    pullRequest: number,
    service,
    destination: 'preview',
    commit: 'abc',
    run,
    at: new Date(Date.now() - age).toISOString(),
    address: `http://pr-${number}.preview.example.com`,
    role,
    host: host.address,
    ...planting.marker,
  };
  for (const each of hosts) {
    await startProxy(each);
    const name = `${service}-${role}-preview`;
    const labels = [`service=${service}`, `role=${role}`, 'destination=preview'].flatMap((label) => [
      '--label',
      label,
    ]);
    const volumes = (planting.volumes ?? []).flatMap((volume) => ['--volume', volume]);
    const env = Object.entries(planting.env ?? {}).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    const words = ['--detach', '--name', `${name}-${version}`, ...labels, ...volumes, ...env];
    const id = await docker(each, 'run', ...words, target().proxy.image, 'sleep', '100000');
    await addRoute(each, name, id.trim().slice(0, 12));
    const app = join(each.home, appDirectory(service, 'preview'));
    mkdirSync(join(app, 'env/roles'), { recursive: true });
    writeFileSync(join(app, 'env/roles', `${role}.env`), 'PASSWORD=hidden\n');
    writeFileSync(join(each.home, `.kamal/${service}-preview-audit.log`), 'deployed\n');
    if (!marked) continue;
    const names = [`role ${role}`, ...hosts.map(({ address }) => `host ${address}`)];
    writeFileSync(join(app, NAMES_FILE), `${names.join('\n')}\n`);
    writeFileSync(join(app, MARKER_FILE), `${writeMarker(marker)}\n`);
    const written = new Date(Date.now() - age);
    utimesSync(join(app, MARKER_FILE), written, written);
  }
  return marker;
}

/** The stand-in for kamal-proxy, if it does not run yet. */
export async function startProxy(host: TargetHost): Promise<void> {
  if ((await docker(host, 'ps', '--all', '--quiet', '--filter', 'name=^kamal-proxy$')) !== '') return;
  // Kamal's own, where its apps are.
  const networks = (await docker(host, 'network', 'ls', '--format', '{{.Name}}')).split('\n');
  if (!networks.includes('kamal')) await docker(host, 'network', 'create', 'kamal');
  await docker(host, 'run', '--detach', '--name', 'kamal-proxy', '--network', 'kamal', target().proxy.image);
}

/** A route, as `kamal-proxy deploy` leaves it. */
export async function addRoute(host: TargetHost, name: string, id: string): Promise<void> {
  const state = '/home/kamal-proxy/.config/kamal-proxy/stand-in';
  const lines = String.raw`host *\ntarget ${id}:80\nstate running\n`;
  await docker(
    host,
    'exec',
    'kamal-proxy',
    'sh',
    '-c',
    `mkdir -p ${state} && printf '${lines}' >${state}/${name}`,
  );
}
