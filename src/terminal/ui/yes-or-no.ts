/** A question that a person answers with yes or no: anything else is asked again. */
import type { Terminal } from './command.ts';

/**
 * @param usual what an empty line means; it is the capital letter behind the question
 * @throws nothing; after a few other answers it is no
 */
export async function yesOrNo(
  ask: NonNullable<Terminal['ask']>,
  question: string,
  usual: 'yes' | 'no',
): Promise<boolean> {
  const choices = usual === 'yes' ? '[Y/n]' : '[y/N]';
  let text = `${question} ${choices} `;
  for (let times = 0; times < MOST_TIMES; times += 1) {
    const answer = (await ask(text)).trim().toLowerCase();
    if (answer === '') return usual === 'yes';
    if (answer === 'y' || answer === 'yes') return true;
    if (answer === 'n' || answer === 'no') return false;
    text = `Please answer yes or no. ${question} ${choices} `;
  }
  return false;
}

/** After so many attempts the question is not being read. */
const MOST_TIMES = 5;
