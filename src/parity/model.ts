/**
 * The shapes that parity works on: what the readers of the secrets files and of the deploy file found (names and where
 * they are), and what the check makes of it (findings and fixes). Only data, no behaviour.
 */

/** A stretch of one file: `file` relative to the project with `/`, offsets in UTF-16 code units, `end` exclusive. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A file of the project as it was read. `text` is decoded UTF-8 without its byte order mark. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** 1 if a byte order mark was removed, so that an editor's offsets can be restored; else 0. */
  readonly bom: 0 | 1;
  /** True if the bytes are not UTF-8, which Ruby refuses to read; `text` then has replacement characters. */
  readonly invalidUtf8?: boolean;
}

/** What is known statically of a value: certainly blank, certainly not, or only known when Kamal runs. */
export type Known = 'empty' | 'filled' | 'unknown';

// ------------------------------------------------------------------ the secrets files

/** What Kamal would make of the secrets files of one destination. */
export interface SecretsReading {
  /** The files Kamal looks for, in the order it loads them; `source` is null if one does not exist. */
  readonly files: readonly { readonly path: string; readonly source: SourceFile | null }[];
  /** Every assignment in the order of the files, later ones win. Those after `error` are included, for rules to check. */
  readonly assignments: readonly Assignment[];
  /** The first thing that makes Kamal's evaluation raise, and so every look-up fail; null when all evaluates. */
  readonly error: SecretsError | null;
  /** All that would raise, `error` first; the others appear once those before them are fixed. */
  readonly errors: readonly SecretsError[];
  /** Places whose content only the vault or a run knows. */
  readonly unknowns: readonly Unknown[];
}

/** `NAME=value`, `export NAME=value`, `NAME: value`, or a bare word that dotenv takes as an empty secret. */
export interface Assignment {
  readonly name: string;
  readonly nameSpan: Span;
  /** The value as written, quotes included; an empty span just after `=` if there is none. */
  readonly valueSpan: Span;
  /** The whole assignment, from `export` or the name to the end of the value. */
  readonly span: Span;
  readonly form: 'assignment' | 'bare-word';
  readonly quote: 'none' | 'single' | 'double';
  readonly value: Known;
  /** `$NAME` and `${NAME}`, also those within commands. */
  readonly references: readonly Reference[];
  /** `$(…)` that Kamal would run, outermost only, in order. */
  readonly commands: readonly Command[];
  /** The comment on the value's own line, from `#` to the line's end: what an unquoted `#` cut off. */
  readonly comment: Span | null;
  /** A `$(` whose `)` is not within the value: dotenv leaves it as text. */
  readonly unclosed: Span | null;
}

/** `$NAME` in a value. `to` is the index in `assignments` of the earlier line it reads, or null for the environment. */
export interface Reference {
  readonly name: string;
  readonly span: Span;
  readonly to: number | null;
}

export type Command = FetchCommand | ExtractCommand | OtherCommand;

/** `kamal secrets fetch …`, run inline by Kamal. */
export interface FetchCommand {
  readonly kind: 'fetch';
  readonly span: Span;
  /** As written, e.g. `1password`; null if missing. `known` is false for an adapter Kamal has not. */
  readonly adapter: { readonly name: string; readonly span: Span; readonly known: boolean } | null;
  readonly account: { readonly value: string; readonly span: Span } | null;
  readonly from: { readonly value: string; readonly span: Span } | null;
  readonly names: readonly { readonly value: string; readonly span: Span }[];
  /** The keys of the JSON that Kamal's adapter would print, in order, each with the name that asked for it. */
  readonly keys: readonly { readonly key: string; readonly name: number | null }[];
  /** True if more keys may exist than are listed (whole item, adapters whose keys only the vault knows). */
  readonly opaque: boolean;
  /** Words that could not be known statically (environment variables, commands). */
  readonly unknownWords: boolean;
  /** Some of those words are about what is fetched (adapter, `--from`, names), so that no one can be asked for it. */
  readonly asksUnknown: boolean;
  /** Some of them decide by what names its answer is found. */
  readonly keysUnknown: boolean;
  /** An option, such as `--environment`, that Kamal may have by now: its release is newer than all that is known here. */
  readonly unheardOption: string | null;
}

