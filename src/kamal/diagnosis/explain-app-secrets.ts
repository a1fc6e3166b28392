import { serves } from './explain-unhealthy.ts';
import type { Explanation, Particulars } from './explanation.ts';

/** The variable that an application means, if it does not name it and there is only one. */
const VARIABLES: Readonly<Record<string, string>> = {
  'secret-key-base': 'SECRET_KEY_BASE',
  'rails-master-key': 'RAILS_MASTER_KEY',
  laravel: 'APP_KEY',
  django: 'SECRET_KEY',
  'auth-js': 'AUTH_SECRET',
  postgres: 'POSTGRES_PASSWORD',
  mysql: 'MYSQL_ROOT_PASSWORD',
};

/** The variable that a sentence of this variant is about; null if the sentence names it, or if the app chooses it. */
export const variableOf = (variant: string | null): string | null => VARIABLES[variant ?? ''] ?? null;

function named(about: Particulars): string {
  const { secret: name } = about;
  if (name !== null) return `\`${name}\``;
  return about.variant === 'key' ? 'a key that it needs' : 'a secret';
}

/** Where the missing variable has to be written. */
function addition(about: Particulars): string {
  const { secret: name } = about;
  switch (about.variant) {
    case 'postgres':
    case 'mysql':
      return `Add ${named(about)} to \`env.secret\` of the accessory in config/deploy.yml and a line for it to the secrets file.`;
    case 'credential':
      return `Set ${named(about)} in the credentials of the app, or the variable that they read.`;
    case 'setting':
      return `Find the variable that the app's configuration reads ${named(about)} from, and add it to \`env.secret\` in config/deploy.yml and to the secrets file (\`kamal-1password add NAME\` does both).`;
    case 'secret-key-base':
      return 'If the app keeps it in config/credentials.yml.enc, it is `RAILS_MASTER_KEY` that is missing: add that to `env.secret` in config/deploy.yml and to the secrets file (`kamal-1password add RAILS_MASTER_KEY` does both); otherwise add `SECRET_KEY_BASE`.';
    default:
      if (about.isListed === true)
        return `Check ${named(about)} with \`kamal-1password check --live\`: config/deploy.yml lists it, so what is missing is its value.`;
      return name === null
        ? 'Find the variable that the app reads it from, and add it to `env.secret` in config/deploy.yml and to the secrets file (`kamal-1password add NAME` does both).'
        : `Add ${named(about)} to \`env.secret\` in config/deploy.yml and a line for it to the secrets file (\`kamal-1password add ${name}\` does both).`;
  }
}

/** Whether the sentence names the variable, so that 1Password can have a field of that name. */
const isVariable = ({ secret, variant }: Particulars): boolean =>
  variant !== 'setting' && variant !== 'credential' && secret !== null;

function fieldWithValue(about: Particulars): string {
  if (about.variant === 'secret-key-base')
    return 'Check that the field in 1Password (`RAILS_MASTER_KEY` or `SECRET_KEY_BASE`) has a value.';
  return isVariable(about)
    ? `Check that 1Password has a field ${named(about)} with a value.`
    : 'Check that its field in 1Password has a value.';
}

function wrongMeans(about: Particulars): string {
  const { secret, subject, variant } = about;
  switch (variant) {
    case 'database':
      return `The database rejected the app's user name or password${subject === null ? '' : ` (user \`${subject}\`)`}.`;
    case 'broker':
      return "The message broker rejected the app's user name or password.";
    case 'rails-master-key':
      return "RAILS_MASTER_KEY does not match the app's credentials file: it is another key, or the file belongs to another environment.";
    case 'url':
      return 'The app cannot read the address of its database or service: it is empty, incomplete, or a password in it has characters that an address must escape.';
    case 'url-host':
      return 'The app cannot read the address of its database or service: the host name in it has an underscore, or is missing.';
    case 'jdbc':
      return 'The app cannot read the address of its database: Java wants it to begin with `jdbc:`, with the user name and password apart from it.';
    case 'key':
      return 'The app rejects a key that it was given: the key has the wrong form or length, or has lost its line breaks.';
    case 'redis':
      return 'Redis rejected the password that the app sent, or the app sent none.';
    default:
      return secret === null
        ? 'A service rejected a key that the app sent.'
        : `The app gets ${named(about)}, but does not accept its value.`;
  }
}

function wrongStep(about: Particulars): string {
  switch (about.variant) {
    case 'database':
      return 'Compare the password in 1Password with that of the database; a database keeps the password that it was first started with.';
    case 'broker':
      return 'Compare the password in 1Password with that of the broker; it keeps the password that it was first started with.';
    case 'redis':
      return 'Compare the password in 1Password (usually part of `REDIS_URL`) with that of Redis.';
    case 'url':
      return 'Correct the address in 1Password (usually `DATABASE_URL`): `scheme://user:password@host:port/name`, where `@`, `:`, `/`, `#` and `%` of the password are written as `%40`, `%3A`, `%2F`, `%23` and `%25`.';
    case 'url-host':
      return 'Correct the address in 1Password (usually `DATABASE_URL`). An accessory is reached as `<service>-<accessory>`: a `service` with an underscore gives a name that Ruby does not accept, so write it with hyphens.';
    case 'jdbc':
      return 'Correct the address in 1Password: `jdbc:postgresql://host:port/name`, and give user name and password as variables of their own.';
    case 'key':
      return 'Save the key in 1Password again, whole and in the form that the line below requires; a key of several lines needs its line breaks.';
    default:
      return about.secret === null
        ? 'Renew the key, and save it in 1Password without a trailing space or line break.'
        : `Correct the value of ${named(about)} in 1Password, without a trailing space or line break.`;
  }
}

/** A secret that the app in the container does not get, or does not accept. */
export const APP_SECRETS = {
  'app-secret-missing': {
    means: (about) => {
      const app = `The app${about.deploys ? ' in the new container' : ''} exited because`;
      if (about.variant === 'secret-key-base')
        return `${app} \`SECRET_KEY_BASE\` is not set, and it has no credentials that it can decrypt (\`RAILS_MASTER_KEY\`).${serves(about)}`;
      return `${app} ${named(about)} is not set.${serves(about)}`;
    },
    next: (about) => ({ agent: [addition(about)], human: [fieldWithValue(about)] }),
  },
  'app-secret-wrong': {
    means: (about) => `${wrongMeans(about)}${serves(about)}`,
    next: (about) => ({ human: [wrongStep(about)] }),
  },
} satisfies Record<string, Explanation>;
