import { CRASHES, isCrash } from './explain-crashes.ts';
import type { Explanation, Particulars } from './explanation.ts';

/** What becomes of the version before, where the log shows a deploy. */
export const serves = ({ deploys }: Particulars): string =>
  deploys ? ' The previous version, if there is one, keeps serving.' : '';

const NEW = (about: Particulars): string => (about.deploys ? 'The new container' : 'The app');

/** The port that is asked, and those that are listened on, of `80 3000,9394`. */
function ports(subject: string | null): { asked: string; heard: string } {
  const [asked = '80', heard = ''] = (subject ?? '80').split(' ');
  const all = heard.split(',').filter((port) => port !== '');
  return { asked, heard: all.length === 0 ? 'another' : all.join(' and ') };
}

const QUEUE = /solid_(?<kind>queue|cache|cable)/;

/** A container that did not get healthy, by what its log or that of the proxy says of it. */
export const UNHEALTHY = {
  means: (about) => `${meaning(about)}${serves(about)}`,
  next: steps,
} satisfies Explanation;

function meaning(about: Particulars): string {
  const { secret, subject, variant } = about;
  const what = subject === null ? null : `\`${subject}\``;
  if (isCrash(variant)) return CRASHES[variant].means(what);
  switch (variant) {
    case 'read-only':
      return 'The app is not allowed to write to its database or its disk.';
    case 'backend':
      return `The app could not reach ${what ?? 'its database, or something else that it needs'}.`;
    case 'socket':
      return `The app looks for its database in its own container (socket ${what ?? 'of the database'}): it was given no host name, or \`localhost\`.`;
    case 'no-database':
      return `The database server has no database ${what ?? 'of that name'}.`;
    case 'not-let-in':
      return 'The database server does not let the app in: it does not allow this address or this user, or it requires or forbids TLS.';
    case 'migration': {
      const kind = QUEUE.exec(subject ?? '')?.groups?.['kind'];
      if (kind !== undefined)
        return `The database that the app uses for \`${kind}\` has no tables; most likely another one was migrated.`;
      return "The app's database is not migrated, or two migrations ran at the same time.";
    }
    case 'port':
      return 'The port that the app listens on is already in use in its container.';
    case 'host':
      return 'The app rejects the health check: it does not allow the host name of the request.';
    case 'error':
      return about.deploys
        ? 'The new container exited or stayed unhealthy; its log shows an error.'
        : "This is the app's log, and it shows an error.";
    case 'app-port': {
      const { asked, heard } = ports(subject);
      return `\`kamal-proxy\` asks port ${asked} of the container, but the log says that the app listens on ${heard}.`;
    }
    case 'loopback':
      return `The app listens on port ${subject ?? 'that the proxy asks'} of 127.0.0.1, which only the container itself can reach.`;
    case 'path':
      return `The app has nothing at the path of the health check${what === null ? '' : ` (${what})`}: it answers 404.`;
    case 'redirect':
      return 'The app answers the health check, which comes as plain HTTP, with a redirect, most likely to https.';
    case 'answer':
      return `The app answers the health check with an error${subject === null ? '' : ` (${subject})`}.`;
    case 'preparing':
      return 'The last thing that the app logged is that it prepares its database; it was not serving yet.';
    case 'vanished':
      return 'The container was no longer there a moment after it had been started: something removed it, such as another deploy, a clean-up, or `kamal app remove`.';
    case 'dns':
      return `\`kamal-proxy\` asked the name server ${subject ?? 'of the machine'} where the container is, not Docker's own (127.0.0.11), which alone knows it.`;
    case 'gone':
      return '`kamal-proxy` no longer finds the container: it has exited.';
    case 'refused':
      return `Nothing listened on port ${subject ?? 'that the proxy asks'} of the container while kamal-proxy asked: the app is slow to start, has exited, or listens on another port.`;
    case 'slow':
      return 'The app received the health check and did not answer it in time.';
    case 'behind':
      return `Thruster is up, but the server that it passes requests on to (port ${subject ?? '3000'}) did not listen at that time: it is slow to start, has exited, or listens on another port.`;
    case null:
    default:
      return secret === null
        ? `${NEW(about)} did not answer its health check in time, or exited.`
        : `${NEW(about)} exited or stayed unhealthy; its log mentions \`${secret}\`.`;
  }
}

const READ_LOG = 'Read the log of the container (`kamal app logs`)';

