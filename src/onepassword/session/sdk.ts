/** 1Password's SDK: part of the action's bundle, an optional peer of the command line, for its size. */
import { createRequire } from 'node:module';
import type * as Sdk from '@1password/sdk';
import { Failure } from '../../base/failure.ts';

/** Whether `loadSdk` finds the package. Nothing is loaded. */
export function isSdkInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('@1password/sdk');
    return true;
  } catch {
    return false;
  }
}

/** @throws Failure `sdk-not-installed` */
export async function loadSdk(): Promise<Pick<typeof Sdk, 'createClient'>> {
  try {
    return await import('@1password/sdk');
  } catch (error) {
    throw new Failure(
      'sdk-not-installed',
      'The package `@1password/sdk`, which reads 1Password, is not installed.',
      {
        agent: [
          'Run `npx -p kamal-1password -p @1password/sdk kamal-1password …`, or install it: `npm install --save-dev @1password/sdk` if your project depends on kamal-1password, else `npm install --global @1password/sdk`.',
        ],
      },
      error,
    );
  }
}
