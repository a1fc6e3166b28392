import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CAUSES, type Cause } from '../../../src/kamal/diagnosis/causes.ts';
import { CAUSE_EXAMPLES } from '../../../src/kamal/diagnosis/examples.ts';

const FOLDER = new URL('../../kamal/diagnosis/recordings/', import.meta.url).pathname;

/** A log of a run that failed, and its cause. */
export interface Recording {
  /** The file that it is in: the cause that it shows, or looks like. */
  readonly file: Cause;
  readonly name: string;
  readonly log: string;
  readonly cause: Cause;
  /** True if it looks like the cause of its file and is not. */
  readonly nearMiss: boolean;
}

/**
 * All of `test/kamal/diagnosis/recordings/CAUSE.txt`: logs under `=== NAME`, near misses under
 * `=== not: NAME -> CAUSE`; and the example of each cause, which is its first recording.
 */
export function recordings(): Recording[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
  const recorded = files.flatMap((name) =>
    readRecordings(causeOf(basename(name, '.txt')), readFileSync(join(FOLDER, name), 'utf8')),
  );
  const examples = CAUSES.map((cause) => ({
    file: cause,
    name: 'the example',
    log: CAUSE_EXAMPLES[cause].replace(/^\n/, ''),
    cause,
    nearMiss: false,
  }));
  return [...examples, ...recorded];
}

function readRecordings(file: Cause, text: string): Recording[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      const [name = '', other = null] = part.slice(0, end).split(' -> ');
      const cause = other === null ? file : causeOf(other);
      return { file, name, log: part.slice(end + 1), cause, nearMiss: other !== null };
    });
}

function causeOf(name: string): Cause {
  const cause = CAUSES.find((each) => each === name);
  if (cause === undefined) throw new Error(`There is no cause ${name}.`);
  return cause;
}
