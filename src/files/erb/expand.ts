/** Expands a template as far as it can be known without running it. */
import type { SourceFile } from '../../parity/model.ts';
import { type Expanded, Expansion } from './expansion.ts';
import { templateRun } from './load-template-run.ts';
import type { TemplateSession } from './ruby/session.ts';
import { tokenizeErb } from './tokenize.ts';

/** Expands a deploy file as Kamal does. Never throws for what a template does. */
export function expandErb({ path, text, bom }: SourceFile, session: TemplateSession): Expanded {
  const parts = tokenizeErb(text, session.kamal.facts.trimsTemplates ? '-' : null);
  const out = Expansion.builder(path);
  if (bom === 1) out.add('\uFEFF', { file: path, start: 0, end: 0 }, { verbatim: false, known: true });
  if (parts.some(({ kind }) => kind !== 'text')) return templateRun().runTemplate(path, parts, session, out);
  for (const part of parts) {
    if (part.kind !== 'text') continue;
    for (const { text: piece, start, end } of part.pieces) {
      const verbatim = piece.length === end - start;
      out.add(piece, { file: path, start, end }, { verbatim, known: true });
    }
  }
  const nothing = { failure: null, unknowns: [], maybe: [], partial: false, usesErb: false };
  return { expansion: out.build(), ...nothing };
}
