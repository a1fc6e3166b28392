/**
 * A page as a picture: Chromium lays it out, and what it shows becomes SVG with text in it. It looks the same wherever
 * it is opened: each word has its place and width, and no font is needed but some that have letters.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { READ, type Colour, type Page, type Shape } from './read-page.ts';
import { escaped } from './terminal-picture.ts';

/** The browser; another one by the variable CHROMIUM. */
const CHROMIUM = process.env['CHROMIUM'] ?? 'chromium';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--hide-scrollbars',
  '--force-device-scale-factor=1',
];

/** @param width pixels that the page is laid out for */
export function pagePicture(html: string, width: number, title: string): string {
  const { shapes, height, background } = laidOut(html, width);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>text{white-space:pre}.m{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono','DejaVu Sans Mono',monospace}</style>
<rect width="${width}" height="${height}" fill="${background.fill}"/>
<g font-family="-apple-system,BlinkMacSystemFont,'Segoe UI','Noto Sans',Helvetica,Arial,sans-serif,'Apple Color Emoji','Segoe UI Emoji','Noto Color Emoji'">
${shapes.map(drawn).join('\n')}
</g>
</svg>
`;
}

function laidOut(html: string, width: number): Page {
  const directory = mkdtempSync(join(tmpdir(), 'kamal-1password-page-'));
  try {
    const page = join(directory, 'page.html');
    writeFileSync(page, html + READ);
    const dom = execFileSync(
      CHROMIUM,
      [
        ...FLAGS,
        `--user-data-dir=${directory}`,
        `--window-size=${width},2000`,
        '--dump-dom',
        `file://${page}`,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 },
    );
    const read = /<pre id="read">([^<]*)<\/pre>/.exec(dom)?.[1];
    if (read === undefined) throw new Error(`${CHROMIUM} did not lay the page out`);
    return JSON.parse(decodeURIComponent(read)) as Page;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function drawn(shape: Shape): string {
  switch (shape.kind) {
    case 'box': {
      const { x, y, width, height, radius, fill, edge, stroke } = shape;
      const inside = fill === null ? ' fill="none"' : paint('fill', fill);
      const line = stroke === null ? '' : `${paint('stroke', stroke)} stroke-width="${edge}"`;
      return `<rect x="${x}" y="${y}" width="${width}" height="${height}"${radius === 0 ? '' : ` rx="${radius}"`}${inside}${line}/>`;
    }
    case 'checkbox': {
      const { x, y, size, colour } = shape;
      return `<rect x="${x + 0.5}" y="${y + 0.5}" width="${size - 1}" height="${size - 1}" rx="2" fill="none" stroke="${colour.fill}" stroke-opacity="0.5"/>`;
    }
    case 'open':
    case 'closed': {
      const { x, y, size, line, colour } = shape;
      const [half, whole] = [size * 0.28, size * 0.5];
      const [left, middle] = [x + 1, y + line / 2];
      const triangle =
        shape.kind === 'open'
          ? `M${left} ${middle - half * 0.8}h${half * 2}l-${half} ${whole}z`
          : `M${left} ${middle - half}l${whole} ${half}l-${whole} ${half}z`;
      return `<path d="${triangle}"${paint('fill', colour)}/>`;
    }
    case 'dot':
      return `<circle cx="${shape.x}" cy="${shape.y}" r="2.5"${paint('fill', shape.colour)}/>`;
    case 'number':
      return `<text x="${shape.x}" y="${shape.y}" font-size="${shape.size}" text-anchor="end"${paint('fill', shape.colour)}>${shape.text}</text>`;
    case 'text': {
      const { x, y, width, size, weight, italic, mono, colour, underlined } = shape;
      const more = [
        mono ? ' class="m"' : '',
        weight > 400 ? ` font-weight="${weight}"` : '',
        italic ? ' font-style="italic"' : '',
        underlined ? ' text-decoration="underline"' : '',
        // One letter has no width to be spread over.
        shape.text.length > 1 ? ` textLength="${width}"` : '',
      ].join('');
      return `<text x="${x}" y="${y}" font-size="${size}"${more}${paint('fill', colour)}>${escaped(shape.text)}</text>`;
    }
  }
}

function paint(what: 'fill' | 'stroke', { fill, opacity }: Colour): string {
  return ` ${what}="${fill}"${opacity === 1 ? '' : ` ${what}-opacity="${Math.round(opacity * 100) / 100}"`}`;
}
