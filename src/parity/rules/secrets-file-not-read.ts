import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { SecretsReading } from '../model.ts';
import type { DestinationRule } from '../rule.ts';
import { list } from '../wording.ts';

export const secretsFileNotRead: DestinationRule = {
  id: 'secrets-file-not-read',
  scope: 'destination',
  severity: 'error',
  title: 'The missing secrets are in a file that Kamal does not read for this destination',
  why: `With \`-d staging\` Kamal reads \`.kamal/secrets-common\` and \`.kamal/secrets.staging\`, not
\`.kamal/secrets\`. It silently skips a file that does not exist: the deploy starts with no secrets and stops at the
first one it needs.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    destination: 'staging',
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}RAILS_MASTER_KEY=$RAILS_MASTER_KEY\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
      'config/deploy.staging.yml': 'servers:\n  - 192.0.2.20\n',
    },
    fixed: {
      '.kamal/secrets-common': `${REGISTRY_LINE}RAILS_MASTER_KEY=$RAILS_MASTER_KEY\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
      'config/deploy.staging.yml': 'servers:\n  - 192.0.2.20\n',
    },
  }),
  *check({ destination, lookup, notLoaded, secrets, writtenBy }) {
    // A job that writes the file which is read may copy it from the other one.
    if (writtenBy !== null) return;
    const missing = lookup.wanted().filter((name) => lookup.assignmentsOf(name).length === 0);
    if (missing.length === 0) return;
    const common = secrets.files[0]?.path ?? '.kamal/secrets-common';
    const own = secrets.files.at(-1)?.path ?? '.kamal/secrets';
    for (const reading of notLoaded) {
      const assigned = new Set(reading.assignments.map(({ name }) => name));
      const there = missing.filter((name) => assigned.has(name));
      const file = reading.files.find(({ source }) => source !== null);
      const first = reading.assignments.find(({ name }) => there.includes(name));
      if (there.length === 0 || file === undefined || first === undefined) continue;
      const deploy = kamalDeploy(destination);
      const ownExists = isThere(secrets.files.at(-1));
      yield {
        secret: null,
        span: first.nameSpan,
        message: `${deploy} does not read ${file.path}${ownExists ? '' : `, and ${own} does not exist`}: ${list(there)} ${there.length === 1 ? 'is' : 'are'} missing.`,
        related: lookup
          .appliedConsumersOf(there[0] ?? '')
          .slice(0, 1)
          .map(({ span, via }) => ({ message: `${via} needs it`, span })),
        fixes: [
          {
            actor: 'agent',
            title: `Move what all destinations share to ${common}, which Kamal reads for each of them${ownExists ? '' : `; or let \`kamal-1password init\` write ${own} for this one`}.`,
            edits: [],
          },
        ],
        covers: there.map((name) => ({ rule: 'secret-missing', secret: name })),
      };
      return;
    }
  },
};

function isThere(file: SecretsReading['files'][number] | undefined): boolean {
  return file !== undefined && file.source !== null;
}

function kamalDeploy(destination: string | null): string {
  return destination === null ? '`kamal deploy`' : `\`kamal deploy -d ${destination}\``;
}
