import { examineBuilder } from '../../kamal/build/builder.ts';
import type { Deployment, SourceFile } from '../../parity/model.ts';
import type { Story } from '../run-summary.ts';
import type { Run } from '../run.ts';

/** Kamal runs these before it checks Docker: they can install what is missing. */
const BEFORE_THE_BUILD = /\/pre-(?:connect|build)$/;

/**
 * Looks whether this machine can build the image, while everything else is made ready.
 * @param builder null if nothing is built here
 * @param story keeps what Docker answered, for the diagnosis of a build that fails
 * @throws Failure `docker-missing`, `docker-unavailable`, `builder-unavailable`; a warning only where a hook may bring what is missing
 */
export async function checkBuilder(
  run: Pick<Run, 'environment' | 'log' | 'root' | 'runnerTokens' | 'signal'>,
  builder: Deployment['builder'] | null,
  hooks: readonly SourceFile[],
  story: Story,
): Promise<void> {
  if (builder === null) return;
  if (builder.cacheType === 'gha' && (run.runnerTokens['ACTIONS_RUNTIME_TOKEN'] ?? '') === '') {
    run.log.info(
      'The build runs without its gha cache, because this runner has none (ACTIONS_RUNTIME_TOKEN is not set).',
    );
  }
  const { fault, docker, buildx } = await examineBuilder(builder, {
    workingDirectory: run.root,
    environment: run.environment,
    signal: run.signal,
  });
  story.builtWith = { docker, buildx };
  if (fault === null) return;
  if (!hooks.some(({ path }) => BEFORE_THE_BUILD.test(path))) throw fault;
  run.log.warning(fault.message);
}