/** `kamal secrets extract NAME $SECRETS`, run inline by Kamal. */
export interface ExtractCommand {
  readonly kind: 'extract';
  readonly span: Span;
  readonly name: { readonly value: string; readonly span: Span } | null;
  /** The assignment (index) whose fetch it reads, null if none or not known. */
  readonly source: number | null;
  readonly found: boolean | 'unknown';
  /** The key it takes, and all keys that would match by suffix (more than one is ambiguous). */
  readonly key: string | null;
  readonly candidates: readonly string[];
}

/** Any other command: given to a shell, or one that Kamal refuses. `words` are best effort. */
export interface OtherCommand {
  readonly kind: 'shell' | 'kamal';
  readonly span: Span;
  readonly text: string;
  /** `unknown`: part of the word is an environment variable or a command's output, and `value` a placeholder. */
  readonly words: readonly { readonly value: string; readonly span: Span; readonly unknown: boolean }[];
}

export interface SecretsError {
  /** The assignment whose evaluation raised, as Kamal would reach it; null if the file could not be read at all. */
  readonly key: string | null;
  readonly kind:
    | 'extract-not-found'
    | 'extract-not-json'
    | 'extract-usage'
    | 'fetch-account-missing'
    | 'fetch-adapter-missing'
    | 'fetch-adapter-unknown'
    | 'fetch-from-missing'
    | 'fetch-usage'
    | 'export-unset'
    | 'kamal-command'
    | 'unreadable'
    | 'other';
  /** What Kamal (Ruby) says, in its own words where they are fixed. */
  readonly message: string;
  readonly span: Span;
  /** False if it depends on an environment variable or a command's output, for which placeholders are used. */
  readonly certain: boolean;
}

export interface Unknown {
  readonly reason: string;
  readonly span: Span;
}

// ------------------------------------------------------------------ the deploy file

/** What Kamal would make of `config/deploy.yml` and its destination file. */
export interface DeployReading {
  readonly files: readonly SourceFile[];
  readonly destination: string | null;
  /** False if Kamal would refuse to load it; 'unknown' where ERB decides. */
  readonly loads: boolean | 'unknown';
  readonly errors: readonly DeployError[];
  /** Every place that asks for a secret, those that Kamal never reads included. */
  readonly consumers: readonly Consumer[];
  /** `env.clear` names and literal credentials in a committed file. */
  readonly clear: readonly { readonly name: string; readonly span: Span; readonly where: string }[];
  readonly literals: readonly { readonly what: string; readonly span: Span }[];
  /** Where secrets files are: `secrets_path`, default `.kamal/secrets`. */
  readonly secretsPath: string;
  readonly hooksPath: string;
  /** Names that the ERB of the files asks for: of the environment, or of Kamal's secrets themselves. */
  readonly readByErb: readonly {
    readonly name: string;
    readonly of: 'environment' | 'secrets';
    readonly span: Span;
  }[];
  /** The key that came with the latest release of Kamal of all that are used; null if Kamal 2.0.0 knows them all. */
  readonly needs: { readonly version: string; readonly key: string; readonly span: Span } | null;
  /** Lists of secrets as written, so that a fix can add to one in its own style. */
  readonly secretLists: readonly SecretList[];
  /** Where something depends on ERB that cannot be known without running it. */
  readonly unknowns: readonly Unknown[];
  /** Names in parts of a template that only some runs render: perhaps needed. */
  readonly maybe: readonly { readonly name: string; readonly span: Span }[];
  /** Places whose names another deployment can have too. */
  readonly places: DeployPlaces;
  /** What the rest of the product needs of the deploy file; null fields where unknown. */
  readonly deployment: Deployment | null;
}

