/** Everything that `init` would do, worked out in memory. Nothing is written here. */
import path from 'node:path';
import type { CheckProjectOptions } from '../ui/shared-options.ts';
import { openProject, type Project } from '../../files/open-project.ts';
import { readProject } from '../../files/read-project.ts';
import { check } from '../../parity/check.ts';
import { GitIgnore } from '../../files/git-ignore.ts';
import { planAdd } from '../../parity/edits/add.ts';
import { unifiedDiff } from '../../base/text/diff.ts';
import type { Edit, SourceFile } from '../../parity/model.ts';
import type { Report } from '../../parity/report/report.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { type Concealed, concealedIn, drawnWords } from '../../parity/secrecy/concealed.ts';
import { placeOfFetched, placeOfReference } from '../../parity/vault/place.ts';
import { applied, sourcesOf } from '../change/project-edits.ts';
import { actionReference } from './action-step.ts';
import { withAgentsSection } from './agents-section.ts';
import type { CarriedSecrets } from './carried-secrets.ts';
import { type DeployValues, examplesIn, fillExamples } from './example-values.ts';
import { directoryInRepository, mainBranch, repositoryRoot } from './git-state.ts';
import { type HumanList, humanList } from './human-list.ts';
import { planSecrets } from './secrets-plan.ts';
import { carriedBy, planWorkflows, surroundingsOf, workflowsIn } from './workflow-plan.ts';

/** What init sets up. */
export const PARTS = ['secrets', 'workflow', 'agents'] as const;
export type Part = (typeof PARTS)[number];

export interface InitRequest {
  readonly project: CheckProjectOptions;
  readonly values: DeployValues;
  /** Secrets that the app is to get beside those that it asks for. */
  readonly secrets: readonly string[];
  readonly vault: string | null;
  readonly item: string | null;
  readonly account: string | null;
  readonly branch: string | null;
  /** Whether what GitHub's secrets hold goes to 1Password too. */
  readonly moveAll: boolean;
  readonly without: readonly Part[];
}

export interface FileChange {
  /** Relative to the project. */
  readonly path: string;
  /** Null where the file is new. */
  readonly before: SourceFile | null;
  readonly after: string;
}

export interface InitPlan {
  readonly changes: readonly FileChange[];
  /** What is worth a look, one sentence each. */
  readonly notes: readonly string[];
  readonly human: HumanList;
  /** What no output shows of the files as they are. */
  readonly concealed: Concealed;
  /** What the check says of the result. */
  readonly report: Report;
}

/** @throws Failure as `readProject` */
export function planInit(request: InitRequest): InitPlan {
  return new InitPlanner(request).plan();
}

/** The diff of everything that changes; credentials in it are dots. */
export function initDiff({ changes, concealed }: Pick<InitPlan, 'changes' | 'concealed'>): string {
  return changes
    .map(({ path: file, before, after }) => {
      const hidden = concealed.spans.filter((each) => each.file === file);
      return unifiedDiff(file, before?.text ?? '', after, before === null ? [] : hidden);
    })
    .join('');
}

class InitPlanner {
  private readonly request: InitRequest;
  private readonly options: CheckProjectOptions;
  private readonly root: string;
  private readonly repository: string;
  private readonly files: Project;
  /** What files would be, by path from the project. */
  private readonly overlay = new Map<string, string>();

  constructor(request: InitRequest) {
    this.request = request;
    this.options = { ...request.project, destinations: 'all' };
    this.root = path.resolve(request.project.root);
    this.repository = repositoryRoot(this.root);
    this.files = openProject(this.root, request.project.config);
  }

  plan(): InitPlan {
    const { without } = this.request;
    this.fillExamples();
    for (const name of this.request.secrets) this.askFor(name);
    const workflows = workflowsIn(
      (folder) => this.files.names(this.fromProject(folder)),
      (file) => this.files.read(this.fromProject(file)),
    );
    const reference = actionReference();
    const surroundings = surroundingsOf(this.project(), this.files.text('Gemfile.lock'));
    const carried = carriedBy(workflows, reference, surroundings);
    const vault = this.request.vault ?? this.vault(carried);
    if (!without.includes('secrets')) this.secretsFiles(carried, vault);
    const notes: string[] = [];
    if (!without.includes('workflow')) {
      const plan = planWorkflows(workflows, {
        reference,
        vault,
        branch: this.request.branch ?? mainBranch(this.root),
        directory: directoryInRepository(this.root),
        config: this.request.project.config ?? null,
        surroundings,
        project: this.project(),
      });
      for (const [file, text] of plan.texts) this.overlay.set(this.fromProject(file), text);
      notes.push(...plan.notes);
    }
    if (!without.includes('agents')) this.agents();
    const project = this.project();
    const changes = this.changes();
    const { spans, words } = concealedIn(readProject(this.options));
    const others = changes.flatMap(({ before }) => (before === null ? [] : drawnWords(before.text)));
    return {
      concealed: { spans, words: [...words, ...others] },
      changes,
      notes,
      human: humanList(project, {
        service: serviceOf(project),
        sshKey: carried.sshKey,
        defaultVault: vault,
        more: stillExamples(project),
      }),
      report: check(readProject({ ...this.options, overlay: this.overlay }), this.options),
    };
  }

