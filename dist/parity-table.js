import { a as code, d as Redaction, g as lacksIdToken, h as fetchIdToken, i as block, o as plain, r as PLAIN_CODE, s as prose } from "./quoting.js";
import { t as Failure } from "./failure.js";
import { i as isRecord, n as MAX_BODY_BYTES } from "./bounded-body.js";
import { d as parseToken, f as CONNECTION_FAULTS, i as PATIENCE, l as parseWorkload, m as withPatience, n as refusalOf, p as certificateFault, t as errorOf, u as connectShadow } from "./messages.js";
import { t as Secret } from "./secret.js";
import { isIP } from "node:net";
import { Agent, request } from "node:http";
import { MessageChannel, Worker } from "node:worker_threads";
import { lookup } from "node:dns";
import { constants } from "node:fs";
import { dirname } from "node:path";
import { lstat, mkdir, open } from "node:fs/promises";
import { request as request$1 } from "node:https";
// src/report/parts/rule-address.ts
const RULES = "https://github.com/kamal-1password/kamal-1password/blob/main/docs/rules";
/** The address of a rule's page, docs/rules/ID.md. */
function ruleAddress(id) {
	return `${RULES}/${encodeURIComponent(id.toWellFormed())}.md`;
}
/** A rule's id in GitHub's Markdown, as a link to its page. */
function ruleLink(id) {
	return `[${code(id)}](${ruleAddress(id)})`;
}
// src/base/text/diff.ts
/** Unified diffs of small changes in long files. */
const CONTEXT = 3;
/** Shorter pieces of what is hidden would hide half of every line. */
const SHORTEST_HIDDEN = 4;
/**
* What changed as `diff -u` writes it; empty if nothing did. `previous` is null for a new file. Hidden are spans of the
* text before whose characters are shown as dots. The text after has its own spans if they are known; else the same
* characters are dots there too.
*/
function unifiedDiff(file, previous, after, [hidden, hiddenAfter] = [[]]) {
	if (previous === after) return "";
	const before = previous ?? "";
	const { start, oldEnd: beforeEnd, newEnd: afterEnd, lines: skipped } = changedStretch(before, after);
	const stretch = before.slice(start, beforeEnd);
	const old = splitLines(hide(stretch, clipped(hidden, start, beforeEnd)));
	const now = splitLines(hiddenAfter === void 0 ? hideAgain(before, after.slice(start, afterEnd), hidden) : hide(after.slice(start, afterEnd), clipped(hiddenAfter, start, afterEnd)));
	const hunks = changes(splitLines(stretch), splitLines(after.slice(start, afterEnd)));
	const output = [previous === null ? "--- /dev/null" : `--- a/${file}`, `+++ b/${file}`];
	for (const group of grouped(hunks)) {
		const [first] = group;
		const last = group.at(-1);
		if (first === void 0 || last === void 0) continue;
		const oldStart = Math.max(0, first.oldStart - CONTEXT);
		const oldEnd = Math.min(old.length, last.oldEnd + CONTEXT);
		const newStart = first.newStart - (first.oldStart - oldStart);
		const newEnd = last.newEnd + (oldEnd - last.oldEnd);
		output.push(`@@ -${range(skipped + oldStart, skipped + oldEnd)} +${range(skipped + newStart, skipped + newEnd)} @@`);
		let at = oldStart;
		for (const change of group) {
			for (; at < change.oldStart; at++) output.push(...signedLine(" ", old[at]));
			for (; at < change.oldEnd; at++) output.push(...signedLine("-", old[at]));
			for (let added = change.newStart; added < change.newEnd; added++) output.push(...signedLine("+", now[added]));
		}
		for (; at < oldEnd; at++) output.push(...signedLine(" ", old[at]));
	}
	return `${output.join("\n")}\n`;
}
/** The whole lines between which all changes are, with those around them that are shown, and how many lines are before. */
function changedStretch(before, after) {
	const shorter = Math.min(before.length, after.length);
	let same = 0;
	while (same < shorter && before[same] === after[same]) same += 1;
	let alike = 0;
	while (alike < shorter - same && before.at(-1 - alike) === after.at(-1 - alike)) alike += 1;
	let start = same;
	for (let count = 0; count <= 4 && start > 0; count += 1) start = before.lastIndexOf("\n", start - 1);
	start = Math.max(0, start + 1);
	if (before[start - 1] !== "\n") start = 0;
	let rest = before.length - alike;
	for (let count = 0; count <= 4 && rest < before.length && rest >= 0; count += 1) {
		const end = before.indexOf("\n", rest);
		rest = end < 0 ? before.length : end + 1;
	}
	let lines = 0;
	for (let at = before.indexOf("\n"); at >= 0 && at < start; at = before.indexOf("\n", at + 1)) lines += 1;
	return {
		start,
		oldEnd: rest,
		newEnd: after.length - (before.length - rest),
		lines
	};
}
function signedLine(sign, text = "") {
	return text.endsWith("\n") ? [sign + text.slice(0, -1)] : [sign + text, "\\ No newline at end of file"];
}
function range(start, end) {
	const count = end - start;
	return count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`;
}
function splitLines(text) {
	const lines = text.split(/(?<=\n)/);
	return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
/** The changed stretches, by what both sides have in common: equal lines are found again within a window, as edits are few. */
function changes(old, now) {
	const found = [];
	let a = 0;
	let b = 0;
	while (a < old.length || b < now.length) {
		if (a < old.length && b < now.length && old[a] === now[b]) {
			a++;
			b++;
			continue;
		}
		const [oldEnd, newEnd] = resync(old, now, a, b);
		found.push({
			oldStart: a,
			oldEnd,
			newStart: b,
			newEnd
		});
		a = oldEnd;
		b = newEnd;
	}
	return found;
}
/** The nearest pair of places from which both sides are equal again. */
function resync(old, now, a, b) {
	const most = old.length - a + (now.length - b);
	for (let distance = 1; distance <= Math.min(most, 400); distance++) for (let skipped = 0; skipped <= distance; skipped++) {
		const [x, y] = [a + skipped, b + distance - skipped];
		if (x > old.length || y > now.length) continue;
		if (x === old.length && y === now.length || x < old.length && y < now.length && old[x] === now[y]) return [x, y];
	}
	return [old.length, now.length];
}
function grouped(found) {
	const groups = [];
	for (const change of found) {
		const last = groups.at(-1);
		const before = last?.at(-1);
		if (last !== void 0 && before !== void 0 && change.oldStart - before.oldEnd <= 6) last.push(change);
		else groups.push([change]);
	}
	return groups;
}
/** What of stretches is between two places, from the first of them. */
function clipped(stretches, from, to) {
	return stretches.flatMap(({ start, end }) => end > from && start < to ? [{
		start: Math.max(0, start - from),
		end: Math.min(to, end) - from
	}] : []);
}
function hide(text, hidden) {
	let result = "";
	let at = 0;
	for (const { start, end } of [...hidden].sort((one, other) => one.start - other.start)) {
		if (start < at) continue;
		result += text.slice(at, start) + text.slice(start, end).replaceAll(/[^\r\n]/g, "•");
		at = end;
	}
	return result + text.slice(at);
}
/** The text after, with the lines of what was hidden before hidden where they still are. */
function hideAgain(before, after, hidden) {
	const pieces = hidden.flatMap(({ start, end }) => {
		const lines = before.slice(start, end).split(/[\r\n]+/);
		return [...lines, ...lines.flatMap((each) => each.split(/[\s#"'`]+/))];
	});
	let result = after;
	for (const secret of [...new Set(pieces.map((each) => each.trim()))].toSorted((a, b) => b.length - a.length)) if (secret.length >= SHORTEST_HIDDEN) result = result.replaceAll(secret, (found) => "•".repeat(found.length));
	return result;
}
// src/base/text/compare.ts
/** The order of two texts by their code units, as Ruby and Git sort names: below 0, 0, or above 0. */
function compareText(one, other) {
	if (one === other) return 0;
	return one < other ? -1 : 1;
}
// src/parity/report/with-texts.ts
/** The same report with each of its words changed. Paths and positions stay, as texts are found by them. */
function withTexts(report, { text, ofKamal = text, edits }) {
	const orNull = (each) => each === null ? null : text(each);
	const finding = (each) => ({
		...each,
		secret: orNull(each.secret),
		message: text(each.message),
		related: each.related.map((related) => ({
			...related,
			message: text(related.message)
		})),
		fixes: each.fixes.map((fix) => ({
			...fix,
			title: text(fix.title),
			edits: edits === void 0 ? fix.edits : edits(fix.edits)
		}))
	});
	const row = (each) => ({
		...each,
		name: text(each.name),
		consumed: each.consumed.map((consumer) => ({
			...consumer,
			via: text(consumer.via),
			where: text(consumer.where),
			container: orNull(consumer.container)
		}))
	});
	const destination = (each) => ({
		...each,
		kamal: verdictWithTexts(each.kamal, ofKamal),
		secrets: each.secrets.map(row),
		findings: each.findings.map(finding)
	});
	const { incompleteBase } = report;
	return {
		...report,
		incompleteBase: incompleteBase && {
			...incompleteBase,
			message: ofKamal(incompleteBase.message)
		},
		destinations: report.destinations.map(destination),
		findings: report.findings.map(finding)
	};
}
/** The same verdict with each of its words changed. */
function verdictWithTexts(verdict, text) {
	const orNull = (each) => each === null ? null : text(each);
	const names = (each) => each?.map(text) ?? null;
	return {
		...verdict,
		doubt: orNull(verdict.doubt),
		secretsError: verdict.secretsError && { key: orNull(verdict.secretsError.key) },
		missing: names(verdict.missing),
		unused: names(verdict.unused),
		empty: names(verdict.empty)
	};
}
// src/parity/rule-ids.ts
/** The ids of all rules, apart from the rules, for code that names a rule without loading it. */
const RULE_IDS = [
	"alias-not-read",
	"assigned-twice",
	"boot-limit-too-high",
	"clear-shadows-secret",
	"command-file-absent",
	"command-may-print-nothing",
	"command-not-run",
	"consumer-not-read",
	"deploy-file-invalid",
	"destination-drops-secrets",
	"environment-missing",
	"environment-variable",
	"environment-variable-empty",
	"environment-variable-missing",
	"environment-variable-twice",
	"environment-variable-unused",
	"extract-ambiguous",
	"extract-before-fetch",
	"extract-not-fetched",
	"extract-quoted",
	"fetch-account-missing",
	"fetch-adapter-unknown",
	"fetch-from-missing",
	"fetch-multiline-unquoted",
	"fetch-names-separated-by-commas",
	"fetched-not-extracted",
	"image-repeats-registry",
	"kamal-not-inlined",
	"kamal-version",
	"keyless-reads-no-vaults",
	"line-not-read",
	"not-known",
	"op-command-beta",
	"plain-value-committed",
	"preview-accessory-shared",
	"preview-host-shared",
	"preview-host-too-long",
	"preview-number-optional",
	"preview-secrets-shared",
	"preview-server-shared",
	"preview-service-shared",
	"preview-volume-shared",
	"project-rules",
	"reference-across-files",
	"secret-empty",
	"secret-in-plain-text",
	"secret-missing",
	"secret-unused",
	"secrets-error",
	"secrets-file-not-read",
	"shell-syntax",
	"suppression-invalid",
	"suppression-unused",
	"value-changed-by-kamal",
	"value-truncated",
	"vault-ambiguous",
	"vault-convention",
	"vault-field-empty",
	"vault-field-missing",
	"vault-field-unused",
	"vault-item-ambiguous",
	"vault-item-missing",
	"vault-key-differs",
	"vault-missing",
	"vault-not-readable",
	"workflow-destination-missing",
	"workflow-no-build-cache",
	"workflow-no-concurrency",
	"workflow-op-missing",
	"workflow-permissions",
	"workflow-preview-concurrency",
	"workflow-preview-no-sweep",
	"workflow-preview-settings-differ",
	"workflow-secret-not-passed",
	"workflow-setup-only",
	"workflow-token-missing",
	"workflow-unsafe-trigger"
];
/** Whether a text is the id of a rule, exactly as written. */
function isRuleId(text) {
	return RULE_IDS.includes(text);
}
// src/parity/secrecy/vocabulary.ts
/**
* Our own words in sentences for people: ids, commands, options, inputs, the files and commands of Kamal that they name.
* A file of the project may hold a part of one as a value (`secret-`); hiding it there would hide nothing, and the
* sentence would be of no use.
*/
const COMMANDS = "init check doctor add rename remove fix status verify diagnose preview rules explain lsp mcp completion";
const OPTIONS = "account alias all-destinations all-secrets branch color config-file destination directory dry-run exit-code expires fail-on format help host image item json kamal-version keyless known-hosts label live new-workflow notes op-environment preview preview-domain prompt proxy-host registry registry-user repository role rule run-proxy-command secret service ssh-key stdio teardown vault version watch without yes";
const INPUTS = "service-account-token connect-host connect-token workload-id integration-key op-environment working-directory config-file ssh-key known-hosts op-version kamal-version skip-push fail-on sarif-file pull-request preview-label preview-limit preview-when-full preview-expires preview-setup preview-teardown dry-run github-token cause-sentence";
const KAMAL = "secrets fetch,secrets extract,secrets print,setup,deploy,redeploy,rollback,config,lock release,lock status,lock acquire,app details,app logs,proxy reboot,registry login";
const FILES = ".kamal/secrets .kamal/secrets-common .kamal/1password.yml .kamal/hooks config/deploy.yml .github/workflows Gemfile.lock AGENTS.md 1Password OP_SERVICE_ACCOUNT_TOKEN OP_CONNECT_HOST OP_CONNECT_TOKEN GITHUB_TOKEN --adapter --from env.secret env.clear";
const words = (text) => text.split(" ");
const VOCABULARY = /* @__PURE__ */ new Set([
	"kamal-1password",
	...words(COMMANDS).map((command) => `kamal-1password ${command}`),
	...words(OPTIONS).map((option) => `--${option}`),
	...words(INPUTS),
	...KAMAL.split(",").map((command) => `kamal ${command}`),
	...words(FILES),
	...RULE_IDS
]);
// src/parity/secrecy/veiled.ts
/** A report without the credentials that its files could hold, in messages, titles and names too. */
/** A sentence with a longer name in it is cut; in UTF-16 code units. */
const LONGEST = 1200;
/**
* The same report; edits stay as they are, for they are made and not shown, and so does what Kamal would say, which a
* change compares: those who show it hide its words (`veilOf`).
*/
function veiled(report, { spans, words }) {
	const veil = newVeil(words);
	return {
		...withTexts(report, {
			text: (text) => cut(veil.apply(text)),
			ofKamal: (text) => text
		}),
		sensitive: merged([...report.sensitive, ...spans]),
		words
	};
}
function cut(text) {
	return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;
}
/** By file and place, those that overlap made one. */
function merged(spans) {
	const result = [];
	const sorted = spans.toSorted((one, other) => compareText(one.file, other.file) || one.start - other.start);
	for (const { file, start, end } of sorted) {
		const last = result.at(-1);
		if (last !== void 0 && last.file === file && start <= last.end) last.end = Math.max(last.end, end);
		else result.push({
			file,
			start,
			end
		});
	}
	return result;
}
function newVeil(words) {
	const veil = new Redaction();
	veil.keep(VOCABULARY);
	veil.hide(words);
	return veil;
}
/** By the words of a report: each of its diffs asks. */
const veils = /* @__PURE__ */ new WeakMap();
/** Hides the report's words; null if it has none. */
function veilOf({ words }) {
	if (words.length === 0) return null;
	let veil = veils.get(words);
	if (veil === void 0) {
		veil = newVeil(words);
		veils.set(words, veil);
	}
	return veil;
}
/** The edits of a fix as they may be shown: none where one of them would write what is hidden, for half of them do harm. */
function shownEdits(edits, veil) {
	return veil !== null && edits.some(({ text }) => veil.apply(text) !== text) ? [] : edits;
}
// src/report/parts/shown-diff.ts
/** What changes in a file of the report, line by line, without what it may hold of credentials. */
function shownDiff(file, after, report) {
	const hidden = report.sensitive.filter((each) => each.file === file);
	const diff = unifiedDiff(file, report.sources.get(file)?.text ?? null, after, [hidden]).trimEnd();
	return (veilOf(report)?.apply(diff) ?? diff).split("\n");
}
// src/parity/report/report.ts
/** The result of a check: what Kamal would do, where every secret comes from and goes to, and what is wrong. */
/** Every finding of a report once, the gravest first, then in the order of the files. */
function distinctFindings(report) {
	const found = /* @__PURE__ */ new Map();
	const add = (finding, destinations) => {
		const key = keyOf(finding);
		const same = found.get(key);
		if (same === void 0) found.set(key, {
			finding,
			destinations: [...destinations]
		});
		else same.destinations.push(...destinations);
	};
	for (const { destination, findings } of report.destinations) for (const finding of findings) add(finding, [destination]);
	for (const finding of report.findings) add(finding, []);
	return [...found.values()].sort((one, other) => compareFindings(one.finding, other.finding));
}
/** The same for findings that a reader takes for one. */
function keyOf({ rule, severity, secret, span: { file, start, end }, message }) {
	return JSON.stringify([
		rule,
		severity,
		secret,
		file,
		start,
		end,
		message
	]);
}
function countFindings(report) {
	const counts = { ...report.beyond };
	for (const { finding } of distinctFindings(report)) counts[finding.severity]++;
	return counts;
}
/** Findings that a report holds, each counted once: no one reads as many. */
const MOST_FINDINGS = 1e3;
const NONE = {
	error: 0,
	warning: 0,
	info: 0
};
/** How many findings of any severity there are beyond those that the report holds. */
function countBeyond({ beyond }) {
	return beyond.error + beyond.warning + beyond.info;
}
/** A report with no more than `most` findings, the gravest, and the count of the rest. */
function bounded(report, most = MOST_FINDINGS) {
	const whole = {
		...report,
		beyond: NONE
	};
	if (report.findings.length + report.destinations.reduce((sum, each) => sum + each.findings.length, 0) <= most) return whole;
	const all = distinctFindings(whole);
	if (all.length <= most) return whole;
	const kept = new Set(all.slice(0, most).map(({ finding }) => keyOf(finding)));
	const beyond = { ...NONE };
	for (const { finding } of all.slice(most)) beyond[finding.severity]++;
	const keep = (findings) => findings.filter((each) => kept.has(keyOf(each)));
	return {
		...report,
		destinations: report.destinations.map((each) => ({
			...each,
			findings: keep(each.findings)
		})),
		findings: keep(report.findings),
		beyond
	};
}
/** The findings that a report does not hold, as a sentence; null if it holds all. */
function beyondSentence(report) {
	const total = countBeyond(report);
	return total === 0 ? null : `… and ${total} more ${total === 1 ? "finding" : "findings"}, not shown.`;
}
const WEIGHT = {
	error: 0,
	warning: 1,
	info: 2
};
/** Whether a severity is as grave as a limit or graver. */
function atLeast(severity, limit) {
	return WEIGHT[severity] <= WEIGHT[limit];
}
/** Gravest first, then by file, place, rule and message: an order that does not depend on how rules were run. */
function compareFindings(one, other) {
	return WEIGHT[one.severity] - WEIGHT[other.severity] || compareText(one.span.file, other.span.file) || one.span.start - other.span.start || compareText(one.rule, other.rule) || compareText(one.message, other.message);
}
// src/parity/edits/fix.ts
/**
* The text with the edits made. Offsets are those of the text given; edits at the same place go in in their order.
* @throws RangeError where edits overlap or leave the text: `chooseFixes` never gives such
*/
function applyEdits(text, edits) {
	let result = "";
	let at = 0;
	for (const { start, end, text: replacement } of inOrder(edits)) {
		if (start < at || end < start || end > text.length) throw new RangeError(`edit ${start}–${end} overlaps another or leaves the text`);
		result += text.slice(at, start) + replacement;
		at = end;
	}
	return result + text.slice(at);
}
/** By place; at one place those that replace nothing come first, each kind in the order given. */
function inOrder(edits) {
	return [...edits].sort((one, other) => one.start - other.start || one.end - other.end);
}
/**
* The agent's fixes that can be made together. A finding with several fixes is left to its reader; of two fixes that
* touch the same characters the later one waits for the next round.
* @param isWanted whether a fix is to be made for a finding; default: any
*/
function chooseFixes(report, isWanted = () => true) {
	const taken = /* @__PURE__ */ new Map();
	const chosen = [];
	for (const { finding } of distinctFindings(report)) {
		const ways = finding.fixes.filter(({ actor }) => actor === "agent");
		const [fix] = ways;
		if (fix === void 0 || fix.edits.length === 0 || ways.length > 1 || !isWanted(finding, fix)) continue;
		const known = fix.edits.every((edit) => report.sources.has(edit.file));
		const collides = fix.edits.some((edit) => (taken.get(edit.file) ?? []).some((other) => overlaps(edit, other)));
		if (!known || collides) continue;
		for (const edit of fix.edits) taken.set(edit.file, [...taken.get(edit.file) ?? [], edit]);
		const human = finding.fixes.filter(({ actor }) => actor === "human").map(({ title }) => title);
		chosen.push({
			rule: finding.rule,
			secret: finding.secret,
			fix,
			span: finding.span,
			human
		});
	}
	return chosen;
}
/** Edits collide where one reaches into the other, or where both would put the same text in the same place. */
function overlaps(one, other) {
	if (one.start === other.start && one.end === other.end && one.text === other.text) return true;
	if (one.start === one.end || other.start === other.end) {
		const [point, range] = one.start === one.end ? [one, other] : [other, one];
		return range.start < point.start && point.start < range.end;
	}
	return one.start < other.end && other.start < one.end;
}
// src/parity/wording.ts
/** “A”, “A and B”, “A, B and C”; beyond `most` the rest is counted. */
function list(words, most = 6) {
	const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : words;
	return shown.length < 2 ? shown[0] ?? "" : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1) ?? ""}`;
}
/** What happens at a deploy when a consumer's secret is not there (Kamal 2.12.0, seen by running it). */
function stopsWhere(consumer) {
	if (consumer.where === "registry") return "`kamal deploy` stops immediately: it cannot log in to the registry.";
	if (consumer.where === "builder") return "`kamal deploy` stops when it builds the image.";
	if (consumer.where.startsWith("accessory")) return "`kamal accessory boot` stops on the host.";
	return "`kamal deploy` stops only after it has built and pushed the image.";
}
/** “.kamal/secrets does not assign it”, for one file, several, or none that exists. */
function noAssignment(lookup) {
	const loaded = lookup.loadedFiles();
	if (loaded.length === 1) return `${loaded[0] ?? ""} does not assign it`;
	if (loaded.length > 1) return `neither ${loaded.join(" nor ")} assigns it`;
	return `there is no secrets file (Kamal looks for ${list(lookup.triedFiles())})`;
}
/** The item that a fetch reads, as a person finds it in 1Password; null if the file does not say. */
function itemOf(fetch, name) {
	const [vault, item, ...field] = (fetch.from === null ? name : `${fetch.from.value}/${name}`).replace(/^op:\/\//, "").split("/");
	if (vault === void 0 || item === void 0 || vault === "" || item === "") return null;
	return {
		vault,
		item,
		field: field.length === 0 ? "password" : field.join("/")
	};
}
/** The sentence that says what a person creates in 1Password. */
function createField(fetch, name) {
	const item = itemOf(fetch, name);
	if (fetch.adapter?.name.toLowerCase() !== "1password" || item === null || fetch.unknownWords) return `Create \`${name}\` in the vault that this fetch reads, with exactly this name.`;
	return fillField(item.vault, item.item, item.field);
}
/** The step of a person who creates or fills a field; vault, item and field by their names in 1Password. */
function fillField(vault, item, field) {
	return `In 1Password, vault “${vault}”, item “${item}”: make sure that a field named exactly \`${field}\` exists and is not empty.`;
}
/** What to do by hand where no edit assigns a secret. */
function assignByHand(name, lookup) {
	const file = lookup.loadedFiles().at(-1);
	return file === void 0 ? `Assign ${name} in ${lookup.triedFiles().at(-1) ?? ".kamal/secrets"}, which does not exist yet: \`kamal-1password init\` writes it.` : `Assign ${name} in ${file}.`;
}
/** Whether Kamal's error is that there is no deploy file (Kamal 2.12.0, lib/kamal/configuration.rb, load_config_file). */
function isFileMissing({ message }) {
	return message.startsWith("Configuration file not found in ");
}
// src/report/parts/finding-markdown.ts
/** One finding in GitHub's Markdown, its fix as a diff, and sentences of rules with their names as code. */
/** A severity at a glance. */
const SIGNS$1 = {
	error: "🔴",
	warning: "🟡",
	info: "🔵"
};
/** A message of a rule: the names in it as code, the rest as it is. */
function sentence(message) {
	return prose(named(message));
}
/** Puts backticks around what is a name and has none yet: files, secrets, options, `$NAME`. */
function named(message) {
	return message.split("`").map((part, index) => index % 2 === 1 ? part : part.replaceAll(/(?:(?<![\w.\-`“])\.?[\w.-]+\/[\w./-]*(?<=\w)|(?<![\w`“])(?:\$\{?\w+\}?|--[a-z][a-z-]*|[^\W_]*_\w+(?::\w+)?|\w+\.(?:yml|secret|secrets|password)))(?!\w)/g, "`$&`")).join("`");
}
/** What is wrong and where, in one paragraph, and below it each way to fix it as a diff, folded. */
function findingSection({ finding, destinations }, report, locator, { link = () => null, open = false, others = [] } = {}) {
	const place = locator.locate(finding.span);
	const address = link(place);
	const where = code(`${place.file}:${place.line}`);
	const some = destinations.length > 0 && destinations.length < report.destinations.length;
	const likewise = others.length === 0 ? "" : `; also in ${destinationList(others.flatMap((each) => each.destinations))}`;
	const which = some ? ` (${destinationList(destinations)}${likewise})` : "";
	const lines = [`${SIGNS$1[finding.severity]} **${address === null ? where : `[${where}](${address})`}** ${sentence(finding.message)}${which} ${ruleLink(finding.rule)}`];
	const ways = [finding, ...others.map((each) => each.finding)].flatMap(({ fixes }) => fixes.filter(({ actor, edits }) => actor === "agent" && edits.length > 0));
	for (const fix of ways) lines.push(details(sentence(fix.title), fixDiff(fix, report), open && ways.length === 1));
	return lines.join("\n\n");
}
/** Findings in groups: one secret that several destinations lack each in their own file is one thing to read. */
function alike(findings) {
	const groups = /* @__PURE__ */ new Map();
	for (const each of findings) {
		const { rule, severity, secret, span } = each.finding;
		const key = JSON.stringify([
			rule,
			severity,
			secret,
			span.file,
			span.start,
			span.end
		]);
		const group = groups.get(key);
		const told = group?.flatMap(({ destinations }) => destinations) ?? [];
		const isOther = each.destinations.length > 0 && each.destinations.every((name) => !told.includes(name));
		if (group !== void 0 && isOther) group.push(each);
		else groups.set(group === void 0 ? key : `${key}${groups.size}`, [each]);
	}
	return [...groups.values()];
}
/** Destinations as code; `kamal deploy` without one is called so. */
function destinationList(destinations) {
	return list(destinations.map((each) => each === null ? "no destination" : code(each)), 4);
}
/**
* A fold: `summary` and `body` are Markdown already. The line of the summary is HTML to GitHub, which reads no Markdown
* in it: names between backticks become elements.
*/
function details(summary, body, open = false) {
	const line = summary.replaceAll(PLAIN_CODE, "<code>$1</code>");
	return `<details${open ? " open" : ""}><summary>${line}</summary>\n\n${body}\n\n</details>`;
}
/** The fix as a diff; not shown where it would show a credential. */
function fixDiff(fix, report) {
	const diffs = [...new Set(fix.edits.map(({ file }) => file))].flatMap((file) => {
		const text = report.sources.get(file)?.text;
		if (text === void 0) return [];
		return shownDiff(file, applyEdits(text, fix.edits.filter((edit) => edit.file === file)), report);
	});
	return block(diffs, "diff");
}
// src/report/parts/fitting.ts
/** Parts of a text that may not grow beyond a limit: as many as there is room for, and a true count of the rest. */
/**
* The first parts that fit into `room` characters, each followed by a separator of two; where some do not fit, one more
* part says how many are skipped.
*/
function fitting(parts, room, more) {
	if (parts.reduce((sum, part) => sum + part.length + 2, 0) <= room) return [...parts];
	const kept = [];
	let free = room - more(parts.length).length - 2;
	for (const part of parts) {
		if (part.length + 2 > free) break;
		kept.push(part);
		free -= part.length + 2;
	}
	return [...kept, more(parts.length - kept.length)];
}
/** As {@link fitting}: shows the first `most` parts and folds the rest below them. */
function folding(parts, { room, most, count, between, more }) {
	const fits = fitting(parts, room - 100, more);
	if (fits.length <= most + 1) return fits.join(between);
	const isCut = fits.at(-1) !== parts[fits.length - 1];
	const kept = isCut ? fits.slice(0, -1) : fits;
	const rest = kept.slice(most);
	return [
		kept.slice(0, most).join(between),
		details(count(most, kept.length), rest.join(between)),
		...isCut ? fits.slice(-1) : []
	].join("\n\n");
}
/** `1 secret`, `3 secrets`. */
function counted(count, what) {
	return `${count} ${what}${count === 1 ? "" : "s"}`;
}
// src/report/parts/secrets-table.ts
/** The parity table in Markdown, within its room: what matters as it is, all other rows folded away. */
/** Rows shown unfolded; more would push everything else out of sight. */
const MOST_ROWS = 15;
/** The rows that matter, all others folded below them, and what the signs mean. Empty if there are no rows. */
function secretsTable(table, { matters, room, whole = false }) {
	if (table.rows.length === 0) return [];
	const key = legend(table);
	if (whole) return [rowsWithin(table, table.rows, room, table.rows.length), ...key];
	const isShown = ({ secret, marks }) => marks.some((mark) => FLAWED.has(mark)) || matters(secret);
	const [shown, folded] = [table.rows.filter(isShown), table.rows.filter((row) => !isShown(row))];
	const parts = [];
	let free = room;
	if (shown.length > 0) {
		const text = rowsWithin(table, shown, Math.min(free, room / 2), MOST_ROWS);
		parts.push(text, ...key);
		free -= text.length;
	}
	if (folded.length > 0) {
		const title = `${counted(folded.length, shown.length > 0 ? "more secret" : "secret")}, all in place`;
		const text = rowsWithin(table, folded, free - 100, folded.length);
		parts.push(details(title, shown.length > 0 ? text : [text, ...key].join("\n\n")));
	}
	return parts;
}
/** Signs only: with words in its cells a table is wider than a phone. */
const SIGNS = {
	yes: "✅",
	no: "❌",
	empty: "⚠️",
	differs: "❌ differs",
	unknown: "❔",
	unneeded: "–"
};
const MEANINGS = [
	["no", "missing"],
	["empty", "empty"],
	["unknown", "unknown"],
	["unneeded", "not needed here"]
];
const FLAWED = /* @__PURE__ */ new Set([
	"no",
	"empty",
	"differs"
]);
/** What the signs of a table mean, as far as it has them, and who uses what no container has. */
function legend({ rows, onlyForRunner = [] }) {
	const used = new Set(rows.flatMap(({ marks }) => marks));
	const meanings = MEANINGS.filter(([mark]) => used.has(mark)).map(([mark, what]) => `${SIGNS[mark]} ${what}`);
	const ofRunner = onlyForRunner.filter((secret) => rows.some((row) => row.secret === secret));
	const runner = ofRunner.length === 0 ? [] : [`${list(ofRunner.map(code))}: used by the runner, not in containers`];
	const told = [...meanings, ...runner];
	return told.length === 0 ? [] : [`<sub>${told.join(" · ")}</sub>`];
}
/** More columns of names are wider than a phone. */
const MOST_DESTINATIONS = 3;
/** Destinations by what is so in them, as words: “❌ eu, us · ✅ staging”. */
function inWords(marks, columns) {
	const kinds = [...new Set(marks)].toSorted((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other));
	if (kinds.length === 1) return `${SIGNS[kinds[0] ?? "unknown"]} all ${columns.length}`;
	return kinds.map((kind) => `${SIGNS[kind]} ${columns.filter((_, at) => marks[at] === kind).map(plain).join(", ")}`).join("<br>");
}
/** What is wrong comes first. */
const ORDER = [
	"no",
	"differs",
	"empty",
	"unknown",
	"yes",
	"unneeded"
];
function rowsWithin({ columns, isByDestination = false }, rows, room, most) {
	const line = (cells) => `| ${cells.join(" | ")} |`;
	const isWide = isByDestination && columns.length > MOST_DESTINATIONS;
	const head = ["Secret", ...isWide ? ["Destinations"] : columns.map(plain)];
	const top = [line(head), line(head.map((_, index) => index === 0 || isWide ? "---" : ":-:"))];
	const lines = rows.slice(0, most).map(({ secret, marks }) => line([code(secret), ...isWide ? [inWords(marks, columns)] : marks.map((mark) => SIGNS[mark])]));
	let free = room - top.join("\n").length - 60;
	const kept = [];
	for (const each of lines) {
		free -= each.length + 1;
		if (free < 0) break;
		kept.push(each);
	}
	const left = rows.length - kept.length;
	return [
		...top,
		...kept,
		...left === 0 ? [] : ["", `… and ${counted(left, "more secret")}.`]
	].join("\n");
}
// src/base/plain-file.ts
/**
* Reads a file that someone else may have put there: a link is not followed, a FIFO or a device is not waited for, and
* no more than `largest` bytes are read, even if the file changes in the meantime.
*/
async function readPlainFile(path, largest) {
	const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
	try {
		await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
		const status = await file.stat();
		if (!status.isFile() || status.size > largest) return "odd";
		const bytes = Buffer.allocUnsafe(status.size);
		let size = 0;
		while (size < bytes.length) {
			const { bytesRead } = await file.read(bytes, size);
			if (bytesRead === 0) break;
			size += bytesRead;
		}
		return bytes.subarray(0, size);
	} catch (error) {
		return codeOf(error) === "ENOENT" ? "missing" : "odd";
	}
}
/** Whether `path` is a directory itself, not a link to one; null if nothing is there. */
async function isPlainDirectory(path) {
	try {
		return (await lstat(path)).isDirectory();
	} catch (error) {
		if (codeOf(error) === "ENOENT") return null;
		return false;
	}
}
/** The system's name for what went wrong, such as `ENOENT`; empty if it has none. */
function codeOf(error) {
	return error instanceof Error && "code" in error ? String(error.code) : "";
}
// src/base/make-directory.ts
/**
* Makes a directory and its missing parents. Node's own `recursive` tries forever if the system denies that an existing
* directory exists (24.21, below `/proc`), and names another error than the system's.
* @throws the system's error
*/
async function makeDirectory(path) {
	try {
		await mkdir(path);
	} catch (error) {
		const parent = dirname(path);
		if (codeOf(error) === "EEXIST") return;
		if (codeOf(error) !== "ENOENT" || parent === path) throw error;
		await makeDirectory(parent);
		await mkdir(path).catch((second) => {
			if (codeOf(second) !== "EEXIST") throw second;
		});
	}
}
// src/onepassword/connect/refusal.ts
/** The sentences for a person if a Connect server refuses or fails. */
/** @param about what was asked for, e.g. `the vault “Shop”` */
function refusal(host, { status, text, location }, about) {
	const said = messageIn(text);
	if (status >= 300 && status < 400) return redirects(host, location);
	if (said === null && status !== 401 && status !== 403) return notConnect(host);
	if (status === 401) return refused(host);
	if (status === 403) return notPermitted(host, about);
	if (status === 503 && /sync/i.test(said ?? "")) return syncing(host);
	if (status >= 500) return unavailable(host, status);
	return new Failure("connect-failed", `The Connect server at ${host} did not give ${about}: it answered with status ${status}.`, { human: ["See the log of the Connect server (`connect-api`), which says more."] });
}
function refused(host) {
	return new Failure("connect-refused", `The Connect server at ${host} rejects this token: it belongs to another server, was revoked or has expired.`, { human: ["On 1Password.com, Developer → Connect servers, open this server and check whether the token is active; create a new one and set the secret `OP_CONNECT_TOKEN` again."] });
}
function notPermitted(host, about) {
	return new Failure("connect-not-permitted", `The Connect server at ${host} accepts this token, but does not let it read ${about}.`, { human: ["On 1Password.com, Developer → Connect servers, give the server access to the vault, and create a token that can read it."] });
}
function redirects(host, location) {
	const to = location !== null && URL.canParse(location) ? new URL(location).host : null;
	return new Failure("connect-redirects", `${host} redirects to ${to ?? "another address"}, which a Connect server never does. The token was sent only to ${host}.`, { agent: ["Set `connect-host` to the Connect server itself."] });
}
/** For an answer that is not Connect's: HTML, or other JSON. */
function notConnect(host) {
	return new Failure("connect-not-connect", `What answers at ${host} is not a Connect server: the response is not in 1Password's format.`, {
		agent: ["Set `connect-host` to the address of `connect-api` (port 8080 by default), without `/v1`."],
		human: ["Check whether a proxy or a sign-in page of the network is in the way."]
	});
}
function syncing(host) {
	return new Failure("connect-syncing", `The Connect server at ${host} has just started and is still fetching its vaults.`, { human: ["Run the job again in a minute; see the log of `connect-sync` if this continues."] });
}
function unavailable(host, status) {
	return new Failure("connect-unavailable", `The Connect server at ${host} answered with status ${status}: the error is on the server.`, { human: ["See the logs of `connect-api` and `connect-sync`, and run the job again when the server works."] });
}
function unreachable(host, cause) {
	const code = codeOf(cause);
	const certificate = certificateFault(code, {
		server: "the Connect server",
		host,
		error: cause
	});
	if (certificate !== null) return new Failure("connect-certificate", `What answers at ${host} is not trusted to be the Connect server: ${certificate.why}. The token was not sent.`, certificate.next, cause);
	return new Failure("connect-unreachable", `The Connect server at ${host} does not answer: ${reasonOf(code)}.`, {
		human: ["Check that it is running, and that the runner can reach it: a GitHub-hosted runner is not in your private network."],
		agent: ["Make sure `connect-host` has its address and port."]
	}, cause);
}
/** For a connection that broke within an answer. */
function broken(host, cause) {
	return unreachable(host, cause);
}
function tooLarge(host, most) {
	return new Failure("connect-too-large", `What answers at ${host} sends more than ${most / 1024 / 1024} MiB for one request, which a Connect server never does.`, { agent: ["Set `connect-host` to the Connect server itself."] });
}
function reasonOf(code) {
	const known = {
		...CONNECTION_FAULTS,
		EPROTO: "it does not speak TLS there (http instead of https?)"
	};
	if (known[code] !== void 0) return known[code];
	return code === "" ? "no answer came in time, or not a whole one" : `the connection failed (${code})`;
}
/** Connect's errors are JSON with `status` and `message`; null if it is not one. */
function messageIn(text) {
	try {
		const body = JSON.parse(text);
		const message = typeof body === "object" && body !== null ? Reflect.get(body, "message") : null;
		return typeof message === "string" ? message : null;
	} catch {
		return null;
	}
}
// src/onepassword/connect/server.ts
/** A 1Password Connect server and the token for it, as someone gives them. */
/**
* Checks both without asking anybody.
* @throws Failure `connect-incomplete` | `connect-host-malformed` | `connect-token-malformed` | `connect-not-encrypted`
*/
function parseConnect(host, token) {
	const address = (host ?? "").trim();
	const text = (token ?? "").trim();
	if (address === "" || text === "") throw incomplete(address === "");
	const flaw = flawOfToken(text);
	if (flaw !== null) throw malformedToken(flaw);
	const url = urlOf(address);
	if (url.protocol === "http:" && isIP(bare(url.hostname)) !== 0 && !isPrivate(bare(url.hostname))) throw notEncrypted(url.host);
	return {
		kind: "connect",
		secret: new Secret(text),
		signInAddress: `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, "")}`
	};
}
/** 10/8, 127/8, 172.16/12, 192.168/16, 169.254/16, 100.64/10. */
const PRIVATE_IPV4 = /^(?:10|127|172\.(?:1[6-9]|2\d|3[01])|192\.168|169\.254|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
/** Whether an address is of this machine or of a private network (RFC 1918, 4193, 3927, 6598; loopback and link-local). */
function isPrivate(address) {
	if (isIP(address) === 4) return PRIVATE_IPV4.test(address);
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
	if (mapped !== void 0) return isPrivate(mapped);
	return /^(?:::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i.test(address);
}
/** The failure for a public address without encryption. */
function notEncrypted(host) {
	return new Failure("connect-not-encrypted", `The Connect server ${host} is reached over http, but its address is not in a private network: the token and every secret would cross the network in plain text. Nothing was sent.`, {
		agent: ["Name it with https in `connect-host`."],
		human: ["Put the Connect server behind TLS, or run the job where it can be reached in a private network."]
	});
}
function bare(hostname) {
	return hostname.replaceAll(/^\[|\]$/g, "");
}
function urlOf(address) {
	const url = /^https?:\/\//i.test(address) && URL.canParse(address) ? new URL(address) : null;
	const isPlain = url !== null && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
	if (url !== null && isPlain && url.hostname !== "") return url;
	throw new Failure("connect-host-malformed", "The value of `connect-host` is not the address of a Connect server: it needs `https://` or `http://`, a host and a port, such as `https://connect.example.com:8443`, without a user, a query or a fragment.", { agent: ["Correct `connect-host` (or the variable `OP_CONNECT_HOST`)."] });
}
function flawOfToken(text) {
	if (text.startsWith("ops_")) return "begins with `ops_`: it is the token of a service account, or an integration key";
	if (/\s/.test(text)) return "contains a space or a line break";
	if (/^["'`]|^\$|^op:\/\//.test(text)) return "is a reference, a variable or a quoted text, not the token itself";
	return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text) ? null : "does not have three parts separated by dots, as every Connect token does";
}
function malformedToken(flaw) {
	return new Failure("connect-token-malformed", `The Connect token cannot be used: the value ${flaw}.`, {
		human: ["Copy the full token from where it was saved when it was created, and set the secret `OP_CONNECT_TOKEN` again. If it is lost, create a new one on 1Password.com (Developer → Connect servers)."],
		agent: ["Make sure the workflow passes exactly `${{ secrets.OP_CONNECT_TOKEN }}`."]
	});
}
function incomplete(lacksHost) {
	const [there, missing] = lacksHost ? ["`connect-token`", "`connect-host` (or the variable `OP_CONNECT_HOST`)"] : ["`connect-host`", "`connect-token` (or the variable `OP_CONNECT_TOKEN`)"];
	return new Failure("connect-incomplete", `A Connect server needs both \`connect-host\` and \`connect-token\`: ${there} is set, ${missing} is not. GitHub gives no secrets to pull requests from forks or to Dependabot.`, { agent: [lacksHost ? "Set `connect-host: ${{ vars.OP_CONNECT_HOST }}` under `with:`." : "Set `connect-token: ${{ secrets.OP_CONNECT_TOKEN }}` under `with:`."] });
}
// src/onepassword/connect/client.ts
/** Asks a Connect server: the token in one header, to that one server, and an answer of a size that is bounded. */
var ConnectClient = class {
	#server;
	#options;
	#agent;
	#made = 0;
	constructor(server, options) {
		this.#server = server;
		this.#options = options;
		this.#agent = server.signInAddress.startsWith("http:") ? new Agent({ keepAlive: true }) : void 0;
	}
	get made() {
		return this.#made;
	}
	close() {
		this.#agent?.destroy();
	}
	/**
	* The JSON that a path answers with.
	* @param about what is asked for, in the words of a sentence
	* @throws Failure `connect-refused` | `connect-not-permitted` | `connect-unreachable` | `connect-unavailable` |
	*   `connect-syncing` | `connect-not-connect` | `connect-redirects` | `connect-too-large` | `connect-not-encrypted` |
	*   `connect-failed` | `connect-certificate`; the signal's reason where that ended it
	*/
	async get(path, about) {
		const { patience, signal } = this.#options;
		return withPatience(patience, () => this.#ask(path, about), (error) => ({ again: error instanceof Failure && ["connect-unreachable", "connect-unavailable"].includes(error.code) }), signal);
	}
	async #ask(path, about) {
		this.#made += 1;
		const answer = await this.#send(path);
		const { host } = new URL(this.#server.signInAddress);
		if (answer.status !== 200) throw refusal(host, answer, about);
		try {
			return JSON.parse(answer.text);
		} catch {
			throw notConnect(host);
		}
	}
	#send(path) {
		const { signInAddress, secret } = this.#server;
		const url = new URL(`${signInAddress}${path}`);
		const { host } = url;
		const isPlain = url.protocol === "http:";
		const options = {
			method: "GET",
			headers: {
				authorization: `Bearer ${secret.reveal()}`,
				accept: "application/json"
			},
			...isPlain ? {
				agent: this.#agent,
				lookup: onlyPrivate(host)
			} : {},
			...this.#options.signal === void 0 ? {} : { signal: this.#options.signal }
		};
		return new Promise((resolve, reject) => {
			const fail = (error) => {
				const { signal } = this.#options;
				if (signal?.aborted === true) reject(signal.reason);
				else reject(error instanceof Failure ? error : unreachable(host, error));
			};
			const sending = (isPlain ? request : request$1)(url, options, (response) => {
				read(response, host).then(resolve, fail);
			});
			const timer = setTimeout(() => sending.destroy(unreachable(host, /* @__PURE__ */ new Error("no answer in time"))), this.#options.patience.perTry);
			sending.once("error", fail).once("close", () => clearTimeout(timer));
			sending.end();
		});
	}
};
async function read(response, host) {
	const chunks = [];
	let size = 0;
	try {
		for await (const chunk of response) {
			if (!(chunk instanceof Buffer)) continue;
			size += chunk.length;
			if (size > 33554432) throw tooLarge(host, MAX_BODY_BYTES);
			chunks.push(chunk);
		}
	} catch (error) {
		throw error instanceof Failure ? error : broken(host, error);
	}
	const { statusCode: status = 0, headers } = response;
	return {
		status,
		text: Buffer.concat(chunks).toString("utf8"),
		location: headers.location ?? null
	};
}
/** Finds the address of a name as other programs do, and refuses one that is not private: before anything is sent. */
function onlyPrivate(host) {
	return (hostname, options, done) => {
		lookup(hostname, {
			...options,
			all: true
		}, (error, addresses) => {
			if (error !== null) return done(error, "", 0);
			const found = addresses.find(({ address }) => isPrivate(address));
			if (found === void 0 || addresses.some(({ address }) => !isPrivate(address))) return done(notEncrypted(host), "", 0);
			if (options.all === true) return done(null, addresses);
			return done(null, found.address, found.family);
		});
	};
}
// src/onepassword/connect/session.ts
/**
* A session through a Connect server: the same questions, one request for each item, no SDK. Paths and fields are those of
* its published API (developer.1password.com/docs/connect/api-reference, 1.8.1; npm @1password/connect 1.4.2).
*/
/** Requests that are under way at the same time: Connect has no batch. */
const AT_ONCE = 8;
/** Makes no request yet: the first one shows whether the server accepts the token. */
function connectSession(server, options) {
	const { signal, patience = PATIENCE } = options;
	const client = new ConnectClient(server, {
		patience,
		...signal === void 0 ? {} : { signal }
	});
	const { host } = new URL(server.signInAddress);
	const names = /* @__PURE__ */ new Map();
	const vaultName = (vault) => `the vault “${names.get(vault) ?? vault}”`;
	const itemOf = async (vault, id) => {
		const path = `/v1/vaults/${encodeURIComponent(vault)}/items/${encodeURIComponent(id)}`;
		return itemFrom(recordOf(await client.get(path, `an item of ${vaultName(vault)}`), host), vault, host);
	};
	return {
		signInAddress: server.signInAddress,
		get requestsMade() {
			return client.made;
		},
		async vaults() {
			const found = listOf(await client.get("/v1/vaults", "its vaults"), host).map((each) => vaultFrom(each, host));
			for (const { id, title } of found) names.set(id, title);
			return found;
		},
		async items(vault) {
			const path = `/v1/vaults/${encodeURIComponent(vault)}/items`;
			return listOf(await client.get(path, vaultName(vault)), host).map((each) => overviewFrom(each, vault, host));
		},
		async itemsWithFields(vault, ids) {
			return { individualResponses: await eachOf(ids, async (id) => ({ content: await itemOf(vault, id) })) };
		},
		variables() {
			return Promise.reject(noEnvironments());
		},
		/** A reference by ids, as `opensshForm` makes it; the key is in the item's own form. */
		async resolve(reference) {
			const [vault = "", item = "", field = ""] = pathOf(reference);
			const { fields } = await itemOf(vault, item);
			const found = fields.find(({ id }) => id === field);
			if (found === void 0) throw new Failure("connect-failed", `The Connect server at ${host} does not have ${reference}.`, {});
			return found.value;
		},
		[Symbol.dispose]: () => client.close()
	};
}
/** The answers in the order of `all`, a few requests at a time. */
async function eachOf(all, ask) {
	const answers = [];
	for (let at = 0; at < all.length; at += AT_ONCE) answers.push(...await Promise.all(all.slice(at, at + AT_ONCE).map(ask)));
	return answers;
}
function pathOf(reference) {
	return reference.replace(/^op:\/\//, "").replace(/\?.*/s, "").split("/");
}
/** The failure for an Environment where a Connect server is asked. */
function noEnvironments() {
	return new Failure("connect-has-no-environments", "A Connect server serves vaults, and no 1Password Environments: `op-environment` cannot be read through it.", {
		agent: ["Remove `op-environment`, and fetch the fields of an item in the secrets file."],
		human: ["Or sign in with a service account (`service-account-token`), or as a workload (`workload-id`)."]
	});
}
function vaultFrom(each, host) {
	const id = idIn(each, host);
	return {
		id,
		title: optional(each, "name") ?? id,
		description: optional(each, "description") ?? "",
		vaultType: "Unsupported",
		activeItemCount: 0,
		contentVersion: 0,
		attributeVersion: 0,
		createdAt: dateIn(each, "createdAt"),
		updatedAt: dateIn(each, "updatedAt")
	};
}
function overviewFrom(each, vault, host) {
	return {
		id: idIn(each, host),
		title: optional(each, "title") ?? "",
		category: categoryOf(each),
		vaultId: vault,
		websites: recordsIn(each, "urls").map(websiteFrom),
		tags: [],
		createdAt: dateIn(each, "createdAt"),
		updatedAt: dateIn(each, "updatedAt"),
		state: isArchived(each) ? "archived" : "active"
	};
}
function itemFrom(each, vault, host) {
	const fields = recordsIn(each, "fields");
	const notes = fields.find((field) => optional(field, "purpose") === "NOTES");
	const { id, title, category, websites, createdAt, updatedAt } = overviewFrom(each, vault, host);
	return {
		id,
		title,
		category,
		vaultId: vault,
		websites,
		tags: [],
		createdAt,
		updatedAt,
		fields: fields.filter((field) => field !== notes).map((field) => fieldFrom(field, host)),
		sections: recordsIn(each, "sections").map((section) => ({
			id: textIn(section, "id", host),
			title: optional(section, "label") ?? ""
		})),
		notes: notes === void 0 ? "" : optional(notes, "value") ?? "",
		version: 0,
		files: []
	};
}
function fieldFrom(field, host) {
	const id = textIn(field, "id", host);
	const section = field["section"];
	const sectionId = isRecord(section) ? optional(section, "id") : null;
	return {
		id,
		title: optional(field, "label") ?? id,
		...sectionId === null ? {} : { sectionId },
		fieldType: TYPES.get(optional(field, "type") ?? "") ?? "Unsupported",
		value: valueIn(field, host)
	};
}
/** As the SDK names what Connect calls otherwise. */
const TYPES = new Map(Object.entries({
	STRING: "Text",
	CONCEALED: "Concealed",
	EMAIL: "Email",
	URL: "Url",
	OTP: "Totp",
	DATE: "Date",
	MONTH_YEAR: "MonthYear",
	MENU: "Menu",
	PHONE: "Phone",
	ADDRESS: "Address",
	REFERENCE: "Reference",
	CREDIT_CARD_TYPE: "CreditCardType",
	CREDIT_CARD_NUMBER: "CreditCardNumber",
	SSHKEY: "SshKey"
}));
/** `SSH_KEY` → `SshKey`. */
function categoryOf(each) {
	return (optional(each, "category") ?? "").toLowerCase().replaceAll(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
}
function websiteFrom(each) {
	return {
		url: optional(each, "href") ?? "",
		label: optional(each, "label") ?? "",
		autofillBehavior: "Never"
	};
}
function isArchived(each) {
	return optional(each, "state") === "ARCHIVED" || each["trashed"] === true;
}
function recordOf(value, host) {
	if (isRecord(value)) return value;
	throw notConnect(host);
}
function listOf(value, host) {
	if (!Array.isArray(value)) throw notConnect(host);
	return value.map((each) => recordOf(each, host));
}
function recordsIn(each, name) {
	const value = each[name];
	return Array.isArray(value) ? value.filter(isRecord) : [];
}
function textIn(each, name, host) {
	const value = optional(each, name);
	if (value === null || value === "") throw notConnect(host);
	return value;
}
/** Of a vault or an item: it becomes a part of an address. */
function idIn(each, host) {
	const id = textIn(each, "id", host);
	if (/^[\w-]{1,100}$/.test(id)) return id;
	throw notConnect(host);
}
/** Empty if there is none. A value that is not a text is not an answer of Connect's: to call the field empty would be wrong. */
function valueIn(field, host) {
	const value = field["value"] ?? "";
	if (typeof value === "string") return value;
	throw notConnect(host);
}
function optional(each, name) {
	const value = each[name];
	return typeof value === "string" ? value : null;
}
function dateIn(each, name) {
	const time = Date.parse(optional(each, name) ?? "");
	return new Date(Number.isNaN(time) ? 0 : time);
}
// src/onepassword/thread/client.ts
/**
* Begins to sign in on its own thread: the SDK computes for half a second and more, which everything else that is done
* in the meantime would wait for.
*/
function beginSignIn(credential, { version, log, thread, idToken, vaultsAhead }) {
	const text = credential.secret.reveal();
	const order = {
		credential: credential.kind === "workload" ? {
			kind: "workload",
			id: credential.id,
			key: text
		} : {
			kind: "service-account",
			token: text
		},
		version,
		vaultsAhead
	};
	const questions = new ThreadQuestions(new Worker(thread ?? new URL("./session-thread.js", import.meta.url), { workerData: order }));
	return {
		asking: questions.begun((word) => {
			if (word.kind === "id-token") giveIdToken(word, idToken);
			else log[word.kind](word.line);
		}),
		async session(signal) {
			await questions.ask(signal, {
				question: null,
				args: []
			});
			return sessionOf(questions, credential.signInAddress, signal);
		},
		[Symbol.dispose]: () => questions.end()
	};
}
/** The questions of a session, put to its thread. */
var ThreadQuestions = class {
	requestsMade = 0;
	#worker;
	#broken = null;
	constructor(worker) {
		this.#worker = worker;
		worker.once("error", (error) => this.#broken = error);
	}
	/** Resolves when the first request is on its way, or the thread is over; `hear` gets what else it says. */
	begun(hear) {
		const asking = Promise.withResolvers();
		this.#worker.on("message", (word) => {
			if (word.kind !== "asking") return hear(word);
			asking.resolve();
			this.#worker.unref();
		});
		this.#worker.once("exit", () => asking.resolve());
		return asking.promise;
	}
	async ask(signal, asked) {
		signal.throwIfAborted();
		const { port1: here, port2: back } = new MessageChannel();
		let stop = () => void 0;
		try {
			const answer = await new Promise((resolve, reject) => {
				stop = () => reject(signal.reason);
				signal.addEventListener("abort", stop, { once: true });
				here.once("message", resolve);
				here.once("close", () => reject(new Error("the thread that asks 1Password has ended", { cause: this.#broken })));
				this.#worker.postMessage({
					...asked,
					back
				}, [back]);
			});
			this.requestsMade = answer.made;
			if (answer.kind === "failed") throw errorOf(answer);
			return answer.value;
		} finally {
			signal.removeEventListener("abort", stop);
			here.close();
		}
	}
	end() {
		this.#worker.terminate();
	}
};
function sessionOf(questions, signInAddress, signal) {
	const answerTo = (question) => (...args) => questions.ask(signal, {
		question,
		args
	});
	return {
		signInAddress,
		get requestsMade() {
			return questions.requestsMade;
		},
		vaults: answerTo("vaults"),
		items: answerTo("items"),
		itemsWithFields: answerTo("itemsWithFields"),
		variables: answerTo("variables"),
		resolve: answerTo("resolve"),
		[Symbol.dispose]: () => questions.end()
	};
}
/** Hands GitHub's word over, from memory to memory, or why there is none. */
async function giveIdToken({ audience, back }, idToken) {
	const answer = await (idToken?.(audience) ?? Promise.reject(/* @__PURE__ */ new Error("no one provides an ID token"))).then((token) => ({
		kind: "well",
		token
	}), (error) => refusalOf(error));
	back.postMessage(answer);
	back.close();
}
// src/base/version.ts
/** The version of kamal-1password. */
const VERSION = "1.0.0";
// src/action/prepare/credential.ts
/** What the run signs in with: exactly one way, for any inputs and environment. */
/**
* @param environment the job's own
* @throws Failure `two-ways-to-sign-in`, `token-missing`, `token-malformed`, `connect-shadows-token`, `workload-…`,
*   `integration-key-malformed`, `id-token-permission-missing`, `connect-…`
*/
function credentialOf(given, environment) {
	const ways = waysOf(given);
	const [way = "service-account", ...others] = ways;
	const shadow = given.namedWays.has("connect") ? null : connectShadow(environment);
	if (shadow !== null && ways.includes("service-account")) throw shadow;
	if (others.length > 0) throw twoWays(ways);
	if (way === "service-account") return parseToken(given.serviceAccountToken);
	if (way === "connect") return parseConnect(given.connectHost, given.connectToken);
	const workload = parseWorkload(given.workloadId, given.integrationKey);
	const lacking = lacksIdToken(environment);
	if (lacking !== null) throw lacking;
	return workload;
}
/** All secrets among what was given, whichever is used: what is to be masked first. */
function secretsOf(given) {
	return [
		given.serviceAccountToken,
		given.integrationKey,
		given.connectToken
	].filter((each) => each !== null);
}
function waysOf(given) {
	const { serviceAccountToken, workloadId, integrationKey, connectHost, connectToken, namedWays } = given;
	const ways = [];
	if ((serviceAccountToken ?? "").trim() !== "") ways.push("service-account");
	const isGiven = workloadId !== null && integrationKey !== null && namedWays.size === 0;
	if (namedWays.has("workload") || isGiven) ways.push("workload");
	if (connectHost !== null || connectToken !== null) ways.push("connect");
	return ways;
}
const NAMES = {
	"service-account": "a service account token (`service-account-token` or `OP_SERVICE_ACCOUNT_TOKEN`)",
	connect: "a Connect server (`connect-host` and `connect-token`, or `OP_CONNECT_HOST` and `OP_CONNECT_TOKEN`)",
	workload: "workload identity (`workload-id` and `integration-key`, or `OP_WORKLOAD_ID` and `OP_INTEGRATION_KEY`)"
};
function twoWays(ways) {
	return new Failure("two-ways-to-sign-in", `${ways.length} ways to sign in to 1Password are set: ${ways.map((way) => NAMES[way]).join(", and ")}. The action does not guess which one you mean.`, { agent: ["Keep one, and remove the others from `with:` and from every `env:` (workflow, job and step)."] });
}
// src/action/prepare/one-password.ts
/**
* Masks what may be a secret before anything else is done, and begins to sign in: nothing that comes before Kamal takes
* longer. A workload signs in only on demand: first comes the check whether its files need what it cannot read.
* @returns what is wrong with the credential, as `credentialOf` throws it
*/
function beginOnePassword({ given, environment, log }) {
	try {
		maskGiven(given, log);
		const credential = credentialOf(given, environment);
		log.mask(credential.secret.reveal());
		return {
			credential,
			signingIn: signingInWith(credential, log, given.opEnvironment === null)
		};
	} catch (error) {
		if (error instanceof Failure) return error;
		throw error;
	}
}
/** Masks the inputs that sign in. */
function maskGiven(given, log) {
	for (const secret of secretsOf(given)) log.mask(secret);
}
/** @param vaultsAhead false if an Environment may be all that is read */
function signingInWith(credential, log, vaultsAhead) {
	if (credential.kind === "connect") return throughConnect(credential);
	const begin = () => beginSignIn(credential, {
		version: VERSION,
		log,
		vaultsAhead: vaultsAhead && credential.kind === "service-account",
		idToken: (audience) => fetchIdToken(audience, (token) => log.mask(token))
	});
	return credential.kind === "workload" ? whenAsked(begin) : begin();
}
/** There is nothing to sign in to: each question carries the token. It computes next to nothing, so it takes no thread. */
function throughConnect(server) {
	return {
		asking: Promise.resolve(),
		session: async (signal) => connectSession(server, { signal }),
		[Symbol.dispose]: () => void 0
	};
}
/** A sign-in that begins with the first who wants it. */
function whenAsked(begin) {
	const started = Promise.withResolvers();
	let signingIn = null;
	return {
		asking: started.promise,
		async session(signal) {
			signingIn ??= begin();
			signingIn.asking.then(started.resolve, started.resolve);
			return signingIn.session(signal);
		},
		[Symbol.dispose]() {
			signingIn?.[Symbol.dispose]();
			started.resolve();
		}
	};
}
/** @throws Failure as {@link beginOnePassword} returns it */
function onePasswordOf({ onePassword }) {
	if (onePassword instanceof Failure) throw onePassword;
	return onePassword;
}
// src/base/text/position.ts
/** The start of every line of one text. A line ends with `\n`, `\r\n` or a lone `\r`. */
var LineIndex = class {
	text;
	starts;
	constructor(text) {
		this.text = text;
		const starts = [0];
		for (let at = 0; at < text.length; at++) {
			const code = text.charCodeAt(at);
			if (code === 10 || code === 13 && text.charCodeAt(at + 1) !== 10) starts.push(at + 1);
		}
		this.starts = starts;
	}
	/** The line and column of an offset; an offset beyond the text counts as its end. */
	position(offset) {
		const at = Math.max(0, Math.min(offset, this.text.length));
		const line = this.lineAt(at);
		return {
			line: line + 1,
			column: at - (this.starts[line] ?? 0) + 1
		};
	}
	/** The zero-based line that an offset is on. */
	lineAt(offset) {
		let low = 0;
		let high = this.starts.length - 1;
		while (low < high) {
			const middle = low + high + 1 >> 1;
			if ((this.starts[middle] ?? 0) <= offset) low = middle;
			else high = middle - 1;
		}
		return low;
	}
	/** The text of a zero-based line without its line end; empty beyond the last. */
	line(line) {
		return this.text.slice(...this.bounds(line));
	}
	/** Start and end of a zero-based line, its line end omitted. */
	bounds(line) {
		const start = this.starts[line] ?? this.text.length;
		let end = this.starts[line + 1] ?? this.text.length;
		if (end > start && this.text.charCodeAt(end - 1) === 10) end--;
		if (end > start && this.text.charCodeAt(end - 1) === 13) end--;
		return [start, end];
	}
};
// src/report/parts/locate.ts
var PlaceLocator = class {
	#sources;
	#indexes = /* @__PURE__ */ new Map();
	constructor(report) {
		this.#sources = report.sources;
	}
	locate(span) {
		const lines = this.lines(span.file);
		const start = lines.position(span.start);
		const end = lines.position(Math.max(span.start, span.end));
		return {
			file: span.file,
			line: start.line,
			column: start.column,
			endLine: end.line,
			endColumn: end.column
		};
	}
	/** The lines of a file; those of an empty one if it was not read. */
	lines(file) {
		let index = this.#indexes.get(file);
		if (index === void 0) {
			index = new LineIndex(this.#sources.get(file)?.text ?? "");
			this.#indexes.set(file, index);
		}
		return index;
	}
	/** What to add to an offset so that it counts the byte order mark of the file. */
	bom(file) {
		return this.#sources.get(file)?.bom ?? 0;
	}
};
// src/report/parts/parity-table.ts
/** The key of a place in {@link VaultVerdicts}. */
function placeKey({ file, start }) {
	return `${file}:${start}`;
}
/** One row per secret over all destinations of the report, in the order in which they are assigned. */
function parityRows(report, vault, containers) {
	const rows = report.destinations.flatMap(({ secrets }) => secrets).filter(isAskedFor);
	return [...new Set(rows.map(({ name }) => name))].map((secret) => {
		const same = rows.filter(({ name }) => name === secret);
		const fetched = same.flatMap((row) => row.fetched);
		const consumed = same.flatMap((row) => row.consumed).filter(({ applied }) => applied);
		const isFetched = fetched.length > 0;
		const asked = [...fetched, ...same.flatMap(({ taken }) => taken.filter((span) => vault.has(placeKey(span))))];
		const isAssigned = same.some(({ assigned }) => assigned.length > 0);
		const isExtracted = same.some(({ extracted }) => extracted.length > 0);
		const byHand = worst(same.map(({ state }) => state === "empty" ? "empty" : "unneeded"));
		const needless = isAssigned ? "unneeded" : "no";
		const withoutExtract = isAssigned ? byHand : "no";
		return {
			secret,
			vault: asked.length > 0 ? worst(asked.map((span) => vault.get(placeKey(span)) ?? "unknown")) : "unneeded",
			fetch: isFetched ? "yes" : needless,
			extract: isExtracted ? "yes" : withoutExtract,
			deployFile: consumed.length > 0 ? "yes" : "unneeded",
			container: worst(consumed.flatMap(({ container }) => container === null ? "unneeded" : containers.get(container) ?? "unknown"))
		};
	});
}
const PLACES = [
	{
		mark: "vault",
		title: "1Password"
	},
	{
		mark: "fetch",
		title: "fetch"
	},
	{
		mark: "extract",
		title: "extract"
	},
	{
		mark: "deployFile",
		title: "deploy file"
	},
	{
		mark: "container",
		title: "container"
	}
];
/**
* Every secret and where it is: with one destination a column for each place on its way, with several a column for each
* of them.
*/
function parityTable(report, vault, containers = /* @__PURE__ */ new Map()) {
	if (report.destinations.length > 1) return destinationTable(report, vault);
	const rows = parityRows(report, vault, containers);
	const places = PLACES.filter(({ mark }) => rows.some((row) => row[mark] !== "unknown" && row[mark] !== "unneeded"));
	return {
		columns: places.map(({ title }) => title),
		...places.some(({ mark }) => mark === "container") ? { onlyForRunner: onlyForRunner(report) } : {},
		rows: rows.map((row) => ({
			secret: row.secret,
			marks: places.map(({ mark }) => row[mark])
		}))
	};
}
/** Secrets that something asks for, and no container. */
function onlyForRunner({ destinations }) {
	return destinations.flatMap(({ secrets }) => secrets).filter(isAskedFor).flatMap(({ name, consumed }) => {
		const applied = consumed.filter((each) => each.applied);
		return applied.length > 0 && applied.every(({ container }) => container === null) ? [name] : [];
	});
}
/** What the containers have, if nothing else was checked: one row per variable. */
function containerTable(containers) {
	return {
		columns: containers.size === 0 ? [] : ["container"],
		rows: [...containers].map(([secret, mark]) => ({
			secret,
			marks: [mark]
		}))
	};
}
function destinationTable(report, vault) {
	const columns = report.destinations.map((each) => ({
		title: each.destination ?? "no destination",
		rows: new Map(parityRows({
			...report,
			destinations: [each]
		}, vault, /* @__PURE__ */ new Map()).map((row) => [row.secret, row]))
	}));
	const names = [...new Set(columns.flatMap(({ rows }) => [...rows.keys()]))];
	return {
		columns: columns.map(({ title }) => title),
		isByDestination: true,
		rows: names.map((secret) => ({
			secret,
			marks: columns.map(({ rows }) => wholeWay(rows.get(secret)))
		}))
	};
}
/** One mark for the whole way of a secret in one destination. */
function wholeWay(row) {
	if (row?.deployFile !== "yes") return "unneeded";
	if (row.extract === "no" || row.vault === "no") return "no";
	return row.vault === "empty" || row.extract === "empty" ? "empty" : "yes";
}
/** The errors and warnings of a report, the gravest first, each with the address of its line where `link` knows one. */
function summaryFindings(report, link = () => null) {
	const locator = new PlaceLocator(report);
	return distinctFindings(report).map(({ finding }) => finding).filter(({ severity }) => severity !== "info").map(({ rule, severity, message, span }) => {
		const place = locator.locate(span);
		const address = link(place);
		return {
			rule,
			severity,
			message,
			place: `${place.file}:${place.line}`,
			...address === null ? {} : { address }
		};
	});
}
/** Names that only carry others (`SECRETS=$(kamal secrets fetch …)`) are not secrets of the app. */
function isAskedFor({ state }) {
	return state !== "internal";
}
const GRAVITY = [
	"no",
	"differs",
	"empty",
	"unknown",
	"yes",
	"unneeded"
];
function worst(marks) {
	return GRAVITY.find((mark) => marks.includes(mark)) ?? "unneeded";
}
export { compareText as $, isFileMissing as A, compareFindings as B, destinationList as C, assignByHand as D, sentence as E, applyEdits as F, shownDiff as G, countFindings as H, chooseFixes as I, veiled as J, shownEdits as K, atLeast as L, list as M, noAssignment as N, createField as O, stopsWhere as P, withTexts as Q, beyondSentence as R, alike as S, findingSection as T, distinctFindings as U, countBeyond as V, keyOf as W, RULE_IDS as X, VOCABULARY as Y, isRuleId as Z, secretsTable as _, PlaceLocator as a, folding as b, maskGiven as c, VERSION as d, ruleAddress as et, noEnvironments as f, readPlainFile as g, isPlainDirectory as h, summaryFindings as i, itemOf as j, fillField as k, onePasswordOf as l, codeOf as m, parityTable as n, LineIndex as o, makeDirectory as p, veilOf as q, placeKey as r, beginOnePassword as s, containerTable as t, ruleLink as tt, secretsOf as u, counted as v, details as w, SIGNS$1 as x, fitting as y, bounded as z };
