/** A vault as the service keeps it: sealed item records under the vault's own key. */

import { newId, SymmetricKey, type Envelope } from './crypto.ts';
import { categoryOfTemplate, TEMPLATES, type Category } from './categories.ts';
import {
  detailsOf,
  dropField,
  overviewOf,
  putField,
  type Details,
  type FieldInput,
  type ItemInput,
  type Overview,
} from './items.ts';

/** An item on the wire; only its key holder can read the two sealed halves. */
export interface ItemRecord {
  uuid: string;
  templateUuid: string;
  /** N: active, Y: archived, D: deleted. */
  trashed: 'N' | 'Y' | 'D';
  createdAt: string;
  updatedAt: string;
  itemVersion: number;
  encryptedBy: string;
  encOverview: Envelope;
  encDetails: Envelope;
  faveIndex?: number;
  changerUuid?: string;
}

/** One vault as a test writes it. */
export interface VaultInput {
  readonly title: string;
  readonly description?: string;
  readonly items?: readonly ItemInput[];
  readonly id?: string;
}

/** One 1Password Environment as a test writes it. */
export interface EnvironmentInput {
  readonly title: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Names whose value is shown openly; the others are hidden. */
  readonly visible?: readonly string[];
  readonly id?: string;
}

/** U: made by a user; D: an Environment, which is a vault with one item whose fields are the variables. */
export type VaultType = 'U' | 'D';

/** Who last changed an item; the SDK requires one and does not read it. */
const CHANGER = newId().toUpperCase();

const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

export class Vault {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly type: VaultType;
  readonly key = new SymmetricKey();
  readonly items: ItemRecord[] = [];
  contentVersion = 1;

  constructor(input: VaultInput, type: VaultType = 'U') {
    this.id = input.id ?? newId();
    this.title = input.title;
    this.description = input.description ?? '';
    this.type = type;
    for (const item of input.items ?? []) this.addItem(item);
  }

  static ofEnvironment({ title, variables, visible = [], id = newId() }: EnvironmentInput): Vault {
    const fields = Object.entries(variables).map(([label, value]): FieldInput => ({
      label,
      value,
      type: visible.includes(label) ? 'Text' : 'Concealed',
    }));
    return new Vault({ id, title, items: [{ title, category: 'SecureNote', fields }] }, 'D');
  }

  /** Adds an item; two of one title are allowed, as in 1Password. Returns its id. */
  addItem(item: ItemInput): string {
    const uuid = item.id ?? newId();
    this.store({
      uuid,
      templateUuid: TEMPLATES[item.category ?? 'Login'],
      trashed: item.archived === true ? 'Y' : 'N',
      createdAt: now(),
      updatedAt: now(),
      itemVersion: 0,
      encryptedBy: this.key.kid,
      encOverview: this.key.seal(overviewOf(item)),
      encDetails: this.key.seal(detailsOf(item)),
    });
    return uuid;
  }

  /** Inserts or replaces a sealed record, the way `PATCH …/items` does. */
  store(incoming: ItemRecord): ItemRecord {
    const record = { faveIndex: 0, changerUuid: CHANGER, ...incoming, itemVersion: incoming.itemVersion + 1 };
    const at = this.items.findIndex((item) => item.uuid === record.uuid);
    this.items.splice(at < 0 ? this.items.length : at, at < 0 ? 0 : 1, record);
    this.contentVersion += 1;
    return record;
  }

  /** The first item of that title or id; throws if there is none. */
  find(item: string): ItemRecord {
    const titleOf = (record: ItemRecord): string => (this.key.open(record.encOverview) as Overview).title;
    const found =
      this.items.find((record) => record.uuid === item) ?? this.items.find((r) => titleOf(r) === item);
    if (!found) throw new Error(`no item "${item}" in the vault "${this.title}"`);
    return found;
  }

  removeItem(item: string): void {
    this.items.splice(this.items.indexOf(this.find(item)), 1);
    this.contentVersion += 1;
  }

  /** Archives the item, which hides it from lists, or restores it. */
  archive(item: string, archived: boolean): void {
    const record = this.find(item);
    this.store({ ...record, trashed: archived ? 'Y' : 'N', updatedAt: now() });
  }

  setField(item: string, field: FieldInput): void {
    this.#edit(item, (details, category) => putField(details, category, field));
  }

  removeField(item: string, label: string, section?: string): void {
    this.#edit(item, (details) => {
      if (!dropField(details, label, section)) throw new Error(`no field "${label}" in the item "${item}"`);
    });
  }

  #edit(item: string, change: (details: Details, category: Category) => void): void {
    const record = this.find(item);
    const details = this.key.open(record.encDetails) as Details;
    change(details, categoryOfTemplate(record.templateUuid));
    this.store({ ...record, encDetails: this.key.seal(details), updatedAt: now() });
  }
}
