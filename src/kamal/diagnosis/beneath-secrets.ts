/**
 * What failed beneath the secrets file: Kamal throws away how a `$(…)` ended (2.0 to 2.12,
 * lib/kamal/secrets/dotenv/inline_command_substitution.rb), and several adapters parse what their program did not print.
 */
import { recognisedBy } from './from-sentence.ts';
import { plainBefore, type LogReading } from './log-reading.ts';
import { byOp, lastOpLine, vaultCauses } from './recognise-vault.ts';
import type { Recognised } from './recognised.ts';
import { ADAPTER_OUTPUT, SECRETS_WORDS } from './sentences/secrets.ts';
import { heard } from './sentences/sentence.ts';

/** JSON's parser, of nothing (json 1.8 to 2.15); 2.10 and 2.11 say the same of JSON that ends too soon. */
const OF_NOTHING =
  /unexpected token at ''|unexpected end of input(?: at line 1 column 1)?$|^A JSON text must at least|unexpected eof/i;

/** `ERROR (CLASS): WORDS` that an inner Kamal printed, which became the value. */
const OF_INNER = /ERROR \([\w:]+\): (.*)$/;

/** They end with the reset of Kamal's colour, or with what the parser puts behind them. */
function innerWords(text: string): string | undefined {
  return OF_INNER.exec(text)?.[1]?.split('[0m')[0]?.split("' at line")[0]?.replace(/'$/, '');
}

/**
 * What JSON's parser could not read: what an inner Kamal printed instead, or nothing, because the program before failed;
 * empty if it is neither.
 */
export function beneathJson(reading: LogReading, message: string, end: number): readonly Recognised[] {
  const inner = innerWords(message);
  if (inner !== undefined) return ofInner(reading, inner);
  if (OF_NOTHING.test(message)) return ofNothing(reading, end);
  // What a tool said right before is likely, even if the parser stumbled over something else, or its words are cut.
  return ofNothing(reading, end)
    .filter(({ variant }) => variant !== 'nothing')
    .map((each) => ({ ...each, confidence: 'likely' }));
}

/** Thor's answer to an `extract` whose JSON is empty, or has the words of an inner Kamal's error instead. */
export function beneathExtract(reading: LogReading, line: number): readonly Recognised[] {
  const [, list = ''] = /with arguments \[(.*)\]$/.exec(reading.lines[line]?.text ?? '') ?? [];
  const words = list.replaceAll(/^"|"$/g, '').split('", "');
  const inner = innerWords(
    words
      .slice(1)
      .join(' ')
      .replaceAll(String.raw`\e`, ''),
  );
  if (inner !== undefined) return ofInner(reading, inner);
  return words.length === 1 ? ofNothing(reading, line) : [];
}

function ofInner(reading: LogReading, words: string): readonly Recognised[] {
  const ofVault = vaultCauses(words, reading);
  return ofVault.length > 0 ? ofVault : heard([words], SECRETS_WORDS).map((each) => recognisedBy(each));
}

function ofNothing(reading: LogReading, end: number): readonly Recognised[] {
  const texts = plainBefore(reading, 10, end).filter((text) => text.trim() !== '');
  const last = texts.at(-1)?.trim();
  const ofOp = lastOpLine(reading);
  // Another line of the file may have called op.
  const isLast = ofOp !== undefined && last?.includes(ofOp) === true;
  const found = byOp(ofOp).map((each) => (isLast ? each : { ...each, confidence: 'likely' as const }));
  if (found.length > 0) return found;
  const [said] = heard(texts.toReversed(), ADAPTER_OUTPUT);
  if (said !== undefined) return [recognisedBy(said)];
  // Whatever printed nothing is the cause, and its own words are not known, or not there.
  const proof = last === undefined ? {} : { proof: last };
  return [{ cause: 'secrets-unparsable', variant: 'nothing', confidence: 'likely', ...proof }];
}

/**
 * A `NAME=$(op read …)` that fails leaves NAME empty, and Kamal goes on (2.0 to 2.12): of a failure over something empty,
 * what op said before. It is no evidence of its own, for it may have been another secret.
 */
export function emptiedBy(reading: LogReading, { cause, variant }: Recognised): readonly string[] {
  const isEmpty = (cause === 'registry-auth' && variant === 'empty') || cause === 'app-secret-missing';
  const said = isEmpty ? lastOpLine(reading, reading.reportStart) : undefined;
  return said === undefined
    ? []
    : [
        `Before that, reading 1Password failed (“${said.slice(0, 200)}”): a \`$(…)\` of the secrets file that fails leaves its value empty.`,
      ];
}
