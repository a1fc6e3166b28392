/** Everything that `init` would do, worked out in memory. Nothing is written here. */
import path from 'node:path';
import { openProject, type Project } from '../../files/open-project.ts';
import { readProject } from '../../files/read-project.ts';
import { list } from '../../parity/wording.ts';
import { check } from '../../parity/check.ts';
import { GitIgnore } from '../../files/git-ignore.ts';
import { planAdd } from '../../parity/edits/add.ts';
import { unifiedDiff } from '../../base/text/diff.ts';
import type { Edit, SourceFile } from '../../parity/model.ts';
import { countFindings, type Report } from '../../parity/report/report.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { type Concealed, concealedIn, drawnWords } from '../../parity/secrecy/concealed.ts';
import { applied, type CheckProjectOptions, sourcesOf } from '../../change/project-edits.ts';
import { actionReference } from './action-step.ts';
import { adoptedConfig } from '../../files/adopted-config.ts';
import { signInOf, withAgentsSection } from './agents-section.ts';
import type { CarriedSecrets } from './carried-secrets.ts';
import {
  environmentSteps,
  keptWorkflows,
  refuseVaultReads,
  type EnvironmentSource,
} from './environment-source.ts';
import { withoutUnusedBase } from './deployed.ts';
import { type DeployValues, fillExamples } from './example-values.ts';
import { directoryInRepository, mainBranch, repositoryRoot } from './git-state.ts';
import { repositoryPlace } from '../../files/repository-root.ts';
import { deploySteps, needsOp, reaches } from '../../parity/workflow.ts';
import { type HumanList, humanList, ofOnePerson } from './human-list.ts';
import {
  githubSecrets,
  contentsOf,
  laidDown,
  leftAloneNote,
  rejectedNote,
  withoutRejected,
  withoutSecretsFile,
  serviceOf,
  stillExamples,
  titled,
  USUAL_ACCOUNT,
  valuesWithoutPlace,
} from './init-facts.ts';
import { moveSteps } from './move-steps.ts';
import {
  isFreshRails,
  misnamedSecrets,
  otherDeployFiles,
  refuseKamal1,
  refuseWithoutDeployFile,
} from './project-state.ts';
import { ignoredSecretsFiles, isMadeByJob, stillPassed } from './runner-notes.ts';
import { planSecrets } from './secrets-plan.ts';
import { surroundingsOf, survey, type RepositorySurvey } from './survey.ts';
import { vaultsInUse } from './vaults-in-use.ts';
import { planWorkflows, severalKeys, type WorkflowPlan } from './workflow-plan.ts';
import type { MigrationContext } from './kept-steps.ts';

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
  /** Whether a workflow that deploys is written even where Kamal runs in places that stay as they are. */
  readonly newWorkflow: boolean;
  /** A 1Password Environment that the secrets come from; null: a vault. */
  readonly environment: EnvironmentSource | null;
  readonly without: readonly Part[];
}

export interface FileChange {
  /** Relative to the project. */
  readonly path: string;
  /** Null if the file is new. */
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
  /** The stretches that no output shows of the files as they would be. */
  readonly concealedAfter: Concealed['spans'];
  /** Where Kamal runs in ways that stay as they are, so that no workflow was added; none where nothing keeps it. */
  readonly left: readonly string[];
  /** What the check says of the result. */
  readonly report: Report;
}

/** @throws Failure as `readProject` */
export function planInit(request: InitRequest): InitPlan {
  return new InitPlanner(request).plan();
}

/** The same request, with the deploy file that the workflows name where Kamal's usual one is not there. */
export function withConfig(request: InitRequest): InitRequest {
  const { root, config } = request.project;
  const found = config === undefined ? adoptedConfig(root) : null;
  return found === null ? request : { ...request, project: { ...request.project, config: found } };
}

/**
 * The diff of everything that changes; credentials in it are dots.
 * @param folder the project's, from the root of the repository: where something outside of it changes, paths are from there
 */
export function initDiff(
  { changes, concealed, concealedAfter }: Pick<InitPlan, 'changes' | 'concealed' | 'concealedAfter'>,
  folder = '',
): string {
  // `git apply` rejects a path that leads out of the project: then all paths are those of the repository.
  const isOutside = changes.some((change) => change.path.startsWith('../'));
  return changes
    .map(({ path: file, before, after }) => {
      const shown = isOutside ? path.posix.join(folder, file) : file;
      // A file that is new holds what `init` itself writes.
      if (before === null) return unifiedDiff(shown, null, after);
      const own = (spans: Concealed['spans']): Concealed['spans'] =>
        spans.filter((each) => each.file === file);
      return unifiedDiff(shown, before.text, after, [own(concealed.spans), own(concealedAfter)]);
    })
    .join('');
}

