/** Which project a tool works on: one in the folder that the server was started in, never one outside of it. */
import { join, resolve } from 'node:path';
import { BoundedFiles } from '../base/bounded-file.ts';
import { adoptedConfig } from '../files/adopted-config.ts';
import { Failure } from '../base/failure.ts';
import type { Redaction } from '../base/redaction.ts';
import type { CheckProjectOptions } from '../change/project-edits.ts';
import type { ProjectFacts } from '../kamal/diagnosis/deploy-file-facts.ts';
import { concealedIn } from '../parity/secrecy/concealed.ts';
import type { ProjectReadings } from '../parity/rule.ts';

/** What the person who started the server decided. */
export interface AgentSettings {
  /** The folder that all projects are in, absolute. */
  readonly root: string;
  /** The deploy file, the version of Kamal and the severities that apply unless a tool gets others. */
  readonly defaults: Pick<CheckProjectOptions, 'config' | 'kamalVersion' | 'rules'>;
  /** Puts beside the files what 1Password holds, by name only; null if the person has not asked for it. */
  readonly readVault: ((project: ProjectReadings) => Promise<ProjectReadings>) | null;
  /** What a project says that bears on the logs of its deploys; the same as on the command line. */
  readonly projectFacts: (options: CheckProjectOptions) => ProjectFacts;
}

/** What a tool was given, checked against its schema. */
export interface ToolInput {
  readonly directory?: string;
  readonly configFile?: string;
  readonly destinations?: readonly string[];
}

/**
 * The project of a tool, with the deploy file that its workflows name if Kamal's usual one is not there.
 *
 * @throws Failure as `folderOptions`; `config-not-found` if the workflows name several deploy files, and none is given
 */
export function projectOptions(
  settings: AgentSettings,
  given: ToolInput,
  veil: Redaction,
): CheckProjectOptions {
  const options = folderOptions(settings, given, veil);
  const config = options.config ?? adoptedConfig(options.root, options.naming);
  return config === null ? options : { ...options, config };
}

/** The folder of a tool, whether it has a project or not. @throws Failure `directory-outside` */
export function folderOptions(
  { root, defaults }: AgentSettings,
  { directory = '.', configFile, destinations }: ToolInput,
  veil: Redaction,
): CheckProjectOptions {
  const wanted = resolve(root, directory);
  if (new BoundedFiles(root).place(wanted).kind === 'outside' || !isBelow(root, wanted))
    throw new Failure('directory-outside', `${directory} is not in the folder of this server.`, {
      agent: ['Name a folder below the one that the server was started in.'],
    });
  return {
    ...defaults,
    root: wanted,
    ...(configFile === undefined ? {} : { config: configFile }),
    destinations: destinations ?? 'all',
    naming: { kind: 'tool' },
    onRead: (project) => veil.hide(concealedIn(project).words),
  };
}

/** The path as it is written, too: a folder that is not there leads nowhere. */
function isBelow(root: string, wanted: string): boolean {
  return wanted === root || wanted.startsWith(join(root, '/'));
}
