/** The doctor's screen, and the same as JSON. */
import type { Report } from '../../parity/report/report.ts';
import { reportToJson } from '../../report/formats/json.ts';
import type { Palette } from '../../report/parts/palette.ts';
import { counted } from '../../report/parts/fitting.ts';
import { VERSION } from '../../base/version.ts';
import { jsonDocument } from '../../report/formats/document.ts';
import type { Screen } from '../ui/screen.ts';
import { AREAS, worst, type Area, type Examination, type State } from './examination.ts';

const SIGNS: Readonly<Record<State, string>> = { good: '✓', note: '·', warning: '!', bad: '✗' };

export function renderScreen(examinations: readonly Examination[], screen: Screen): string {
  const areas = Object.keys(AREAS).filter((area): area is Area => Object.hasOwn(AREAS, area));
  const parts = areas.flatMap((area) => {
    const own = examinations.filter((each) => each.area === area);
    if (own.length === 0) return [];
    return [`${screen.colours.bold(AREAS[area])}\n${own.map((each) => lines(each, screen)).join('')}`];
  });
  const pressing = examinations.filter(({ state }) => state === 'bad' || state === 'warning');
  const lists = screen.lists({
    human: pressing.flatMap(({ next }) => next.human),
    agent: pressing.flatMap(({ next }) => next.agent),
  });
  return `${summary(examinations, screen)}\n${parts.join('\n')}${lists}${nextStep(examinations, screen)}`;
}

/** The documented, versioned JSON: docs/doctor.schema.json. */
export function renderJson(
  examinations: readonly Examination[],
  requests: number | null,
  report: Report,
): string {
  const state = worst(examinations);
  return jsonDocument({
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
  });
}

/** Urgent steps are listed at the end; optional ones are next to their line. */
function lines({ state, sentence, next }: Examination, screen: Screen): string {
  const { colours } = screen;
  const besides = state === 'bad' || state === 'warning' ? [] : [...next.human, ...next.agent];
  return [
    `  ${paintOf(state, colours)(SIGNS[state])} ${screen.sentence(sentence, 4)}\n`,
    ...besides.map((text) => `    ${colours.faint(screen.sentence(text, 4))}\n`),
  ].join('');
}

function nextStep(examinations: readonly Examination[], screen: Screen): string {
  const state = worst(examinations);
  if (state === 'bad') return screen.next('work through the list, then run `kamal-1password doctor` again.');
  const isWhole = examinations.some(({ area }) => area === 'ssh');
  if (!isWhole) return screen.next('run it again with the token to check 1Password and the servers too.');
  return screen.next(
    state === 'warning'
      ? 'nothing prevents a deploy; review the warnings above.'
      : 'nothing prevents a deploy.',
  );
}

function summary(examinations: readonly Examination[], { colours }: Screen): string {
  const count = (state: State): number => examinations.filter((each) => each.state === state).length;
  const state = worst(examinations);
  const parts = [
    count('bad') > 0 ? counted(count('bad'), 'problem') : '',
    count('warning') > 0 ? counted(count('warning'), 'warning') : '',
    `${count('good')} OK`,
  ].filter((part) => part !== '');
  const shown = state === 'note' ? 'good' : state;
  return `${paintOf(shown, colours)(SIGNS[shown])} ${colours.bold(`${parts.join(', ')}.`)}\n`;
}

function paintOf(state: State, colours: Palette): (text: string) => string {
  const paints = { good: colours.good, note: colours.faint, warning: colours.warning, bad: colours.error };
  return paints[state];
}
