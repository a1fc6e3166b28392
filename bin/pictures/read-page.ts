/** What a page shows, as boxes and words with their places: read by a script in the page, after it is laid out. */

export interface Colour {
  readonly fill: string;
  readonly opacity: number;
}

export type Shape =
  | {
      readonly kind: 'box';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly radius: number;
      readonly corners: readonly [number, number];
      readonly fill: Colour | null;
      readonly edge: number;
      readonly stroke: Colour | null;
    }
  | {
      readonly kind: 'checkbox';
      readonly x: number;
      readonly y: number;
      readonly size: number;
      readonly checked: boolean;
      readonly colour: Colour;
    }
  | {
      readonly kind: 'open' | 'closed';
      readonly x: number;
      readonly y: number;
      readonly size: number;
      readonly line: number;
      readonly colour: Colour;
    }
  | { readonly kind: 'dot'; readonly x: number; readonly y: number; readonly colour: Colour }
  | {
      readonly kind: 'number';
      readonly x: number;
      readonly y: number;
      readonly size: number;
      readonly colour: Colour;
      readonly text: string;
    }
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly text: string;
      readonly size: number;
      readonly weight: number;
      readonly italic: boolean;
      readonly mono: boolean;
      readonly colour: Colour;
      readonly underlined: boolean;
    };

export interface Page {
  readonly shapes: readonly Shape[];
  readonly height: number;
  readonly background: Colour;
}

/** Runs in the page: puts a {@link Page} instead of what it shows, as JSON. */
export const READ = `<script>
const shapes = [];
const colourOf = (value) => {
  const [red, green, blue, alpha = 1] = value.match(/[\\d.]+/g).map(Number);
  return alpha === 0 ? null : { fill: '#' + [red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, '0')).join(''), opacity: alpha };
};
const round = (value) => Math.round(value * 10) / 10;
const canvas = document.createElement('canvas').getContext('2d');
function box(element) {
  const style = getComputedStyle(element);
  if (style.visibility === 'hidden' || style.display === 'none') return;
  const sides = ['Top', 'Right', 'Bottom', 'Left'].map((side) => ({
    width: style['border' + side + 'Style'] === 'none' ? 0 : parseFloat(style['border' + side + 'Width']),
    colour: colourOf(style['border' + side + 'Color']),
  }));
  const fill = colourOf(style.backgroundColor);
  const drawn = sides.map(({ width, colour }) => (colour === null ? 0 : width));
  const same = drawn.every((width) => width === drawn[0]) && new Set(sides.map(({ colour }) => JSON.stringify(colour))).size === 1;
  if (fill === null && drawn.every((width) => width === 0)) return;
  for (const { x, y, width, height } of element.getClientRects()) {
    if (width === 0 || height === 0) continue;
    const edge = same ? drawn[0] : 0;
    if (fill !== null || edge > 0)
      shapes.push({ kind: 'box', x: round(x + edge / 2), y: round(y + edge / 2), width: round(width - edge), height: round(height - edge),
        radius: Math.min(parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2), corners: [style.borderTopLeftRadius, style.borderBottomLeftRadius].map(parseFloat), fill, edge, stroke: edge > 0 ? sides[0].colour : null });
    if (same) continue;
    const [top, right, bottom, left] = sides.map((side, index) => ({ ...side, width: drawn[index] }));
    for (const [side, at] of [[top, [x, y, width, top.width]], [right, [x + width - right.width, y, right.width, height]], [bottom, [x, y + height - bottom.width, width, bottom.width]], [left, [x, y, left.width, height]]])
      if (side.width > 0) shapes.push({ kind: 'box', x: round(at[0]), y: round(at[1]), width: round(at[2]), height: round(at[3]), radius: 0, corners: [0, 0], fill: side.colour, edge: 0, stroke: null });
  }
}
function mark(element) {
  const style = getComputedStyle(element);
  const { x, y, height } = element.getBoundingClientRect();
  if (element.matches('input[type=checkbox]')) shapes.push({ kind: 'checkbox', x: round(x), y: round(y), size: round(height), checked: element.checked, colour: colourOf(getComputedStyle(document.body).color) });
  if (element.tagName === 'SUMMARY') shapes.push({ kind: element.parentElement.open ? 'open' : 'closed', x: round(x), y: round(y), size: parseFloat(style.fontSize), line: parseFloat(style.lineHeight), colour: colourOf(style.color) });
  if (element.tagName === 'LI' && style.listStyleType === 'disc') shapes.push({ kind: 'dot', x: round(x - 12), y: round(y + parseFloat(style.lineHeight) / 2), colour: colourOf(style.color) });
  if (element.tagName === 'LI' && style.listStyleType === 'decimal') shapes.push({ kind: 'number', x: round(x - 8), y: round(y + parseFloat(style.lineHeight) * 0.72), size: parseFloat(style.fontSize), colour: colourOf(style.color), text: [...element.parentElement.children].indexOf(element) + 1 + '.' });
}
function words(node) {
  const style = getComputedStyle(node.parentElement);
  const range = document.createRange();
  const runs = [];
  for (const found of node.data.matchAll(/\\S+/g)) {
    for (const [from, to] of pieces(node, found.index, found.index + found[0].length)) {
      range.setStart(node, from);
      range.setEnd(node, to);
      const rect = range.getBoundingClientRect();
      if (rect.width === 0) continue;
      const before = runs.at(-1);
      const text = node.data.slice(from, to);
      const gap = before === undefined ? 0 : rect.x - (before.x + before.width);
      if (before !== undefined && Math.abs(before.y - rect.y) < 2 && gap >= 0 && gap < 12) {
        before.text += ' ' + text;
        before.width = rect.right - before.x;
      } else runs.push({ x: rect.x, y: rect.y, width: rect.width, text });
    }
  }
  canvas.font = style.fontStyle + ' ' + style.fontWeight + ' ' + style.fontSize + ' ' + style.fontFamily;
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = canvas.measureText('x');
  for (const run of runs) {
    shapes.push({ kind: 'text', x: round(run.x), y: round(run.y + fontBoundingBoxAscent), width: round(run.width), text: run.text, size: parseFloat(style.fontSize),
      weight: Number(style.fontWeight), italic: style.fontStyle === 'italic', mono: /mono/i.test(style.fontFamily.split(',')[0]), colour: colourOf(style.color), underlined: style.textDecorationLine.includes('underline') });
  }
}
/** A word that is broken over lines, in its parts. */
function pieces(node, from, to) {
  const range = document.createRange();
  range.setStart(node, from);
  range.setEnd(node, to);
  if (range.getClientRects().length < 2) return [[from, to]];
  const found = [];
  let start = from, y = null;
  for (let at = from; at < to; at++) {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const rect = range.getBoundingClientRect();
    if (rect.width === 0) continue;
    if (y !== null && Math.abs(rect.y - y) > 2) { found.push([start, at]); start = at; }
    y = rect.y;
  }
  found.push([start, to]);
  return found;
}
const isShown = (element) => element.checkVisibility();
function walk(element) {
  if (!isShown(element) || ['SCRIPT', 'STYLE'].includes(element.tagName)) return;
  if (element !== document.body) { box(element); mark(element); }
  for (const child of element.childNodes) {
    if (child.nodeType === 3) words(child);
    else if (child.nodeType === 1) walk(child);
  }
}
walk(document.body);
const height = Math.ceil(document.body.getBoundingClientRect().height);
document.documentElement.innerHTML = '<pre id="read">' + encodeURIComponent(JSON.stringify({ shapes, height, background: colourOf(getComputedStyle(document.body).backgroundColor) })) + '</pre>';
</script>`;
