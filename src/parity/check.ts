/** The check: readings in, report out. Pure; nothing is read, run or asked here. */
import { withoutComments } from '../base/text/without-comments.ts';
import { Lookup } from './lookup.ts';
import type { Finding, Severity, SourceFile, Span } from './model.ts';
import {
  bounded,
  compareFindings,
  keyOf,
  type DestinationReport,
  type IgnoredFinding,
  type Report,
} from './report/report.ts';
import type {
  DestinationContext,
  DestinationReadings,
  Draft,
  ProjectReadings,
  ProjectRule,
  Rule,
  ProjectSettings,
} from './rule.ts';
import { isRuleId, type Cover, type RuleId } from './rule-ids.ts';
import { concealedIn } from './secrecy/concealed.ts';
import { veiled } from './secrecy/veiled.ts';
import { isIgnored, severitiesOf } from './settings.ts';
import { secretRows } from './report/rows.ts';
import { destinationRules, projectRules, rules } from './rules.ts';
import { suppressionUnused } from './rules/suppression-unused.ts';
import { SuppressionBook } from './suppression-book.ts';
import { passedBy, stepsFor, takenVariables, variableSources } from './variable-sources.ts';
import { VaultLookup } from './vault/lookup.ts';
import { kamalVerdict } from './verdict.ts';
import { secretsWriter, secretSteps } from './workflow.ts';

export interface CheckOptions {
  /** Severities that the user has set, `off` among them. */
  readonly rules?: Partial<Readonly<Record<RuleId, Severity | 'off'>>>;
  /** Findings that the report holds; default `MOST_FINDINGS`. */
  readonly mostFindings?: number;
}

/** Checks every destination of a project. Linear in destinations and in secrets. */
export function check(readings: ProjectReadings, options: CheckOptions = {}): Report {
  const { settings } = readings;
  const severities = { ...severitiesOf(settings), ...options.rules };
  const sensitive: Span[] = [];
  const ignored = new IgnoredFindings();
  const suppressions = new SuppressionBook((rule) => couldFind(rule, readings, severities));
  suppressions.readAll(readings);
  const contextOf = contexts(readings);
  const destinations = readings.destinations.map((each): DestinationReport => {
    const { secrets, deploy } = each;
    const context = contextOf(each);
    const { lookup, verdict } = context;
    const drafts = destinationRules.flatMap((rule) =>
      drafted(rule, rule.check(context), severities, { sensitive, ignored }),
    );
    return {
      destination: each.destination,
      deployFiles: deploy.files.map(({ path }) => path),
      secretsFiles: secrets.files.map(({ path, source }) => ({ path, exists: source !== null })),
      kamal: verdict,
      writtenInJob: secretsWriter(readings, each)?.file ?? null,
      askedOfVault: askedOfVault(each),
      secrets: secretRows(secrets, deploy, verdict, lookup),
      findings: finish(drafts, suppressions, { settings, ignored }),
    };
  });

  const ofProject = (some: readonly ProjectRule[]): Finding[] => {
    const context = { ...readings, suppressions: suppressions.states() };
    const drafts = some.flatMap((rule) =>
      drafted(rule, rule.check(context), severities, { sensitive, ignored }),
    );
    return finish(drafts, suppressions, { settings, ignored });
  };
  // Which comments hide nothing is known only when all other rules have spoken.
  const found = ofProject(projectRules.filter((rule) => rule !== suppressionUnused));
  const about = [...found, ...ofProject([suppressionUnused])].sort(compareFindings);
  const report = {
    kamal: readings.kamal,
    incompleteBase: readings.incompleteBase,
    destinations,
    notChecked: readings.others,
    findings: about,
    ignored: ignored.all(),
    sources: sourcesOf(readings),
    sensitive,
    words: [],
  };
  return veiled(bounded(report, options.mostFindings), concealedIn(readings));
}

/** The files that findings can point into, by path. */
export function sourcesOf({
  destinations,
  hooks,
  workflows,
  settings,
}: ProjectReadings): Map<string, SourceFile> {
  const sources = destinations.flatMap(({ secrets, deploy, notLoaded }) => [
    ...[...secrets.files, ...notLoaded.flatMap(({ files }) => files)].flatMap(({ source }) => source ?? []),
    ...deploy.files,
  ]);
  const others = [...hooks, ...workflows.map(({ source }) => source)];
  const all = [...sources, ...others, ...(settings.source === null ? [] : [settings.source])];
  return new Map(all.map((source) => [source.path, source]));
}

