/** What a rule is, what it gets to see and what it says. */
import type {
  DeployError,
  DeployReading,
  Finding,
  SecretsReading,
  Severity,
  SourceFile,
  Span,
  VariableSource,
  WorkflowReading,
  WorkflowStep,
} from './model.ts';
import type { Lookup } from './lookup.ts';
import type { Cover, RuleId } from './rule-ids.ts';
import type { VaultLookup } from './vault/lookup.ts';
import type { VaultReading } from './vault/reading.ts';
import type { KamalVerdict } from './verdict.ts';

/** Who can fix a finding: an agent edits files; a human goes to 1Password, the server or GitHub's settings. */
export type Actor = 'agent' | 'human';

/** Files of a small project, path to text; the examples of a rule are such projects. */
export type ExampleFiles = Readonly<Record<string, string>>;

/** What 1Password holds in an example. */
export type ExampleVault = readonly ExampleItem[];

export interface ExampleItem {
  readonly vault: string;
  readonly item: string;
  /** Values by name; a section precedes a `/` in the name. */
  readonly fields: Readonly<Record<string, string>>;
  /** It is in a second vault of that name. */
  readonly another?: boolean;
  /** 1Password refuses to let the token read the vault's items. */
  readonly refused?: boolean;
  /** It is no item but a 1Password Environment of that id, and `fields` are its variables. */
  readonly isEnvironment?: boolean;
}

export interface RuleDescription {
  readonly id: RuleId;
  /** What a finding weighs unless it says otherwise; the user may override it. */
  readonly severity: Severity;
  /** One line, no full stop. */
  readonly title: string;
  /** Markdown: what Kamal does and why it hurts. */
  readonly why: string;
  /** The version of Kamal in which the behaviour was seen. */
  readonly seenIn: string;
  readonly who: readonly Actor[];
  /** A function, as a check needs none of them. */
  readonly examples: () => RuleExamples;
}

export interface RuleExamples {
  readonly failing: ExampleFiles;
  readonly fixed: ExampleFiles;
  readonly destination?: string;
  /** For rules that need the vault: what it holds beside the failing and beside the fixed files. */
  readonly vault?: { readonly failing: ExampleVault; readonly fixed: ExampleVault };
}

/** A rule about one destination: the configuration that one `kamal deploy -d DEST` would use. */
export interface DestinationRule extends RuleDescription {
  readonly scope: 'destination';
  readonly check: (context: DestinationContext) => Iterable<Draft>;
}

/** A rule about the project as a whole: its comments, its workflows. */
export interface ProjectRule extends RuleDescription {
  readonly scope: 'project';
  readonly check: (context: ProjectContext) => Iterable<Draft>;
}

export type Rule = DestinationRule | ProjectRule;

/** What a rule says. `check.ts` makes a `Finding` of it: the rule's id, the severity in force, suppressions. */
export interface Draft {
  readonly secret: string | null;
  readonly message: string;
  readonly span: Span;
  readonly related?: Finding['related'];
  readonly fixes?: Finding['fixes'];
  /** Where this case weighs more or less than the rule usually does. */
  readonly severity?: Severity;
  /** Findings that this one explains and so makes superfluous: `covers('secret-missing', 'DATABASE_URL')`. */
  readonly covers?: readonly Cover[];
  /** True if the span holds a credential: no rendering shows those characters. */
  readonly sensitive?: boolean;
}

/** What one destination's files say. */
export interface DestinationReadings {
  readonly destination: string | null;
  readonly secrets: SecretsReading;
  readonly deploy: DeployReading;
  /** What is beside a preview; null if the destination is not one of previews. */
  readonly preview: {
    /** The same deploy file with the number of another preview. */
    readonly other: DeployReading;
    /** What is no preview: each destination, and the deploy without one. */
    readonly beside: readonly Pick<DestinationReadings, 'destination' | 'deploy' | 'secrets'>[];
  } | null;
  /** The first later release of Kamal that takes a deploy file which this one refuses; null if none does. */
  readonly laterKamal: string | null;
  /** Secrets files beside the loaded ones that Kamal does not read for this destination, e.g. `.kamal/secrets`. */
  readonly notLoaded: readonly SecretsReading[];
  /** What the vault holds, by name only; null if 1Password was not asked. */
  readonly vault: VaultReading | null;
  /** Files that git ignores: plain text in them reaches no one else. */
  readonly notCommitted: ReadonlySet<string>;
}

