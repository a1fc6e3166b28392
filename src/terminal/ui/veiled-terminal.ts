/** A terminal on which nothing appears that is to be hidden, for every command and format. */
import { Redaction } from '../../base/redaction.ts';
import { VOCABULARY } from '../../parity/secrecy/vocabulary.ts';
import { OWN_WORDS } from '../../report/formats/own-words.ts';
import type { Terminal } from './command.ts';

/** The same terminal, with `conceal`. */
export function veiledTerminal(terminal: Terminal): Terminal {
  const veil = new Redaction();
  veil.keep(VOCABULARY);
  veil.keep(OWN_WORDS);
  const { ask } = terminal;
  return {
    ...terminal,
    out: (text) => terminal.out(veiledText(text, veil)),
    err: (text) => terminal.err(veil.apply(text)),
    ...(ask === undefined ? {} : { ask: (question: string) => ask(veil.apply(question)) }),
    conceal: (texts) => veil.hide(texts),
    keep: (words) => veil.keep(words),
  };
}

/** A document of JSON stays one: what is hidden may look like a part of it. */
function veiledText(text: string, veil: Redaction): string {
  const shown = veil.apply(text);
  if (shown === text || !/^\s*[[{]/.test(text)) return shown;
  try {
    return `${JSON.stringify(veil.applyToAll(JSON.parse(text), OWN_WORDS), null, 2)}\n`;
  } catch {
    return shown;
  }
}
