/** Colours and links of a terminal, or none. */

type Paint = (text: string) => string;

export interface Palette {
  readonly error: Paint;
  readonly warning: Paint;
  readonly info: Paint;
  readonly frame: Paint;
  readonly good: Paint;
  /** Lines of a diff. */
  readonly added: Paint;
  readonly removed: Paint;
  readonly bold: Paint;
  readonly faint: Paint;
  /** A text that leads to an address (OSC 8). */
  readonly link: (text: string, address: string) => string;
}

const paint =
  (open: string, close: string): Paint =>
  (text) =>
    text === '' ? '' : `\u001B[${open}m${text}\u001B[${close}m`;

const COLOURED: Palette = {
  error: paint('1;31', '22;39'),
  warning: paint('1;33', '22;39'),
  info: paint('1;36', '22;39'),
  frame: paint('34', '39'),
  good: paint('1;32', '22;39'),
  added: paint('32', '39'),
  removed: paint('31', '39'),
  bold: paint('1', '22'),
  faint: paint('2', '22'),
  link: (text) => text,
};

const same: Paint = (text) => text;
const PLAIN: Palette = {
  error: same,
  warning: same,
  info: same,
  frame: same,
  good: same,
  added: same,
  removed: same,
  bold: same,
  faint: same,
  link: (text) => text,
};

/**
 * How to colour text.
 * @param coloured false gives every text back unchanged
 * @param linked whether addresses become links of the terminal (OSC 8)
 */
export function palette(coloured: boolean, linked = false): Palette {
  const colours = coloured ? COLOURED : PLAIN;
  return linked ? { ...colours, link: linkTo } : colours;
}

function linkTo(text: string, address: string): string {
  return `\u001B]8;;${address}\u001B\\${text}\u001B]8;;\u001B\\`;
}
