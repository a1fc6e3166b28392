/** Phrases that several rules share, so that the same thing is always called the same. */
import type { Lookup } from './lookup.ts';
import type { Consumer, DeployError, FetchCommand } from './model.ts';

/** “A”, “A and B”, “A, B and C”; beyond `most` the rest is counted. */
export function list(words: readonly string[], most = 6): string {
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : words;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

/** What happens at a deploy when a consumer's secret is not there (Kamal 2.12.0, seen by running it). */
export function stopsWhere(consumer: Consumer): string {
  if (consumer.where === 'registry')
    return '`kamal deploy` stops immediately: it cannot log in to the registry.';
  if (consumer.where === 'builder') return '`kamal deploy` stops when it builds the image.';
  if (consumer.where.startsWith('accessory')) return '`kamal accessory boot` stops on the host.';
  return '`kamal deploy` stops only after it has built and pushed the image.';
}

/** “.kamal/secrets does not assign it”, for one file, several, or none that exists. */
export function noAssignment(lookup: Lookup): string {
  const loaded = lookup.loadedFiles();
  if (loaded.length === 1) return `${loaded[0] ?? ''} does not assign it`;
  if (loaded.length > 1) return `neither ${loaded.join(' nor ')} assigns it`;
  return `there is no secrets file (Kamal looks for ${list(lookup.triedFiles())})`;
}

/** The item that a fetch reads, as a person finds it in 1Password; null if the file does not say. */
export function itemOf(
  fetch: FetchCommand,
  name: string,
): { vault: string; item: string; field: string } | null {
  const word = fetch.from === null ? name : `${fetch.from.value}/${name}`;
  const [vault, item, ...field] = word.replace(/^op:\/\//, '').split('/');
  if (vault === undefined || item === undefined || vault === '' || item === '') return null;
  return { vault, item, field: field.length === 0 ? 'password' : field.join('/') };
}

/** The sentence that says what a person creates in 1Password. */
export function createField(fetch: FetchCommand, name: string): string {
  const item = itemOf(fetch, name);
  if (fetch.adapter?.name.toLowerCase() !== '1password' || item === null || fetch.unknownWords) {
    return `Create \`${name}\` in the vault that this fetch reads, with exactly this name.`;
  }
  return fillField(item.vault, item.item, item.field);
}

/** The step of a person who creates or fills a field; vault, item and field by their names in 1Password. */
export function fillField(vault: string, item: string, field: string): string {
  return `In 1Password, vault “${vault}”, item “${item}”: make sure that a field named exactly \`${field}\` exists and is not empty.`;
}

/** What to do by hand where no edit assigns a secret. */
export function assignByHand(name: string, lookup: Lookup): string {
  const file = lookup.loadedFiles().at(-1);
  return file === undefined
    ? `Assign ${name} in ${lookup.triedFiles().at(-1) ?? '.kamal/secrets'}, which does not exist yet: \`kamal-1password init\` writes it.`
    : `Assign ${name} in ${file}.`;
}

/** Whether Kamal's error is that there is no deploy file (Kamal 2.12.0, lib/kamal/configuration.rb, load_config_file). */
export function isFileMissing({ message }: Pick<DeployError, 'message'>): boolean {
  return message.startsWith('Configuration file not found in ');
}