/** A text of the deploy file, and where it is; what only a run knows is skipped. */
export interface PlacedText {
  readonly text: string;
  readonly span: Span;
}

export interface DeployPlaces {
  readonly service: PlacedText | null;
  /** Of `proxy.host` and `proxy.hosts`, those of roles too. */
  readonly proxyHosts: readonly PlacedText[];
  /** Hosts of `servers`. */
  readonly hosts: readonly PlacedText[];
  /** The entries of `volumes`: `name:/path`. */
  readonly volumes: readonly PlacedText[];
  /** The keys of `accessories`. */
  readonly accessories: readonly PlacedText[];
}

export interface DeployError {
  /** Kamal's sentence, e.g. `env/secret: should be an array`. */
  readonly message: string;
  readonly span: Span;
  /** Whether it is about a place where secrets are declared. */
  readonly aboutSecrets: boolean;
  /** False if it rests on something that ERB decides: then it is no finding. */
  readonly certain: boolean;
}

export interface Consumer {
  /** The name looked up in the secrets: the alias if there is one. */
  readonly secret: string;
  /**
   * The name that the container gets: `secret` itself if it has no alias, null if no container gets it (registry, ssl,
   * …).
   */
  readonly container: string | null;
  readonly span: Span;
  /** Path in the deploy file, e.g. `env.secret`, `servers.web.env.secret`, `accessories.db.env.secret`, `registry.password`. */
  readonly via: string;
  /** Who asks: `role:web`, `accessory:db`, `registry`, `builder`, `proxy:web`, `ssh`. */
  readonly where: string;
  /** False if Kamal never looks it up, with the reason. */
  readonly applied: boolean;
  readonly notAppliedBecause: string | null;
  /**
   * Why Kamal fails on the list before it looks up any of it; null if it does not. `isNotString`: the item is a number,
   * a truth value or the like, which quotes would make a string.
   */
  readonly failure: { readonly message: string; readonly span: Span; readonly isNotString: boolean } | null;
  /** False if ERB decides the name, or whether the entry exists at all. */
  readonly certain: boolean;
}

export interface SecretList {
  /** `env.secret`, `servers.web.env.secret`, … */
  readonly via: string;
  readonly span: Span;
  readonly style: 'block' | 'flow';
  /** `text` is the item without its quotes, `span` the item with them. */
  readonly items: readonly {
    readonly text: string;
    readonly span: Span;
    readonly quote: 'none' | 'single' | 'double';
  }[];
  /** False if a destination's list replaces this one. */
  readonly effective: boolean;
  /** False if ERB writes it, or it is an alias: then no edit is possible. */
  readonly editable: boolean;
  /** What precedes the `-` of a block item; empty for a flow list. */
  readonly indent: string;
  /** Where a further item goes: at the end of the last block item's line (comment included), or before the flow list's `]`. */
  readonly insertAt: number;
}

/** What a key says: its text, null if the file does not set it, undefined if only ERB knows. */
export type Setting = string | null | undefined;