/** Makes the context of each destination's rules. */
function contexts(readings: ProjectReadings): (each: DestinationReadings) => DestinationContext {
  const inHooks = new Mentions(readings.hooks);
  const inDeployFiles = new Mentions(readings.deployFiles);
  const deploys = secretSteps(readings);
  return (each) => {
    const { secrets, deploy } = each;
    const lookup = new Lookup(secrets, deploy, each.notLoaded);
    const own = deploy.files.map(({ path }) => path);
    const steps = stepsFor(deploys, each);
    return {
      ...each,
      kamal: readings.kamal,
      verdict: kamalVerdict(secrets, deploy),
      lookup,
      inVault: each.vault === null ? null : new VaultLookup(each.vault, secrets, lookup),
      variableSources: variableSources(steps, each.destination),
      passedByWorkflows: (name) => passedBy(steps, name),
      writtenBy: secretsWriter(readings, each),
      mentionedInHooks: (name) => inHooks.outside(name, []),
      mentionedElsewhere: (name) => inDeployFiles.outside(name, own),
    };
  };
}

/** What 1Password was asked for and answers: without the variables that come from elsewhere. */
function askedOfVault({ vault, secrets }: DestinationReadings): number {
  if (vault === null) return 0;
  const there = new Set(vault.environment?.item?.fields.map(({ name }) => name));
  return vault.answers.length + takenVariables(secrets).filter(({ name }) => there.has(name)).length;
}

interface Drafted {
  readonly finding: Finding;
  readonly covers: readonly Cover[];
}

function drafted(
  rule: Rule,
  drafts: Iterable<Draft>,
  severities: CheckOptions['rules'] & {},
  { sensitive, ignored }: { readonly sensitive: Span[]; readonly ignored: IgnoredFindings },
): Drafted[] {
  const set = severities[rule.id];
  const found: Drafted[] = [];
  for (const draft of drafts) {
    // What holds a credential stays hidden even where no one wants to hear of it.
    if (draft.sensitive === true) sensitive.push(draft.span);
    const { secret, message, span, related = [], fixes = [], covers = [] } = draft;
    const severity = set === 'off' || set === undefined ? (draft.severity ?? rule.severity) : set;
    const finding = { rule: rule.id, severity, secret, message, span, related, fixes };
    if (set === 'off') ignored.add(finding, true);
    else found.push({ finding, covers });
  }
  return found;
}

/** Whether a rule could find anything in this check: it is not off, and what it needs of 1Password was asked. */
function couldFind(
  rule: string,
  { destinations }: ProjectReadings,
  severities: CheckOptions['rules'] & {},
): boolean {
  if (!isRuleId(rule)) return true;
  return (
    severities[rule] !== 'off' &&
    (rules[rule].examples().vault === undefined || destinations.every(({ vault }) => vault !== null))
  );
}

/** One flaw, one finding: takes out what a comment suppresses, then what another finding explains, and sorts. */
function finish(
  drafts: readonly Drafted[],
  suppressions: SuppressionBook,
  { settings, ignored }: { readonly settings: ProjectSettings; readonly ignored: IgnoredFindings },
): Finding[] {
  const covered = new Set(
    drafts.flatMap(({ covers }) => covers.map(({ rule, secret }) => JSON.stringify([rule, secret]))),
  );
  return (
    drafts
      .map(({ finding }) => finding)
      // A comment counts as used also where another finding explains this one today.
      .filter((finding) => {
        if (!suppressions.hides(finding) && !isIgnored(settings, finding)) return true;
        ignored.add(finding, false);
        return false;
      })
      .filter(
        ({ rule, secret }) =>
          !covered.has(JSON.stringify([rule, secret])) && !covered.has(JSON.stringify([rule, null])),
      )
      .sort(compareFindings)
  );
}

/** What was found and is not shown; what destinations share counts once. */
class IgnoredFindings {
  readonly #byKey = new Map<string, IgnoredFinding>();

  add(finding: Finding, isOff: boolean): void {
    this.#byKey.set(keyOf(finding), { rule: finding.rule, isOff });
  }

  all(): IgnoredFinding[] {
    return [...this.#byKey.values()];
  }
}

/** The words of some files, and in how many of them each occurs; computed on first use. Comment lines do not count. */
class Mentions {
  readonly #files: readonly SourceFile[];
  #words: Map<string, Set<string>> | null = null;

  constructor(files: readonly SourceFile[]) {
    this.#files = files;
  }

  /** Whether any file but those named has the word. */
  outside(word: string, paths: readonly string[]): boolean {
    if (this.#words === null) {
      this.#words = new Map();
      for (const { path, text } of this.#files) {
        for (const found of withoutComments(text).match(/[\w.]+/g) ?? []) {
          const places = this.#words.get(found);
          if (places === undefined) this.#words.set(found, new Set([path]));
          else places.add(path);
        }
      }
    }
    const places = this.#words.get(word);
    return places !== undefined && places.size > paths.filter((path) => places.has(path)).length;
  }
}
