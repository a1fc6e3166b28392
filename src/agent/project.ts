/** Which project a tool works on: one in the folder that the server was started in, never one outside of it. */
import { join, resolve } from 'node:path';
import { BoundedFiles } from '../base/bounded-file.ts';
import { adoptedConfig } from '../files/named-deploy-files.ts';
import { openProject } from '../files/open-project.ts';
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

/** @throws Failure `directory-outside`; `config-not-found` if the workflows name several deploy files */
export function projectOptions(
  { root, defaults }: AgentSettings,
  { directory = '.', configFile, destinations }: ToolInput,
  veil: Redaction,
): CheckProjectOptions {
  const wanted = resolve(root, directory);
  if (new BoundedFiles(root).place(wanted).kind === 'outside' || !isBelow(root, wanted))
    throw new Failure('directory-outside', `${directory} is not in the folder of this server.`, {
      agent: ['Name a folder below the one that the server was started in.'],
    });
  const config = configFile ?? defaults.config ?? adoptedConfig(openProject(wanted));
  return {
    ...defaults,
    root: wanted,
    ...(config === null ? {} : { config }),
    destinations: destinations ?? 'all',
    onRead: (project) => veil.hide(concealedIn(project).words),
  };
}

/** The path as it is written, too: a folder that is not there leads nowhere. */
function isBelow(root: string, wanted: string): boolean {
  return wanted === root || wanted.startsWith(join(root, '/'));
}