/** The parts of the configuration that other rooms use: who runs where, and how to reach it. */
export interface Deployment {
  readonly service: string | null;
  readonly roles: readonly {
    readonly name: string;
    readonly hosts: readonly string[];
    readonly proxy: boolean;
    /** What its proxy asks; null if it has none. */
    readonly asked: { readonly appPort: Setting; readonly healthcheckPath: Setting } | null;
    /** The tags of those hosts that have some, in their order. */
    readonly tags: Readonly<Record<string, readonly string[]>>;
  }[];
  /** Whose first host holds the deploy lock. */
  readonly primaryRole: string;
  readonly accessories: readonly {
    readonly name: string;
    readonly hosts: readonly string[];
    readonly service: string | null;
  }[];
  readonly ssh: {
    readonly user: string;
    readonly port: number;
    /** A jump host, as `ssh.proxy` names it. */
    readonly proxy: string | null;
    /** `ssh.proxy_command`, which Kamal uses if there is no `ssh.proxy`. */
    readonly proxyCommand: string | null;
    /** `sshkit.max_concurrent_starts`: how many connections Kamal opens at the same time. */
    readonly starts: number;
  };
  readonly proxyHosts: readonly string[];
  readonly proxySsl: boolean;
  readonly registry: string | null;
  readonly registryServer: Setting;
  /** Undefined also where a secret holds it. */
  readonly registryUsername: Setting;
  /** `deploy_timeout`, as it is written. */
  readonly deployTimeout: Setting;
  /** The name of the image, or null if there is none, or only ERB knows it. */
  readonly image: { readonly name: string; readonly span: Span } | null;
  /** How many hosts are booted at a time, if that is a number, else null. */
  readonly bootLimit: { readonly hosts: number; readonly span: Span } | null;
  /** False if ERB decides which hosts the roles have. */
  readonly hostsAreKnown: boolean;
  /** True if only a run knows a host of a role: its placeholder is not a host. Such hosts of accessories are skipped. */
  readonly hasUnknownHost: boolean;
  readonly builder: {
    /** The section, or null if there is none. */
    readonly span: Span | null;
    readonly driver: string | null;
    readonly remote: string | null;
    readonly local: boolean;
    /** The architectures to build for; null if only ERB knows. */
    readonly arches: readonly string[] | null;
    readonly cacheType: string | null;
    /** Whether it keeps layers from one build to the next; null if only ERB knows. */
    readonly isCached: boolean | null;
    /** Whether it builds with Cloud Native Buildpacks. */
    readonly isPack: boolean;
    /** Whether Kamal builds from a clone of the repository: without `builder.context`. */
    readonly clones: boolean;
  };
}

// ------------------------------------------------------------------ workflows

/** One file of `.github/workflows`, as far as it can be about a deploy. */
export interface WorkflowReading {
  readonly source: SourceFile;
  /** The project's folder from the root of the repository, as a workflow would name it; empty for the root. */
  readonly project: string;
  readonly triggers: readonly { readonly name: string; readonly span: Span }[];
  readonly permissions: WorkflowPermissions | null;
  readonly hasConcurrency: boolean;
  readonly env: WorkflowMap | null;
  /** `defaults.run.working-directory`. */
  readonly workingDirectory: string | null;
  readonly jobs: readonly WorkflowJob[];
  readonly name: string | null;
  readonly shell: string | null;
  /** What it takes where others call it (`on.workflow_call`); null if none can. */
  readonly callable: {
    readonly secrets: WorkflowMap | null;
    /** Where `secrets:` goes; null if that is not a block. */
    readonly insert: Insertion | null;
  } | null;
}

export interface WorkflowJob {
  readonly id: string;
  /** The job's key. */
  readonly span: Span;
  /** The words of `runs-on`, expressions as they are. */
  readonly runsOn: readonly string[];
  /** True if it runs in its own container image. */
  readonly hasContainer: boolean;
  /** True if the job names an `environment`: GitHub then records a deployment for it on its own. */
  readonly hasEnvironment: boolean;
  /** The image of its container as it is written; null if it has none, or none that is text. */
  readonly image: string | null;
  readonly permissions: WorkflowPermissions | null;
  readonly hasConcurrency: boolean;
  readonly env: WorkflowMap | null;
  readonly workingDirectory: string | null;
  readonly steps: readonly WorkflowStep[];
  /** Where further keys of the job go. */
  readonly insert: Insertion | null;
  /** The condition as it is written, or null if there is none. */
  readonly condition: string | null;
  /** The workflow that the job calls (`uses:`), with the span of its name; null for a job with steps. */
  readonly calls: { readonly workflow: string; readonly span: Span } | null;
  /** What it hands to the workflow that it calls; `inherit` for all. */
  readonly passedSecrets: WorkflowMap | 'inherit' | null;
  /** Whether every step begins on its own line, so that steps can be edited by lines. */
  readonly hasBlockSteps: boolean;
  readonly shell: string | null;
}

