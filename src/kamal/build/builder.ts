/**
 * What `builder:` of the deploy file needs on this machine, checked before Kamal uses it: Kamal needs Docker's client
 * and buildx always, an engine here for every build that is not wholly on another machine (Kamal 2.12.0,
 * lib/kamal/cli/build.rb and lib/kamal/commands/builder.rb).
 */
import { Failure } from '../../base/failure.ts';
import type { Deployment } from '../../parity/model.ts';
import { buildxVersion, dockerState, type DockerState } from './docker.ts';
import type { SubprocessOptions } from '../run/subprocess.ts';

type Builder = Deployment['builder'];

/**
 * Where the image is built, by the architectures asked for (`Kamal::Configuration::Builder#local?` and `#remote?`). If
 * only ERB knows them, nothing counts as needed.
 */
export function buildPlaces(
  { remote, local, arches }: Builder,
  processor: string = process.arch,
): { readonly here: boolean; readonly there: boolean } {
  if (remote === null) return { here: true, there: false };
  if (arches === null) return { here: false, there: false };
  const own = processor === 'x64' ? 'amd64' : processor;
  const there = arches.some((arch) => !local || arch !== own);
  return { here: !there || (local && arches.includes(own)), there };
}

/** The account on another machine that builds over SSH; null if none does. */
export function remoteBuilder(builder: Builder): { user: string | null; host: string; port: number } | null {
  if (builder.remote === null || !buildPlaces(builder).there || !URL.canParse(builder.remote)) return null;
  const { protocol, username, hostname, port } = new URL(builder.remote);
  if (protocol !== 'ssh:') return null;
  const user = username === '' ? null : decodeURIComponent(username);
  return { user, host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? 22 : Number(port) };
}

/** What a build has on this machine. */
export interface BuilderLook {
  /** The first thing that it lacks; null if nothing does. */
  readonly fault: Failure | null;
  /** Version of the engine; null if none answered. */
  readonly docker: string | null;
  /** Version of buildx, empty if it names none, or null if there is none. */
  readonly buildx: string | null;
}

/**
 * What a build on this machine has and lacks.
 * @returns with a Failure `docker-missing`, `docker-unavailable` or `builder-unavailable`, the causes that Kamal would end with
 */
export async function examineBuilder(builder: Builder, options: SubprocessOptions): Promise<BuilderLook> {
  const [docker, buildx] = await Promise.all([dockerState(options), buildxVersion(options)]);
  return {
    fault: faultOf(builder, docker, buildx),
    docker: docker.kind === 'ready' ? docker.version : null,
    buildx,
  };
}

function faultOf(builder: Builder, docker: DockerState, buildx: string | null): Failure | null {
  if (docker.kind === 'absent') return dockerFault(docker);
  if (buildx === null) {
    return new Failure(
      'builder-unavailable',
      'The image cannot be built: Docker has no buildx plugin here, and Kamal needs it.',
      {
        human: ['On a runner of your own, install the buildx plugin (`docker-buildx-plugin`).'],
        agent: ['Add a step with `docker/setup-buildx-action` before this one.'],
      },
    );
  }
  const needsEngine = buildPlaces(builder).here && !(builder.driver ?? '').startsWith('cloud');
  return needsEngine ? dockerFault(docker) : null;
}

function dockerFault({ kind }: DockerState): Failure | null {
  const elsewhere = 'build the image elsewhere (`builder.remote` with `builder.local: false`)';
  switch (kind) {
    case 'ready':
      return null;
    case 'absent':
      return new Failure('docker-missing', 'The image cannot be built: `docker` is not on PATH.', {
        human: ['On a runner of your own, install Docker with its buildx plugin.'],
        agent: ['Run the job on a runner with Docker, such as `runs-on: ubuntu-latest`.'],
      });
    case 'denied':
      return new Failure(
        'docker-unavailable',
        'The image cannot be built: this user has no access to Docker on this machine.',
        { human: ['Add the user to the group `docker`, and restart the runner.'] },
      );
    case 'silent':
      return new Failure(
        'docker-unavailable',
        'The image cannot be built: Docker is installed here, but it is not running.',
        {
          human: ['Start Docker on the runner.'],
          agent: [`In a job that runs in a container, mount \`/var/run/docker.sock\`; or ${elsewhere}.`],
        },
      );
  }
}
