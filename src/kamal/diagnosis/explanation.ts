import type { NextSteps } from '../../base/failure.ts';

/** What a sentence can name. Null if the log does not say. */
export interface Particulars {
  readonly host: string | null;
  /** Whether it happened on the machine that runs Kamal: Kamal names no host. False too where the log does not show it. */
  readonly isLocal: boolean;
  readonly role: string | null;
  readonly secret: string | null;
  readonly vault: string | null;
  readonly item: string | null;
  /** Any other name of the thing: a hook, an adapter, a file, a version, who holds the lock. */
  readonly subject: string | null;
  /** Which of several explanations of the cause fits; null: the general one. */
  readonly variant: string | null;
  /** How far the run was, in a person's words. */
  readonly phase: string | null;
  /** False if the log is a container's, and shows no deploy that failed. */
  readonly deploys: boolean;
  /** Where the project takes the registry's password from; null if that is not known. */
  readonly registryPassword: '1password' | null;
  /** Whether the deploy file gives a container the secret; null if that is not known. */
  readonly isListed: boolean | null;
}

/** For a cause as such, of no run in particular. */
export const UNNAMED: Particulars = {
  host: null,
  isLocal: true,
  role: null,
  secret: null,
  vault: null,
  item: null,
  subject: null,
  variant: null,
  phase: null,
  deploys: true,
  registryPassword: null,
  isListed: null,
};

/** What a cause means and what to do next. What was *seen* comes from the recogniser. */
export interface Explanation {
  means(about: Particulars): string;
  next(about: Particulars): Partial<NextSteps>;
}

/** `the item X`, or `the item`. */
export const the = (word: string, name: string | null): string =>
  name === null ? `the ${word}` : `the ${word} \`${name}\``;
/** `no item X`, or `no such item`. */
export const no = (word: string, name: string | null): string =>
  name === null ? `no such ${word}` : `no ${word} \`${name}\``;
/** The host, or words for it. */
export const on = ({ host }: Particulars): string => host ?? 'the server';
/** The machine on which a program failed, which may be the one that runs Kamal; or words for it. */
export const machine = ({ host, isLocal }: Pick<Particulars, 'host' | 'isLocal'>): string =>
  host ?? (isLocal ? 'the machine that runs Kamal' : 'the machine where that ran');

/** With a capital letter at the beginning. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
