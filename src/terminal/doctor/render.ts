/** The doctor's screen, and the same as JSON. */
import type { Report } from '../../parity/report.ts';
import { reportToJson } from '../../report/json.ts';
import { palette, type Palette } from '../../report/palette.ts';
import { visible } from '../../report/visible.ts';
import { VERSION } from '../../version.ts';
import { AREAS, worst, type Area, type Examination, type State } from './examination.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const SCHEMA_VERSION = 1;

const SIGNS: Readonly<Record<State, string>> = { good: '✓', note: '·', warning: '!', bad: '✗' };

export function renderScreen(examinations: readonly Examination[], colour: boolean): string {
  const colours = palette(colour);
  const areas = Object.keys(AREAS).filter((area): area is Area => Object.hasOwn(AREAS, area));
  const parts = areas.flatMap((area) => {
    const own = examinations.filter((each) => each.area === area);
    if (own.length === 0) return [];
    return [`${colours.bold(AREAS[area])}\n${own.map((each) => lines(each, colours)).join('')}`];
  });
  return `${parts.join('\n')}\n${summary(examinations, colours)}\n`;
}

/** The documented, versioned JSON: docs/doctor.schema.json. */
export function renderJson(
  examinations: readonly Examination[],
  requests: number | null,
  report: Report,
): string {
  const state = worst(examinations);
  const value = {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'kamal-1password', version: VERSION },
    state: state === 'note' ? 'good' : state,
    requests,
    examinations: examinations.map(({ area, id, state: each, sentence, next }) => ({
      area,
      id,
      state: each,
      sentence,
      human: next.human,
      agent: next.agent,
    })),
    report: reportToJson(report, VERSION),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function lines({ state, sentence, next }: Examination, colours: Palette): string {
  const step = (who: string, text: string): string =>
    text
      .split('\n')
      .map((line, index) => `      ${index === 0 ? `${colours.bold(who)}: ` : '     '}${visible(line)}\n`)
      .join('');
  return [
    `  ${paintOf(state, colours)(SIGNS[state])} ${visible(sentence)}\n`,
    ...next.human.map((text) => step('you', text)),
    ...next.agent.map((text) => step('fix', text)),
  ].join('');
}

function summary(examinations: readonly Examination[], colours: Palette): string {
  const count = (state: State): number => examinations.filter((each) => each.state === state).length;
  const state = worst(examinations);
  const parts = [
    count('bad') > 0 ? `${count('bad')} to mend` : '',
    count('warning') > 0 ? `${count('warning')} to look at` : '',
    `${count('good')} well`,
  ].filter((part) => part !== '');
  const shown = state === 'note' ? 'good' : state;
  const who =
    count('bad') + count('warning') > 0 ? ' “you” is for a person, “fix” for whoever edits files.' : '';
  return `${paintOf(shown, colours)(SIGNS[shown])} ${colours.bold(`${parts.join(', ')}.`)}${colours.faint(who)}`;
}

function paintOf(state: State, colours: Palette): (text: string) => string {
  const paints = { good: colours.good, note: colours.faint, warning: colours.warning, bad: colours.error };
  return paints[state];
}