export interface WorkflowStep {
  /** The action or the first line of the script. */
  readonly span: Span;
  /** E.g. `actions/checkout@v5`; null for a script. */
  readonly uses: string | null;
  /** The script; null for an action. */
  readonly run: string | null;
  readonly env: WorkflowMap | null;
  readonly with: WorkflowMap | null;
  readonly workingDirectory: string | null;
  /** Where further keys of the step go. */
  readonly insert: Insertion | null;
  readonly name: string | null;
  readonly id: string | null;
  /** The condition as it is written, or null if there is none. */
  readonly condition: string | null;
  readonly shell: string | null;
  /** From the line of its dash to the line after its last one. */
  readonly lines: Lines;
  /** Column of its keys. */
  readonly keyColumn: number;
  /** Its keys in their order, each with its lines; empty if it is written in one line. */
  readonly keys: ReadonlyMap<string, Lines>;
  /** Where the step runs Kamal, or may. */
  readonly kamal: readonly KamalCall[];
  /** The secrets files that the step writes, as it names them. */
  readonly writes: readonly string[];
  /** The texts of the repository's scripts and composite actions that the step runs. */
  readonly called: string;
}

/** One place that runs Kamal. */
export interface KamalCall {
  /** `deploy`, `app exec`; null if only a run knows. */
  readonly command: string | null;
  /** What Kamal gets, without quotes, and expressions as they are; null if a shell does more than that. */
  readonly words: readonly (string | null)[];
  /** What it is called through: `bundle exec`, `op run`, `docker run`, a script, an action. Empty for Kamal itself. */
  readonly through: readonly string[];
  /** Environment variables that the command itself sets. */
  readonly variables: readonly string[];
  /** The called file that contains it: `bin/deploy`, `Makefile`; null for the step itself. */
  readonly file: string | null;
}

/** Whole lines of a file, by offsets. */
export interface Lines {
  readonly start: number;
  readonly end: number;
}

/** `permissions:` as a map, or as one word for all scopes. */
export interface WorkflowPermissions {
  readonly all: string | null;
  readonly scopes: WorkflowMap;
  /** The value: the word, or the map. */
  readonly span: Span;
}

/** Names and values as text, expressions as they are written. */
export interface WorkflowMap {
  readonly entries: readonly {
    readonly name: string;
    readonly value: string;
    readonly span: Span;
    readonly lines: Lines;
    /** Where the name begins. */
    readonly keyStart: number;
  }[];
  readonly insert: Insertion | null;
  /** Whether it is written in braces: then lines cannot be added or removed. */
  readonly isFlow: boolean;
}

/** Where lines can be added: each with `indent` before it, after a line end or before one. */
export interface Insertion {
  readonly at: number;
  readonly indent: string;
  readonly lineEnd: 'before' | 'after';
}

// ------------------------------------------------------------------ where `$NAME` comes from

/** What gives variables to the Kamal of a deploy. */
export type VariableSource =
  /** The input `op-environment` of our action. */
  | (OfEnvironment & { readonly kind: 'op-environment' })
  /** `op run`, `doppler run` and the like, which Kamal is called through. */
  | (OfEnvironment & { readonly kind: 'tool'; readonly tool: string });

interface OfEnvironment {
  /** The id of the 1Password Environment; null if only a run knows it, or there is none. */
  readonly id: string | null;
  /** The input, or the step. */
  readonly span: Span;
}

// ------------------------------------------------------------------ findings

export type Severity = 'error' | 'warning' | 'info';

/** One flaw: what and where; `related` are the other places involved. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** The secret it is about; null if it is about a file or a fetch as a whole. */
  readonly secret: string | null;
  readonly message: string;
  readonly span: Span;
  readonly related: readonly { readonly message: string; readonly span: Span }[];
  readonly fixes: readonly Fix[];
}

/** What fixes a finding. An agent's fix is edits; a human's is a sentence about 1Password, the server or GitHub. */
export interface Fix {
  readonly actor: 'agent' | 'human';
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** Replaces `start`–`end` of `file` by `text`; start = end inserts. */
export interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}
