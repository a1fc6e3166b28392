/** Small projects for the rules' examples: what Kamal needs to load them, and the part that the rule is about. */

/** A `config/deploy.yml` whose registry asks for `KAMAL_REGISTRY_PASSWORD`, with the root keys given after it. */
export function deployFile(...rest: readonly string[]): string {
  return `service: shop
image: acme/shop
servers:
  - 192.0.2.10
registry:
  username: acme
  password:
    - KAMAL_REGISTRY_PASSWORD
builder:
  arch: amd64
${rest.join('')}`;
}

/** `env.secret` with the names given. */
export function envSecret(...names: readonly string[]): string {
  return `env:\n  secret:\n${names.map((name) => `    - ${name}\n`).join('')}`;
}

/** The fetch line of the examples. */
export function fetchLine(...names: readonly string[]): string {
  return `SECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com --from Shop/Production ${names.join(' ')})\n`;
}

/** One extract line per name. */
export function extractLines(...names: readonly string[]): string {
  return names.map((name) => `${name}=$(kamal secrets extract ${name} \${SECRETS})\n`).join('');
}

/** A line that passes the registry password on from the environment, for examples about something else. */
export const REGISTRY_LINE = 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\n';
