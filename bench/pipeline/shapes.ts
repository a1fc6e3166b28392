import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECRETS, VAULT, type Stage } from '../../test/harness/e2e/stage.ts';
import type { App } from '../../test/harness/target/app.ts';

/** Projects that ask 1Password for more or less: so many fetch lines, or one line over 18 items. */
export const SHAPES = ['1 line', '3 lines', '6 lines', '18 items'] as const;
export type Shape = (typeof SHAPES)[number];

/** A project of a shape, and what it fetches. */
export interface Shaped {
  readonly app: App;
  /** Fields and their values, by item. */
  readonly items: Items;
  /** The same for {@link slowOp}. */
  readonly fields: string;
}

type Items = ReadonlyMap<string, Readonly<Record<string, string>>>;

const ACCOUNT = '127.0.0.1';
const REGISTRY = 'KAMAL_REGISTRY_PASSWORD';

/** What is fetched, by item: the app's own secrets in the first, one more in each of the others. */
function itemsOf(stage: Stage, shape: Shape): Items {
  const items = Number.parseInt(shape, 10);
  const first = { [REGISTRY]: stage.target.registry.password, ...SECRETS };
  const others = Array.from({ length: items - 1 }, (_, index): [string, Record<string, string>] => [
    `Item${index + 1}`,
    { [`SECRET_${index + 1}`]: `value-of-item-${index + 1}-7f3a` },
  ]);
  return new Map([['Production', first], ...others]);
}

/** Puts what any shape fetches into the vault. */
export function fillVault(stage: Stage): void {
  for (const [title, fields] of itemsOf(stage, '18 items'))
    if (title !== 'Production') stage.service.vault(VAULT).addItem({ title, fields });
}

/** Writes the project, which fetches from the vault that {@link fillVault} has filled. */
export async function shapeOf(stage: Stage, shape: Shape): Promise<Shaped> {
  const items = itemsOf(stage, shape);
  const fields = join(stage.root, `fields-${shape}`);
  for (const [title, values] of items) {
    const directory = join(fields, VAULT, title);
    mkdirSync(directory, { recursive: true });
    for (const [label, value] of Object.entries(values)) {
      const reference = `op://${VAULT}/${title}/${label}`;
      const shown = { id: label, type: 'CONCEALED', label, value, reference };
      writeFileSync(join(directory, label), JSON.stringify(shown));
    }
  }
  const names = [...items.values()].flatMap((values) => Object.keys(values));
  const secrets = names.filter((name) => name !== REGISTRY);
  return { app: await stage.app({ secrets, secretsFile: secretsFile(items, shape) }), items, fields };
}

function secretsFile(items: Items, shape: Shape): string {
  const fetch = `kamal secrets fetch --adapter 1password --account ${ACCOUNT} --from ${VAULT}`;
  const entries = [...items].map(([item, values]) => [item, Object.keys(values)] as const);
  if (shape === '18 items') {
    const asked = entries.flatMap(([item, names]) => names.map((name) => `${item}/${name}`));
    const names = entries.flatMap(([, own]) => own);
    return [
      `SECRETS=$(${fetch} ${asked.join(' ')})`,
      ...names.map((name) => `${name}=$(kamal secrets extract ${name} $SECRETS)`),
      '',
    ].join('\n');
  }
  const lines = entries.flatMap(([item, names], index) => [
    `SECRETS_${index}=$(${fetch}/${item} ${names.join(' ')})`,
    ...names.map((name) => `${name}=$(kamal secrets extract ${name} $SECRETS_${index})`),
  ]);
  return [...lines, ''].join('\n');
}
