/** The part of a name that only a run knows, as the readers of files write it and the rules recognise it. */
export const UNKNOWN_NAME = 'known-when-run';
