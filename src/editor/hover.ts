/** The text about a name under the pointer: the other places, each destination, and 1Password if it is asked. */
import { type Hover, MarkupKind } from 'vscode-languageserver/node';
import type { Span } from '../parity/model.ts';
import type { SecretRow } from '../parity/report/report.ts';
import { suppressionsOf } from '../parity/suppression.ts';
import type { ProjectReadings } from '../parity/rule.ts';
import { rules } from '../parity/rules.ts';
import type { VaultReply } from '../parity/vault/reading.ts';
import { list } from '../parity/wording.ts';
import { code, plain } from '../report/parts/markdown-text.ts';
import { ruleAddress } from '../report/parts/rule-address.ts';
import { Places } from './diagnostics.ts';
import type { Documents, OpenDocument } from './documents.ts';
import { nameAt, namePlaces } from './names.ts';
import type { EditorProject } from './project.ts';

/** What 1Password answered for a project, names only; null if no one asked it, or the files have changed since. */
export type VaultAnswers = (project: EditorProject) => Promise<readonly ProjectReadings[] | null>;

const STATES: Readonly<Record<SecretRow['state'], string>> = {
  ok: 'is assigned and used',
  missing: 'is **missing**: it is used, but not assigned anywhere',
  empty: 'is **empty**',
  unused: 'is assigned, but not used',
  internal: 'is used only by other lines of the secrets file',
  unknown: 'may be used: only a run can tell',
};

interface HoverSources {
  readonly documents: Documents;
  readonly ask: VaultAnswers;
}

export async function hoverAt(
  project: EditorProject,
  document: OpenDocument,
  offset: number,
  { documents, ask }: HoverSources,
): Promise<Hover | null> {
  const file = project.knownAs(document.path);
  const comment = suppressionsOf({ path: file, text: document.text.text, bom: 0 }).find(
    ({ ruleSpan }) => ruleSpan.start <= offset && offset <= ruleSpan.end,
  );
  const rule = Object.values(rules).find(({ id }) => id === comment?.rule);
  if (rule !== undefined && comment !== undefined)
    return {
      contents: {
        kind: MarkupKind.Markdown,
        value: `**${rule.title}**\n\n${rule.why.trim()}\n\n[${rule.id}](${ruleAddress(rule.id)})`,
      },
      range: document.text.range(comment.ruleSpan.start, comment.ruleSpan.end),
    };
  const found = nameAt(namePlaces(project), file, offset);
  if (found === null) return null;
  const places = new Places(project, documents);
  const answers = await ask(project);
  const parts = project.state().readings.flatMap(({ report }, reading) =>
    report.destinations.flatMap(({ destination, secrets }, index) => {
      const row = secrets.find(({ name }) => name === found.name);
      if (row === undefined) return [];
      const replies = answers?.[reading]?.destinations[index]?.vault?.answers ?? null;
      const asked =
        replies === null
          ? null
          : replies.filter(({ span }) => row.fetched.some((each) => isSame(each, span)));
      return [rowText(row, destination, places, asked?.map(({ reply }) => reply) ?? null)];
    }),
  );
  if (parts.length === 0) return null;
  return {
    contents: { kind: MarkupKind.Markdown, value: [`**${code(found.name)}**`, ...parts].join('\n\n') },
    range: document.text.range(found.span.start, found.span.end),
  };
}

function rowText(
  { state, fetched, extracted, assigned, consumed }: SecretRow,
  destination: string | null,
  places: Places,
  replies: readonly VaultReply[] | null,
): string {
  const where = (spans: readonly Span[]): string =>
    list(
      spans.map((span) => link(span, places)),
      6,
    );
  const asked = consumed.filter(({ applied }) => applied);
  const lines = [
    ...(fetched.length === 0 ? [] : [`- fetched: ${where(fetched)}`]),
    ...(extracted.length === 0 ? [] : [`- extracted: ${where(extracted)}`]),
    ...(assigned.length === 0 ? [] : [`- assigned: ${where(assigned)}`]),
    ...(asked.length === 0
      ? []
      : [
          `- asked for: ${list(
            asked.map(({ span, via }) => `${code(via)} (${link(span, places)})`),
            6,
          )}`,
        ]),
    ...(replies ?? []).map((reply) => `- 1Password: ${inVault(reply)}`),
  ];
  const which = destination === null ? 'Without a destination it' : `In ${code(destination)} it`;
  return `${which} ${STATES[state]}.\n\n${lines.join('\n')}`;
}

function link(span: Span, places: Places): string {
  const line = places.text(span.file).position(span.start).line + 1;
  return `[${code(`${span.file}:${line}`)}](<${places.uri(span.file).replaceAll(/[<>\s]/g, encodeURIComponent)}#L${line}>)`;
}

/** Never a value: whether it exists, and where. */
function inVault(reply: VaultReply): string {
  switch (reply.kind) {
    case 'found': {
      const { item, fields } = reply;
      const empty = fields.some(({ isEmpty }) => isEmpty);
      const changed = item.updatedAt === null ? '' : `, changed ${plain(item.updatedAt.slice(0, 10))}`;
      return `${empty ? '**the field is empty**' : 'has it'} (vault ${plain(item.vault)}, item ${plain(item.title)}${changed})`;
    }
    case 'field-missing':
      return `**no such field** in item ${plain(reply.item.title)}`;
    case 'item-missing':
      return reply.isArchived ? '**the item is in the archive**' : '**no such item**';
    case 'vault-missing':
      return '**no such vault**';
    case 'vault-not-readable':
    case 'item-not-readable':
      return 'the token cannot read it';
    case 'vault-ambiguous':
    case 'item-ambiguous':
      return 'several have that name';
    case 'environment-missing':
      return '**no such Environment**';
  }
}

function isSame(one: Span, other: Span): boolean {
  return one.file === other.file && one.start === other.start && one.end === other.end;
}
