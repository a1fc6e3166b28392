/** The `-----BEGIN …-----` and `-----END …-----` lines around a key, and what is between them (RFC 7468). */
export interface ArmourBlock {
  /** e.g. `OPENSSH PRIVATE KEY`; null if the first line is missing. */
  readonly label: string | null;
  readonly body: string;
  /** Both lines are there, spell the same label and have their five dashes. */
  readonly wellFormed: boolean;
  /** No line end between the first and the last line. */
  readonly flat: boolean;
  /** Offsets in the text: the first character, and the one after the last. */
  readonly start: number;
  readonly end: number;
}

// Dashes may have been "corrected" by an editor, or be too few after a careless selection.
const DASH = String.raw`[-\u2010-\u2015\u2212]{1,5}`;
const LINE = new RegExp(String.raw`${DASH} ?(BEGIN|END) ([A-Z0-9 ]+?) ?(?:${DASH}|(?=\n|$))`, 'g');
// What is left of an END line that a careless selection cut.
const CUT_LINE = new RegExp(`${DASH}[A-Z ]*\\s*$`);

/** Every block in the order of the text, also those that lack one of their two lines. */
export function blocksOf(text: string): ArmourBlock[] {
  const lines = [...text.matchAll(LINE)].map(armourLine);
  const blocks: ArmourBlock[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    if (line === undefined) break;
    const next = lines[at + 1] ?? null;
    if (!line.begins) blocks.push(blockBetween(text, blocks.at(-1)?.end ?? 0, null, line));
    else {
      const footer = next?.begins === false ? next : null;
      blocks.push(blockBetween(text, next?.start ?? text.length, line, footer));
      if (footer !== null) at += 1;
    }
  }
  return blocks;
}

interface ArmourLine {
  readonly raw: string;
  readonly begins: boolean;
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

function armourLine(match: RegExpExecArray): ArmourLine {
  return {
    raw: match[0],
    begins: match[1] === 'BEGIN',
    label: match[2] ?? '',
    start: match.index,
    end: match.index + match[0].length,
  };
}

/** @param edge where the block begins or ends, where the line that would say so is missing */
function blockBetween(
  text: string,
  edge: number,
  header: ArmourLine | null,
  footer: ArmourLine | null,
): ArmourBlock {
  const between = text.slice(header?.end ?? edge, footer?.start ?? edge);
  const body = footer === null ? between.replace(CUT_LINE, '') : between;
  const label = header?.label ?? null;
  return {
    label,
    body,
    wellFormed: header?.raw === `-----BEGIN ${label}-----` && footer?.raw === `-----END ${label}-----`,
    flat: !body.includes('\n'),
    start: header?.start ?? edge,
    end: footer?.end ?? edge,
  };
}

/** Lines of `columns` characters between the two lines of `label`, each ended, the last one too. */
export function armoured(label: string, bytes: Buffer, columns: number): string {
  const lines = bytes.toString('base64').match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
