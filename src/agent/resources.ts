/** Every rule of the check and every cause of the diagnosis as a resource: the documents of `explain --json`. */
import type { Resource } from '@modelcontextprotocol/sdk/types.js';
import { CAUSES, explained } from '../kamal/diagnosis/causes.ts';
import { rules } from '../parity/rules.ts';

const SCHEME = 'kamal-1password://';
const TYPE = { mimeType: 'application/json' } as const;

export function resources(): Resource[] {
  return [
    ...Object.values(rules).map(({ id, title }) => ({
      uri: `${SCHEME}rules/${id}`,
      name: id,
      title: `Rule ${id}`,
      description: title,
      ...TYPE,
    })),
    ...CAUSES.map((id) => ({
      uri: `${SCHEME}causes/${id}`,
      name: id,
      title: `Cause ${id}`,
      description: explained(id).means,
      ...TYPE,
    })),
  ];
}

/** The id that a resource explains; null if there is no such resource. */
export function explainedBy(uri: string): string | null {
  return resources().find((each) => each.uri === uri)?.name ?? null;
}