function steps({ secret, subject, variant }: Particulars): { agent?: string[]; human?: string[] } {
  if (isCrash(variant))
    return { agent: [CRASHES[variant].agent(subject === null ? null : `\`${subject}\``)] };
  switch (variant) {
    case 'read-only':
      return {
        human: [
          'Give the volume to the user that runs in the container (`chown` on the server), or connect to the primary database.',
        ],
      };
    case 'backend':
      return {
        agent: [
          'Check the host name of the database or service: an accessory is reached as `<service>-<accessory>`, not `localhost`; and check that it is booted (`kamal accessory details all`).',
        ],
      };
    case 'socket':
      return {
        agent: [
          'Give the app the host of its database: `DATABASE_URL` or `DB_HOST` under `env:` in config/deploy.yml (an accessory is reached as `<service>-<accessory>`), and read it in config/database.yml (`host: <%= ENV["DB_HOST"] %>`).',
        ],
      };
    case 'no-database':
      return {
        agent: [
          'Create it (`bin/rails db:prepare` in the entrypoint, or on the server), or correct the name in DATABASE_URL or config/database.yml; POSTGRES_DB and MYSQL_DATABASE of an accessory count only at its first start with an empty directory.',
        ],
      };
    case 'not-let-in':
      return {
        agent: [
          'Set `sslmode` in DATABASE_URL as the server requires; for a database of your own, allow the network of the containers (`pg_hba.conf`, or the host of the MySQL user).',
        ],
      };
    case 'migration':
      return {
        agent: QUEUE.test(subject ?? '')
          ? [
              'Give that entry of config/database.yml its own database: DATABASE_URL, or a `url:` of the entry, overrides its `database:`, so that `db:prepare` finds the primary one; or load its schema into the primary one.',
            ]
          : [
              'Migrate in one place before the containers boot: `bin/docker-entrypoint`, or a `pre-deploy` hook with `kamal app exec`; if that already runs, check that it and the app use the same database.',
            ],
      };
    case 'port':
      return { agent: ['Start one server in the container, and let it listen on `proxy.app_port`.'] };
    case 'host':
      return {
        agent: [
          'Let the app allow the host of the health check: `config.host_authorization` excluding `/up` (Rails), ALLOWED_HOSTS (Django).',
        ],
      };
    case 'error':
      return { agent: ["Fix what the container's log names; `kamal app logs` shows all of it."] };
    case 'app-port': {
      const { heard } = ports(subject);
      return {
        agent: [
          `Set \`proxy.app_port\` in config/deploy.yml to the port that serves${/^\d+$/.test(heard) ? `: \`app_port: ${heard}\`` : ''}, or make the app listen on the port that kamal-proxy asks (\`PORT\`).`,
        ],
      };
    }
    case 'loopback':
      return {
        agent: ['Let the app listen on 0.0.0.0: `-b 0.0.0.0`, `--host 0.0.0.0`, `HOSTNAME=0.0.0.0`.'],
      };
    case 'path':
      return {
        agent: [
          'Set `proxy.healthcheck.path` in config/deploy.yml to a path that answers 200, or add the route (`/up`).',
        ],
      };
    case 'redirect':
      return {
        agent: [
          'Exclude the path of the health check from the redirect: `config.ssl_options = { redirect: { exclude: ->(request) { request.path == "/up" } } }` or `config.assume_ssl` (Rails), SECURE_REDIRECT_EXEMPT (Django).',
        ],
      };
    case 'preparing':
      return {
        agent: [
          'Deploy again: a first boot takes longest. If it happens again, raise `deploy_timeout` in config/deploy.yml (30 seconds if it is not set), or migrate before the deploy.',
        ],
      };
    case 'vanished':
      return {
        human: [
          'Run it again while no other deploy runs; `docker events --since 1h --until 0s` on the server shows when it was removed.',
        ],
      };
    case 'dns':
      return {
        human: [
          'See `docker exec kamal-proxy cat /etc/resolv.conf` on the server: Docker before 26 adds the IPv6 name servers of the machine there. Update Docker (or remove these from the machine), then `kamal proxy reboot`.',
        ],
      };
    case 'gone':
      return { agent: [`${READ_LOG}: its last lines say why it exited.`] };
    case 'answer':
      return { agent: [`${READ_LOG}: it shows what failed within that request.`] };
    case 'refused':
    case 'slow':
    case 'behind':
      return {
        agent: [
          `${READ_LOG}: if it exited, its last lines say why; if it names another port, set \`proxy.app_port\`; if it was still starting, raise \`deploy_timeout\`.`,
        ],
      };
    case null:
    default:
      return {
        agent: [
          secret === null
            ? `${READ_LOG}; check \`proxy.app_port\`, \`proxy.healthcheck.path\` and \`deploy_timeout\`; a role that serves no HTTP (a worker) needs \`proxy: false\`.`
            : `Check \`${secret}\` under \`env:\` in config/deploy.yml (as a secret: also in the secrets file).`,
        ],
      };
  }
}
