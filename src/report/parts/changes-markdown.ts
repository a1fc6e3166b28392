/** What a pull request makes of the secrets, as a list. */
import type { AddedSecret, Changes, RemovedSecret } from '../../parity/report/changes.ts';
import { destinationList } from './finding-markdown.ts';
import { counted, folding } from './fitting.ts';
import { code } from './markdown-text.ts';

/** Changes that are shown unfolded. */
const MOST_SHOWN = 10;

/** Nothing where nothing changes. */
export function changesList(changes: Changes, room: number): string[] {
  const lines = [
    ...changes.added.map((each) => `adds ${code(each.name)}${places(each, changes)}${lack(each)}`),
    ...changes.renamed.map((each) => `renames ${code(each.from)} to ${code(each.name)}${lack(each)}`),
    ...changes.removed.map((each) => `no longer uses ${code(each.name)}${leftOver(each)}`),
    ...changes.newDestinations.map((each) => `adds the destination ${destinationList([each])}`),
  ].map((line) => `- ${line}`);
  if (lines.length === 0) return [];
  const shown = folding(lines, {
    room,
    most: MOST_SHOWN,
    count: (from, to) => counted(to - from, 'more change'),
    between: '\n',
    more: (left) => `- … and ${counted(left, 'more change')}`,
  });
  return [`**What this pull request changes**\n\n${shown}`];
}

/** Where not all destinations ask for it: which do. */
function places({ destinations }: AddedSecret, { newDestinations }: Changes): string {
  const named = destinations.filter((each) => each !== null);
  return named.length === 0 || newDestinations.length > 0 ? '' : ` to ${destinationList(destinations)}`;
}

function lack({ lacking, destinations }: AddedSecret): string {
  if (lacking.length === 0) return ' ✅';
  if (lacking.length === destinations.length) return ': **❌ not set up yet**';
  return `: **❌ missing in ${destinationList(lacking)}**`;
}

function leftOver({ stillAssigned, stillInVault }: RemovedSecret): string {
  const left = [
    ...(stillAssigned ? ['the secrets file still assigns it'] : []),
    ...(stillInVault === null ? [] : [`1Password still has it at ${code(stillInVault)}`]),
  ];
  return left.length === 0 ? '' : `, but ${left.join(', and ')}`;
}
