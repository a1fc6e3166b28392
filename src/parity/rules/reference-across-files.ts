import { readsNothing } from '../blind-extract.ts';
import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';

export const referenceAcrossFiles: DestinationRule = {
  id: 'reference-across-files',
  scope: 'destination',
  severity: 'warning',
  title: 'A secrets file uses a name that only another secrets file assigns',
  why: `Each secrets file is read on its own: \`secrets.staging\` cannot see the names in \`secrets-common\`. Kamal
looks for the name in the environment, and it is blank if it is not there.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    destination: 'staging',
    failing: {
      '.kamal/secrets-common': `${REGISTRY_LINE}DB_PASSWORD=$(op read op://Shop/Staging/DB_PASSWORD)\n`,
      '.kamal/secrets.staging': 'DATABASE_URL=postgres://shop:${DB_PASSWORD}@db/shop\n',
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
      'config/deploy.staging.yml': 'servers:\n  - 192.0.2.20\n',
    },
    fixed: {
      '.kamal/secrets-common': REGISTRY_LINE,
      '.kamal/secrets.staging':
        'DB_PASSWORD=$(op read op://Shop/Staging/DB_PASSWORD)\nDATABASE_URL=postgres://shop:${DB_PASSWORD}@db/shop\n',
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
      'config/deploy.staging.yml': 'servers:\n  - 192.0.2.20\n',
    },
  }),
  *check(context) {
    const { secrets, lookup } = context;
    const blind = new Map(
      [...readsNothing(context)]
        .filter(({ acrossFiles }) => acrossFiles)
        .map((each) => [each.reference, each]),
    );
    for (const [index, assignment] of secrets.assignments.entries()) {
      for (const reference of assignment.references) {
        if (reference.to !== null) continue;
        const elsewhere = lookup
          .assignmentsOf(reference.name)
          .flatMap((at) => lookup.assignment(at) ?? [])
          .find(
            ({ span, references }) =>
              span.file !== assignment.span.file &&
              !references.some(({ name, to }) => name === reference.name && to === null),
          );
        if (elsewhere === undefined) continue;
        const breaks = blind.has(reference);
        yield {
          secret: assignment.name,
          span: reference.span,
          severity: breaks ? 'error' : 'warning',
          message: `$${reference.name} is assigned in ${elsewhere.span.file}, which this file cannot see: Kamal looks for it in the environment${breaks ? ', extract fails, and every secret of this deploy fails' : ', and it is blank if it is not there'}.`,
          related: [{ message: 'assigned here, in another file', span: elsewhere.nameSpan }],
          covers: breaks ? lookup.errorsOf(index) : [],
          fixes: [
            {
              actor: 'agent',
              title: `Assign ${reference.name} in ${assignment.span.file} too, above this line.`,
              edits: [],
            },
          ],
        };
      }
    }
  },
};
