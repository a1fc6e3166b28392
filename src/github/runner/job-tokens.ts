import * as core from '@actions/core';
import type { Log } from '../../base/log.ts';
import { ID_TOKEN_VARIABLES } from './id-token.ts';

/**
 * Masks the tokens that the runner and GitHub give to this process: an error of a request can quote them. The runner masks
 * most of them in its own log; sentences in a comment, an output or a summary are ours to keep clean.
 */
export function maskJobTokens(log: Pick<Log, 'mask'>): void {
  const [, idTokenRequest] = ID_TOKEN_VARIABLES;
  for (const token of [
    core.getInput('github-token'),
    process.env['ACTIONS_RUNTIME_TOKEN'],
    process.env[idTokenRequest],
  ])
    if (token !== undefined && token !== '') log.mask(token);
}
