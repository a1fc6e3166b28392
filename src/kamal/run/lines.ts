import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** The most that is kept of one line, in characters: those of Docker and of a Rails app have a few thousand. */
export const LONGEST_LINE = 64 * 1024;

/**
 * Hears a stream by its lines, without their ends. What a line has beyond {@link LONGEST_LINE} is counted and omitted,
 * so that one without an end takes neither memory nor time.
 * @param tidyCut takes what the cut left of something that must not be seen in part from the end of such a line
 */
export function readLines(
  stream: Readable,
  onLine: (text: string) => void,
  tidyCut: (text: string) => string = (text) => text,
): void {
  const decoder = new StringDecoder('utf8');
  let pieces: string[] = [];
  let kept = 0;
  let more = 0;
  const take = (text: string): void => {
    const piece = text.slice(0, LONGEST_LINE - kept);
    more += text.length - piece.length;
    if (piece === '') return;
    kept += piece.length;
    pieces.push(piece);
  };
  const end = (): void => {
    const text = pieces.join('').replace(/\r$/, '');
    const left = more;
    [pieces, kept, more] = [[], 0, 0];
    if (left === 0) onLine(text);
    else {
      const shown = tidyCut(text);
      onLine(`${shown} … (${text.length - shown.length + left} more characters of this line)`);
    }
  };
  const hear = (text: string): void => {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      take(text.slice(from, at));
      from = at + 1;
      end();
    }
    take(text.slice(from));
  };
  stream.on('data', (chunk: Buffer) => hear(decoder.write(chunk)));
  stream.on('end', () => {
    hear(decoder.end());
    if (kept > 0) end();
  });
}