/** Which Kamal the project is read for, and why that one. */
export interface ProjectKamal {
  readonly version: string;
  /** The dotenv beside it, which parses the secrets files. */
  readonly dotenv: string;
  /** `kamal-version`: the input or option; `workflow`: what a workflow installs; `default`: nothing pins one. */
  readonly from: 'kamal-version' | 'workflow' | 'lockfile' | 'default';
  /** The file that pins it; null if none does. */
  readonly file: string | null;
  /** Whether commands of the secrets files get `$NAME` as it is written: that Kamal and that dotenv do not fit. */
  readonly leavesVariables: boolean;
  /** False for Kamal 1, and for a release newer than those known here: it is checked as the newest of them. */
  readonly isKnown: boolean;
}

/** What is wrong in the project's own rules. */
export interface SettingsProblem {
  readonly message: string;
  readonly span: Span;
}

/** Where the secrets of destinations are to come from; the first name is the usual one. */
export interface ConventionPart {
  readonly part: 'vault' | 'item';
  /** Null for each destination without its own file, and for the deploy without a destination. */
  readonly destination: string | null;
  readonly names: readonly string[];
  readonly span: Span;
}

/** The project's own rules, `.kamal/1password.yml`, as written. */
export interface ProjectSettings {
  /** Null if there is no such file. */
  readonly source: SourceFile | null;
  readonly rules: readonly {
    readonly id: string;
    readonly idSpan: Span;
    readonly severity: string;
    readonly severitySpan: Span;
  }[];
  /** Secrets that are ignored, by one rule or by all. */
  readonly ignored: readonly {
    readonly name: string;
    readonly rule: string | null;
    readonly reason: string;
    readonly span: Span;
  }[];
  /** Destinations that are skipped unless they are named. */
  readonly skipped: readonly string[];
  readonly convention: readonly ConventionPart[];
  readonly problems: readonly SettingsProblem[];
  /** On a pull request that changes the file: these are then the rules of its base. */
  readonly change: { readonly file: string; readonly isBaseKnown: boolean } | null;
}

/** What the whole project says. */
export interface ProjectReadings {
  readonly destinations: readonly DestinationReadings[];
  /** True if `destinations` are all that the project has, so that “nothing uses it” is certain. */
  readonly complete: boolean;
  /** Destinations that the project has besides, where the caller named none. */
  readonly others: readonly string[];
  readonly kamal: ProjectKamal;
  readonly settings: ProjectSettings;
  /** Why Kamal refuses `config/deploy.yml` where only destinations complete it; null if it is deployed on its own. */
  readonly incompleteBase: DeployError | null;
  /** The active hooks of `.kamal/hooks` (not the samples): they get every secret in their environment. */
  readonly hooks: readonly SourceFile[];
  /** Every deploy file of the project, checked or not: others may be used with the same secrets files (`kamal -c`). */
  readonly deployFiles: readonly SourceFile[];
  /**
   * Files that commands of the secrets files name and that a checkout does not have: git ignores them, or they do not
   * exist.
   */
  readonly absent: ReadonlyMap<string, 'ignored' | 'missing'>;
  /** Those of `.github/workflows` that have to do with Kamal. */
  readonly workflows: readonly WorkflowReading[];
}

export interface DestinationContext extends DestinationReadings {
  readonly kamal: ProjectKamal;
  /** A step of a workflow that writes a secrets file of this destination, or null if there is none. */
  readonly writtenBy: { readonly step: WorkflowStep; readonly file: string } | null;
  readonly verdict: KamalVerdict;
  readonly lookup: Lookup;
  /** What the vault answered; null if 1Password was not asked. */
  readonly inVault: VaultLookup | null;
  /** What the workflows take the variables of `$NAME` from. */
  readonly variableSources: readonly VariableSource[];
  /** Whether the workflows pass a variable to the steps that deploy. */
  readonly passedByWorkflows: (name: string) => boolean | 'unknown';
  /** Whether a hook mentions the name as its own word. */
  readonly mentionedInHooks: (name: string) => boolean;
  /** Whether a deploy file that is not part of this destination mentions the name as its own word. */
  readonly mentionedElsewhere: (name: string) => boolean;
}

export interface ProjectContext extends ProjectReadings {
  readonly suppressions: readonly SuppressionState[];
}

/** A `# kamal-1password: ignore RULE — reason` comment and whether it did anything. */
export interface SuppressionState {
  /** The comment, from `#` to its end. */
  readonly span: Span;
  /** The rule it names, as written. */
  readonly rule: string;
  readonly ruleSpan: Span;
  readonly reason: string | null;
  readonly used: boolean;
  /** False if this check could not find it in any case: the rule is off, or 1Password was not asked. */
  readonly asked: boolean;
}