  /** The project as it would be by now. */
  private project(): ProjectReadings {
    return readProject({ ...this.options, overlay: this.overlay });
  }

  private apply(project: ProjectReadings, edits: readonly Edit[]): void {
    for (const [file, text] of applied(sourcesOf(project), edits)) this.overlay.set(file, text);
  }

  private fillExamples(): void {
    const project = this.project();
    const [deployFile] = project.destinations[0]?.deploy.files ?? [];
    if (deployFile !== undefined)
      this.apply(project, fillExamples(deployFile.path, deployFile.text, this.request.values));
  }

  /** Puts a secret into the deploy file's list; the secrets files follow with all others. */
  private askFor(name: string): void {
    const project = this.project();
    const destinations = project.destinations.map(({ destination }) => destination);
    const deployFiles = new Set(
      project.destinations.flatMap(({ deploy }) => deploy.files.map((file) => file.path)),
    );
    const { edits } = planAdd(project, { name, alias: null, role: null, destinations });
    this.apply(
      project,
      edits.filter(({ file }) => deployFiles.has(file)),
    );
  }

  private secretsFiles(carried: CarriedSecrets, vault: string): void {
    const project = this.project();
    const ignore = new GitIgnore((file) => this.files.text(this.fromProject(file)));
    const directory = directoryInRepository(this.root);
    const { edits, created } = planSecrets(project, {
      account: this.request.account ?? 'my.1password.com',
      vault,
      item: (destination) => this.request.item ?? titled(destination ?? 'production'),
      references: carried.references,
      fromGitHub: this.request.moveAll ? new Set() : carried.fromGitHub,
      isCommitted: (file) => this.files.exists(file) && !ignore.ignores(path.posix.join(directory, file)),
    });
    this.apply(project, edits);
    for (const [file, text] of created) this.overlay.set(file, text);
  }

  private agents(): void {
    const project = this.project();
    const file = this.fromProject('AGENTS.md');
    const secretsFiles = project.destinations.flatMap(({ secrets }) =>
      secrets.files.flatMap(({ path: name, source }) => (source === null ? [] : [name])),
    );
    const text = withAgentsSection(this.current(file), {
      directory: directoryInRepository(this.root),
      secretsFiles: [...new Set(secretsFiles.length > 0 ? secretsFiles : ['.kamal/secrets'])],
      deployFiles: [
        ...new Set(project.destinations.flatMap(({ deploy }) => deploy.files.map((each) => each.path))),
      ],
    });
    this.overlay.set(file, text);
  }

  /** Where the secrets are by now; else a vault called like the app. */
  private vault({ references, sshKey }: CarriedSecrets): string {
    const project = this.project();
    const fetched = project.destinations.flatMap(({ secrets }) =>
      secrets.assignments.flatMap(({ commands }) =>
        commands.flatMap((command) =>
          command.kind === 'fetch' ? (placeOfFetched(command, command.names[0]?.value ?? 'x') ?? []) : [],
        ),
      ),
    );
    const carried = [...references.values(), ...(sshKey === null ? [] : [sshKey])].flatMap(
      (each) => placeOfReference(each) ?? [],
    );
    return [...fetched, ...carried][0]?.vault ?? serviceOf(project) ?? 'MyApp';
  }

  private changes(): FileChange[] {
    return [...this.overlay].flatMap(([file, after]) => {
      const before = this.files.read(file);
      return before?.text === after ? [] : [{ path: file, before, after }];
    });
  }

  /** @throws Failure as `Project.read` */
  private current(file: string): string | null {
    return this.overlay.get(file) ?? this.files.read(file)?.text ?? null;
  }

  /** A path from the repository's root, as the project sees it. */
  private fromProject(file: string): string {
    return path.relative(this.root, path.join(this.repository, file)).split(path.sep).join('/');
  }
}

function serviceOf(project: ProjectReadings): string | null {
  return (
    project.destinations
      .map(({ deploy }) => deploy.deployment?.service ?? null)
      .find((service) => service !== null) ?? null
  );
}

function stillExamples(project: ProjectReadings): string[] {
  const [file] = project.destinations[0]?.deploy.files ?? [];
  if (file === undefined) return [];
  return examplesIn(file.text).map(
    ({ value, line }) => `${file.path}:${line} still has the example \`${value}\`: write your own.`,
  );
}

/** `Production`, `Staging`: how items are called after destinations. */
function titled(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