/** Where the secrets come from. */
interface SecretsSource {
  readonly vault: string;
  /** Whether something names the vault; else it is one that we propose. */
  readonly isKnown: boolean;
  readonly inUse: readonly string[];
  /** The names that the secrets files have from 1Password from now on, beside those that move. */
  readonly added: readonly string[];
  /** The names that move from GitHub's secrets to 1Password. */
  readonly moved: ReadonlySet<string>;
  /** The same with the names of GitHub's secrets. */
  readonly fromGitHub: ReadonlyMap<string, string>;
}

class InitPlanner {
  /** The request, before the search for a deploy file. */
  readonly #given: InitRequest;
  readonly #request: InitRequest;
  readonly #options: CheckProjectOptions;
  readonly #root: string;
  readonly #repository: string;
  readonly #files: Project;
  /** What files would be, by path from the project. */
  readonly #overlay = new Map<string, string>();

  constructor(given: InitRequest) {
    const request = withConfig(given);
    this.#given = given;
    this.#request = request;
    this.#options = { ...request.project, destinations: 'all' };
    this.#root = path.resolve(request.project.root);
    this.#repository = repositoryRoot(this.#root);
    this.#files = openProject(this.#root, request.project.config);
  }

  plan(): InitPlan {
    const { without, environment } = this.#request;
    const unfilled = this.#project();
    refuseKamal1(unfilled, this.#files);
    refuseWithoutDeployFile(this.#files);
    this.#fillExamples();
    for (const name of this.#request.secrets) this.#askFor(name);
    const before = this.#project();
    if (environment?.keyless === true) refuseVaultReads(before);
    const surroundings = surroundingsOf(before, this.#files.text('Gemfile.lock'));
    const found = survey(repositoryPlace(this.#root, undefined), {
      reference: actionReference(),
      ...surroundings,
      keyFor: () => null,
    });
    if (isFreshRails(before, this.#files) && found.left.length === 0) this.#askFor('RAILS_MASTER_KEY');
    const source = this.#source(before, found);
    const notes: string[] = [...found.left, ...valuesWithoutPlace(unfilled, this.#request.values)];
    const { config } = this.#request.project;
    if (config !== undefined && config !== this.#given.project.config)
      notes.push(
        `There is no config/deploy.yml: ${config} is the deploy file that the workflows name, so this is about it.`,
      );
    const token = this.#workflows(before, found, { ...source, surroundings }, notes);
    if (this.#keepsAway(found))
      notes.push(
        leftAloneNote(before, without, this.#deploysByAction()),
        ...withoutSecretsFile(before, without),
      );
    else if (this.#leavesSecrets(before, found)) notes.push(...withoutSecretsFile(before, without));
    if (!without.includes('secrets')) notes.push(...rejectedNote(before));
    notes.push(
      ...ofOnePerson(this.#project(), source.vault),
      ...misnamedSecrets(this.#files, found.readings.map(({ source: file }) => file.text).join('\n')),
    );
    notes.push(...otherDeployFiles(found.readings, config ?? 'config/deploy.yml'));
    if (!without.includes('agents')) this.#agents();
    return this.#result(before, found, { ...source, token }, notes);
  }

  /** Whether places where Kamal runs stay as they are, so that no workflow is added. */
  #keepsAway({ left }: RepositorySurvey): boolean {
    return left.length > 0 && !this.#request.newWorkflow;
  }

  /** Whether the secrets files stay: a script that runs Kamal could not read what they would fetch. */
  #leavesSecrets(before: ProjectReadings, found: RepositorySurvey): boolean {
    return this.#keepsAway(found) || (found.keepsScriptWithoutToken && !before.destinations.some(needsOp));
  }

  /** Where the secrets come from, with the secrets files written that fetch them. */
  #source(before: ProjectReadings, found: RepositorySurvey): SecretsSource {
    const { carried } = found;
    const isLeftAlone = this.#leavesSecrets(before, found);
    const inUse = vaultsInUse(this.#project(), this.#files, carried);
    const known = this.#request.vault ?? laidDown(before, 'vault', null) ?? inUse[0] ?? null;
    const vault = known ?? serviceOf(before) ?? 'MyApp';
    const github = githubSecrets(before);
    let moved: ReadonlySet<string> = new Set();
    let added: readonly string[] = [];
    if (!this.#request.without.includes('secrets')) {
      const names = this.#secretsFiles(carried, vault, isLeftAlone, github);
      if (this.#request.moveAll) moved = new Set(names.filter((name) => github.has(name)));
      else added = names;
    }
    const fromGitHub = new Map([...github].filter(([name]) => moved.has(name)));
    return { vault, isKnown: known !== null, inUse, added, moved, fromGitHub };
  }

  /** Writes the workflows; says which secret holds the token, and adds to the notes. */
  #workflows(
    before: ProjectReadings,
    found: RepositorySurvey,
    { vault, moved, fromGitHub, surroundings }: SecretsSource & { readonly surroundings: MigrationContext },
    notes: string[],
  ): Pick<WorkflowPlan, 'tokenSecret' | 'hadToken'> {
    const { without, environment } = this.#request;
    const kept = environment === null ? [] : keptWorkflows(deploySteps(before), environment);
    notes.push(...kept);
    if (without.includes('workflow') || kept.length > 0)
      return { tokenSecret: 'OP_SERVICE_ACCOUNT_TOKEN', hadToken: false };
    const plan = planWorkflows(found, {
      reference: actionReference(),
      vault,
      branch: this.#request.branch ?? mainBranch(this.#root),
      directory: directoryInRepository(this.#root),
      config: this.#request.project.config ?? null,
      surroundings,
      project: this.#project(),
      moved,
      movedSecrets: new Set(fromGitHub.values()),
      mayAdd: !this.#keepsAway(found),
      environment,
    });
    for (const [file, text] of plan.texts) this.#overlay.set(file, text);
    notes.push(...plan.notes, ...this.#withoutFailingCheck(plan.checkFile));
    return plan;
  }

  #result(
    before: ProjectReadings,
    found: RepositorySurvey,
    source: SecretsSource & { readonly token: Pick<WorkflowPlan, 'tokenSecret' | 'hadToken'> },
    notes: readonly string[],
  ): InitPlan {
    const { environment } = this.#request;
    const { vault } = source;
    const project = this.#project();
    const changes = this.#changes();
    const isWritten = [`op://${vault}/`, `--from ${vault}/`, `--from "${vault}/`];
    const isNamed = changes.some(({ after }) => isWritten.some((each) => after.includes(each)));
    const isNew = environment === null && !source.isKnown && isNamed;
    const { spans, words } = concealedIn(readProject(this.#options));
    const others = changes.flatMap((change) =>
      change.before === null ? [] : drawnWords(change.before.text),
    );
    return {
      concealed: { spans, words: [...words, ...others] },
      concealedAfter: concealedIn(project).spans,
      changes,
      notes: [
        ...notes,
        ...this.#onRunner(project, source.added, found),
        ...(isNew ? [newVaultNote(vault, serviceOf(project))] : []),
        ...(this.#request.account === null ? usualAccountNote(changes) : []),
      ],
      left: this.#request.newWorkflow ? [] : found.left,
      human: humanList(project, {
        before,
        service: serviceOf(project),
        sshKey: found.carried.sshKey,
        keys: [...severalKeys(found, vault).values()],
        defaultVault: vault,
        inUse: source.inUse,
        token: source.token,
        contents: contentsOf(project, this.#files),
        environment: environment !== null,
        more: [
          ...(environment === null ? [] : environmentSteps(project, environment)),
          ...stillExamples(project),
          ...moveSteps(project, source.fromGitHub),
        ],
      }),
      report: check(project, this.#options),
    };
  }

  #onRunner(project: ProjectReadings, added: readonly string[], found: RepositorySurvey): string[] {
    const created = this.#changes().flatMap(({ path: file, before }) => (before === null ? [file] : []));
    const workflows = found.readings.map(({ source }) => this.#overlay.get(source.path) ?? source.text);
    return [
      ...stillPassed(project, added, workflows),
      ...ignoredSecretsFiles(project, this.#root, new Set(created)),
    ];
  }

  /** A check of pull requests that fails on the commit which brings it helps no one: then it is not written, and said. */
  #withoutFailingCheck(file: string | null): string[] {
    if (file === null) return [];
    const { error } = countFindings(check(this.#project(), this.#options));
    if (error === 0) return [];
    this.#overlay.delete(file);
    return [
      `No workflow that checks pull requests was written: it would fail right away, on ${error === 1 ? '1 error' : `${error} errors`}. What you can do: fix what \`kamal-1password check\` shows, then run init again.`,
    ];
  }

  /** The project as it would be by now. */
  #project(): ProjectReadings {
    return readProject({ ...this.#options, overlay: this.#overlay });
  }

  #apply(project: ProjectReadings, edits: readonly Edit[]): void {
    for (const [file, text] of applied(sourcesOf(project), edits)) this.#overlay.set(file, text);
  }

  #fillExamples(): void {
    const project = this.#project();
    const [deployFile] = project.destinations[0]?.deploy.files ?? [];
    if (deployFile !== undefined)
      this.#apply(project, fillExamples(deployFile.path, deployFile.text, this.#request.values));
  }

  /** Puts a secret into the deploy file's list; the secrets files follow with all others. */
  #askFor(name: string): void {
    const project = this.#project();
    const destinations = project.destinations.map(({ destination }) => destination);
    const deployFiles = new Set(
      project.destinations.flatMap(({ deploy }) => deploy.files.map((file) => file.path)),
    );
    const { edits } = planAdd(project, { name, alias: null, role: null, destinations });
    this.#apply(
      project,
      edits.filter(({ file }) => deployFiles.has(file)),
    );
  }

  /** The names that 1Password has from now on. */
  #secretsFiles(
    carried: CarriedSecrets,
    vault: string,
    isLeftAlone: boolean,
    github: ReadonlyMap<string, string>,
  ): readonly string[] {
    const project = this.#project();
    const deploys = deploySteps(project);
    const ignore = new GitIgnore((file) => this.#files.text(this.#fromProject(file)));
    const directory = directoryInRepository(this.#root);
    const { edits, created, moved } = planSecrets(withoutRejected(withoutUnusedBase(project)), {
      account: this.#request.account ?? USUAL_ACCOUNT,
      vault,
      item: (destination) =>
        this.#request.item ?? laidDown(project, 'item', destination) ?? titled(destination ?? 'production'),
      references: isLeftAlone ? new Map() : carried.references,
      isPassed: (name, destination) => {
        if (this.#request.moveAll && github.has(name)) return false;
        if (deploys.length === 0) return false;
        const own = deploys.filter(({ destinations }) =>
          destinations.some((each) => each.destination === destination),
        );
        // Deployed by hand, from an environment that no one sees.
        return own.length === 0 || own.some((each) => reaches(name, each) !== false);
      },
      only: isLeftAlone ? new Set(this.#request.secrets) : null,
      fromEnvironment: this.#request.environment !== null,
      isThere: (file) =>
        isMadeByJob(deploys, file) ||
        (this.#files.exists(file) && !ignore.ignores(path.posix.join(directory, file))),
    });
    this.#apply(project, edits);
    for (const [file, text] of created) this.#overlay.set(file, text);
    return moved;
  }

  #agents(): void {
    const project = this.#project();
    const file = path.posix.join(
      path.posix.relative(`/${repositoryPlace(this.#root, undefined).project}`, '/'),
      'AGENTS.md',
    );
    const secretsFiles = project.destinations.flatMap(({ secrets }) =>
      secrets.files.flatMap(({ path: name, source }) => (source === null ? [] : [name])),
    );
    const deployFiles = [
      ...new Set(project.destinations.flatMap(({ deploy }) => deploy.files.map((each) => each.path))),
    ];
    const text = withAgentsSection(this.#current(file), {
      directory: directoryInRepository(this.#root),
      config: this.#request.project.config ?? null,
      secretsFiles: [...new Set(secretsFiles.length > 0 ? secretsFiles : ['.kamal/secrets'])],
      deployFiles:
        deployFiles.length > 0 ? deployFiles : [this.#request.project.config ?? 'config/deploy.yml'],
      signIn: signInOf(deploySteps(project)),
    });
    this.#overlay.set(file, text);
  }

  #deploysByAction(): boolean {
    return deploySteps(this.#project()).some(({ by }) => by === 'action');
  }

  #changes(): FileChange[] {
    return [...this.#overlay].flatMap(([file, after]) => {
      const before = this.#files.read(file);
      return before?.text === after ? [] : [{ path: file, before, after }];
    });
  }

  /** @throws Failure as `Project.read` */
  #current(file: string): string | null {
    return this.#overlay.get(file) ?? this.#files.read(file)?.text ?? null;
  }

  /** A path from the repository's root, as the project sees it. */
  #fromProject(file: string): string {
    return path.relative(this.#root, path.join(this.#repository, file)).split(path.sep).join('/');
  }
}

function newVaultNote(vault: string, service: string | null): string {
  return `No vault is used yet, so the files say \`${vault}\`${service === null ? '' : ', after the app'}: create a vault with that name, or choose yours with \`init --vault NAME\`.`;
}

/** Where the files take an account that no one named. */
function usualAccountNote(changes: readonly FileChange[]): string[] {
  const option = `--account ${USUAL_ACCOUNT} `;
  const files = changes.filter(
    ({ before, after }) => after.includes(option) && before?.text.includes(option) !== true,
  );
  return files.length === 0
    ? []
    : [
        `${list(files.map((file) => file.path))} ${files.length === 1 ? 'says' : 'say'} \`${option.trim()}\`: change --account if your team signs in elsewhere.`,
      ];
}
