import { a as prose, i as plain, n as block, r as code, t as PLAIN_CODE } from "./markdown-text.js";
import { t as Failure } from "./failure.js";
import { i as errorOf, r as parseToken, t as connectShadow } from "./token.js";
import { MessageChannel, Worker } from "node:worker_threads";
import { constants } from "node:fs";
import { dirname } from "node:path";
import { lstat, mkdir, open } from "node:fs/promises";
// src/base/text/diff.ts
/** Unified diffs of small changes in long files. */
const CONTEXT = 3;
/** Shorter pieces of what is hidden would hide half of every line. */
const SHORTEST_HIDDEN = 4;
/**
* What changed as `diff -u` writes it; empty where nothing did. `hidden` are spans of the text before whose characters
* are shown as dots.
*/
function unifiedDiff(file, before, after, hidden = []) {
	if (before === after) return "";
	const { start, oldEnd: beforeEnd, newEnd: afterEnd, lines: skipped } = changedStretch(before, after);
	const stretch = before.slice(start, beforeEnd);
	const old = splitLines(hide(stretch, hidden.flatMap((each) => each.end > start && each.start < beforeEnd ? [{
		start: Math.max(0, each.start - start),
		end: Math.min(stretch.length, each.end - start)
	}] : [])));
	const now = splitLines(hideAgain(before, after.slice(start, afterEnd), hidden));
	const hunks = changes(splitLines(stretch), splitLines(after.slice(start, afterEnd)));
	const output = [`--- a/${file}`, `+++ b/${file}`];
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
/** The nearest pair of places from which both sides go on alike. */
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
// src/parity/report/report.ts
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
/** The same for findings that are one to whoever reads them. */
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
/** Findings that a report holds, each counted once: nobody reads as many. */
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
/** The findings that a report does not hold, as a sentence; null where it holds all. */
function beyondSentence(report) {
	const total = countBeyond(report);
	return total === 0 ? null : `… and ${total} more ${total === 1 ? "finding" : "findings"}, which are not shown.`;
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
function compareText(one, other) {
	return one < other ? -1 : one > other ? 1 : 0;
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
* The agent's fixes that can be made together. A finding with several ways to mend it is left to whoever reads it;
* of two fixes that touch the same characters the later one waits for the next round.
*/
function chooseFixes(report) {
	const taken = /* @__PURE__ */ new Map();
	const chosen = [];
	for (const { finding } of distinctFindings(report)) {
		const ways = finding.fixes.filter(({ actor }) => actor === "agent");
		const [fix] = ways;
		if (fix === void 0 || fix.edits.length === 0 || ways.length > 1) continue;
		const known = fix.edits.every((edit) => report.sources.has(edit.file));
		const collides = fix.edits.some((edit) => (taken.get(edit.file) ?? []).some((other) => overlaps(edit, other)));
		if (!known || collides) continue;
		for (const edit of fix.edits) taken.set(edit.file, [...taken.get(edit.file) ?? [], edit]);
		const human = finding.fixes.filter(({ actor }) => actor === "human").map(({ title }) => title);
		chosen.push({
			rule: finding.rule,
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
/** The files that some fixes change, with their new text. */
function applyFixes(report, fixes) {
	const byFile = /* @__PURE__ */ new Map();
	for (const { fix } of fixes) for (const edit of fix.edits) byFile.set(edit.file, [...byFile.get(edit.file) ?? [], edit]);
	const changed = /* @__PURE__ */ new Map();
	for (const [file, edits] of byFile) {
		const source = report.sources.get(file);
		if (source !== void 0) changed.set(file, applyEdits(source.text, edits));
	}
	return changed;
}
// src/parity/wording.ts
/** “A”, “A and B”, “A, B and C”; beyond `most` the rest is counted. */
function list(words, most = 6) {
	const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : words;
	return shown.length < 2 ? shown[0] ?? "" : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1) ?? ""}`;
}
/** What happens at a deploy when a consumer's secret is not there (Kamal 2.12.0, seen by running it). */
function stopsWhere(consumer) {
	if (consumer.where === "registry") return "`kamal deploy` stops at once: it cannot log in to the registry.";
	if (consumer.where === "builder") return "`kamal deploy` stops when it builds the image.";
	if (consumer.where.startsWith("accessory")) return "`kamal accessory boot` stops on the host.";
	return "`kamal deploy` stops only after it has built and pushed the image.";
}
/** “.kamal/secrets does not assign it”, for one file, several, or none that exists. */
function nobodyAssignsIt(lookup) {
	const loaded = lookup.loadedFiles();
	if (loaded.length === 1) return `${loaded[0] ?? ""} does not assign it`;
	if (loaded.length > 1) return `neither ${loaded.join(" nor ")} assigns it`;
	return `there is no secrets file (Kamal looks for ${list(lookup.triedFiles())})`;
}
/** The item that a fetch reads, as a person finds it in 1Password; null where the file does not say. */
function itemOf(fetch, name) {
	const [vault, item, ...field] = (fetch.from === null ? name : `${fetch.from.value}/${name}`).replace(/^op:\/\//, "").split("/");
	if (vault === void 0 || item === void 0 || vault === "" || item === "") return null;
	return {
		vault,
		item,
		field: field.length === 0 ? "password" : field.join("/")
	};
}
/** The sentence that tells a person what to create in 1Password. */
function createField(fetch, name) {
	const item = itemOf(fetch, name);
	if (fetch.adapter?.name.toLowerCase() !== "1password" || item === null || fetch.unknownWords) return `Create \`${name}\` in the vault that this fetch reads, with exactly this name.`;
	return fillField(item.vault, item.item, item.field);
}
function fillField(vault, item, field) {
	return `In 1Password, vault “${vault}”, item “${item}”: make sure that a field named exactly \`${field}\` exists and is filled.`;
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
	return message.split("`").map((part, index) => index % 2 === 1 ? part : part.replaceAll(/(?<![\w`“])(?:\.?[\w.-]+\/[\w./-]*\w|\$\{?\w+\}?|--[a-z][a-z-]*|\w*_\w+(?::\w+)?|\w+\.(?:yml|secret|secrets|password))(?!\w)/g, "`$&`")).join("`");
}
/** What is wrong and where, in one paragraph, and below it each way to mend it as a diff, folded. */
function findingSection({ finding, destinations }, report, locator, { link = () => null, open = false, others = [] } = {}) {
	const place = locator.locate(finding.span);
	const address = link(place);
	const where = code(`${place.file}:${place.line}`);
	const some = destinations.length > 0 && destinations.length < report.destinations.length;
	const likewise = others.length === 0 ? "" : `; likewise in ${destinationList(others.flatMap((each) => each.destinations))}`;
	const which = some ? ` (${destinationList(destinations)}${likewise})` : "";
	const lines = [`${SIGNS$1[finding.severity]} **${address === null ? where : `[${where}](${address})`}** ${sentence(finding.message)}${which} ${code(finding.rule)}`];
	const ways = [finding, ...others.map((each) => each.finding)].flatMap(({ fixes }) => fixes.filter(({ actor, edits }) => actor === "agent" && edits.length > 0));
	for (const fix of ways) lines.push(details(sentence(fix.title), fixDiff(fix, report), open && ways.length === 1));
	return lines.join("\n\n");
}
/** Findings in groups: one secret that several destinations lack each in a file of their own is one thing to read. */
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
		return unifiedDiff(file, text, applyEdits(text, fix.edits.filter((edit) => edit.file === file)), report.sensitive.filter((each) => each.file === file)).trimEnd().split("\n");
	});
	return block(shortened(diffs), "diff");
}
/** Less than this is not worth leaving out. */
const WORTH = 24;
/**
* For the eye: of a long line and the one that replaces it (`kamal secrets fetch …` with one name more), what they have
* in common is left out in the middle.
*/
function shortened(diff) {
	const lines = [...diff];
	for (let start = 0; start < diff.length; start += 1) {
		if (!/^-(?!--)/.test(diff[start] ?? "")) continue;
		let middle = start;
		while (diff[middle]?.startsWith("-") === true) middle += 1;
		for (let at = start; at < middle; at += 1) {
			const [before = "", after = ""] = [diff[at], diff[middle + at - start]];
			if (!after.startsWith("+")) break;
			const [from, to] = leftOut(before, after);
			if (to - from < WORTH) continue;
			lines[at] = `${before.slice(0, from)} …${before.slice(to)}`;
			lines[middle + at - start] = `${after.slice(0, from)} …${after.slice(to)}`;
		}
		start = middle;
	}
	return lines;
}
/** What two lines share, from the space behind the first word to that before the last one: a phone shows where they part. */
function leftOut(one, other) {
	let same = 1;
	while (same < one.length && one[same] === other[same]) same += 1;
	const from = one.indexOf(" ", 2);
	return from === -1 ? [0, 0] : [from, one.lastIndexOf(" ", same - 1)];
}
// src/report/parts/fitting.ts
/** Parts of a text that may not grow beyond a limit: as many as there is room for, and a true count of the rest. */
/**
* The first parts that fit into `room` characters, each followed by a separator of two; where some do not fit, one more
* part says how many are left out.
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
/** As {@link fitting}, and of many the first alone in sight: the others below them, folded. */
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
/** The rows that matter, all others folded below them, and what the signs mean. Nothing where there are no rows. */
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
		const title = `${counted(folded.length, shown.length > 0 ? "more secret" : "secret")}, all there`;
		const text = rowsWithin(table, folded, free - 100, folded.length);
		parts.push(details(title, shown.length > 0 ? text : [text, ...key].join("\n\n")));
	}
	return parts;
}
/** Signs alone: with words in its cells a table is wider than a phone. */
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
	["unknown", "not known"],
	["unneeded", "not asked for"]
];
const FLAWED = /* @__PURE__ */ new Set([
	"no",
	"empty",
	"differs"
]);
/** What the signs of a table mean, as far as it has them. */
function legend({ rows }) {
	const used = new Set(rows.flatMap(({ marks }) => marks));
	const meanings = MEANINGS.filter(([mark]) => used.has(mark)).map(([mark, what]) => `${SIGNS[mark]} ${what}`);
	return meanings.length === 0 ? [] : [`<sub>${meanings.join(" · ")}</sub>`];
}
function rowsWithin({ columns }, rows, room, most) {
	const line = (cells) => `| ${cells.join(" | ")} |`;
	const head = ["Secret", ...columns.map(plain)];
	const top = [line(head), line(head.map((_, index) => index === 0 ? "---" : ":-:"))];
	const lines = rows.slice(0, most).map(({ secret, marks }) => line([code(secret), ...marks.map((mark) => SIGNS[mark])]));
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
* Reads a file that somebody else may have put there: a link is not followed, a FIFO or a device is not waited for, and
* no more than `largest` bytes are read, whatever becomes of the file meanwhile.
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
/** Whether a directory itself stands at `path`, not a link to one; null where nothing does. */
async function isPlainDirectory(path) {
	try {
		return (await lstat(path)).isDirectory();
	} catch (error) {
		if (codeOf(error) === "ENOENT") return null;
		return false;
	}
}
/** The system's name for what went wrong, such as `ENOENT`; empty where it has none. */
function codeOf(error) {
	return error instanceof Error && "code" in error ? String(error.code) : "";
}
// src/base/make-directory.ts
/**
* Makes a directory and those above it that are not there. Node's own `recursive` tries for ever where the system says
* of a directory that is there that it is not (24.21, below `/proc`), and names another error than the system's.
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
// src/onepassword/thread/client.ts
/**
* Begins to sign in on a thread of its own: the SDK computes for half a second and more, which everything else that is
* done meanwhile would wait for.
*/
function beginSignIn(token, { version, log, thread }) {
	const order = {
		token: token.secret.reveal(),
		version
	};
	const worker = new Worker(thread ?? new URL("./session-thread.js", import.meta.url), { workerData: order });
	let requestsMade = 0;
	let broken = null;
	const asking = Promise.withResolvers();
	worker.on("message", (word) => {
		if (word.kind !== "asking") return log[word.kind](word.line);
		asking.resolve();
		worker.unref();
	});
	worker.once("exit", () => asking.resolve());
	worker.once("error", (error) => broken = error);
	const ask = async (signal, asked) => {
		signal.throwIfAborted();
		const { port1: here, port2: back } = new MessageChannel();
		let stop = () => void 0;
		try {
			const answer = await new Promise((resolve, reject) => {
				stop = () => reject(signal.reason);
				signal.addEventListener("abort", stop, { once: true });
				here.once("message", resolve);
				here.once("close", () => reject(new Error("the thread that asks 1Password is over", { cause: broken })));
				worker.postMessage({
					...asked,
					back
				}, [back]);
			});
			requestsMade = answer.made;
			if (answer.kind === "failed") throw errorOf(answer);
			return answer.value;
		} finally {
			signal.removeEventListener("abort", stop);
			here.close();
		}
	};
	const dispose = () => void worker.terminate();
	return {
		asking: asking.promise,
		async session(signal) {
			await ask(signal, {
				question: null,
				args: []
			});
			const answerTo = (question) => (...args) => ask(signal, {
				question,
				args
			});
			return {
				signInAddress: token.signInAddress,
				get requestsMade() {
					return requestsMade;
				},
				vaults: answerTo("vaults"),
				items: answerTo("items"),
				itemsWithFields: answerTo("itemsWithFields"),
				variables: answerTo("variables"),
				resolve: answerTo("resolve"),
				[Symbol.dispose]: dispose
			};
		},
		[Symbol.dispose]: dispose
	};
}
// src/base/version.ts
/** The version of kamal-1password. */
const VERSION = "1.0.0";
// src/action/prepare/one-password.ts
/**
* Masks the token before anything else is done, and begins to sign in with it: nothing that comes before Kamal takes
* longer.
* @returns what is wrong with the token, for whoever needs one: `token-missing`, `token-malformed`,
*   `connect-shadows-token`
*/
function beginOnePassword({ serviceAccountToken: given, environment, log }) {
	try {
		if (given !== null) log.mask(given);
		const shadow = connectShadow(environment);
		if (shadow !== null) return shadow;
		const token = parseToken(given);
		return {
			token,
			signingIn: beginSignIn(token, {
				version: VERSION,
				log
			})
		};
	} catch (error) {
		if (error instanceof Failure) return error;
		throw error;
	}
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
	/** Start and end of a zero-based line, its line end left out. */
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
	sources;
	indexes = /* @__PURE__ */ new Map();
	constructor(report) {
		this.sources = report.sources;
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
	/** The lines of a file; those of an empty one where it was not read. */
	lines(file) {
		let index = this.indexes.get(file);
		if (index === void 0) {
			index = new LineIndex(this.sources.get(file)?.text ?? "");
			this.indexes.set(file, index);
		}
		return index;
	}
	/** What to add to an offset so that it counts the byte order mark which stands in the file itself. */
	bom(file) {
		return this.sources.get(file)?.bom ?? 0;
	}
};
// src/report/parts/parity-table.ts
/** The key of a place in {@link VaultVerdicts}. */
function placeKey({ file, start }) {
	return `${file}:${start}`;
}
/** One row a secret over all destinations of the report, in the order in which they are assigned. */
function parityRows(report, vault, containers) {
	const rows = report.destinations.flatMap(({ secrets }) => secrets).filter(isAskedFor);
	return [...new Set(rows.map(({ name }) => name))].map((secret) => {
		const same = rows.filter(({ name }) => name === secret);
		const fetched = same.flatMap((row) => row.fetched);
		const consumed = same.flatMap((row) => row.consumed).filter(({ applied }) => applied);
		const isFetched = fetched.length > 0;
		const isAssigned = same.some(({ assigned }) => assigned.length > 0);
		return {
			secret,
			vault: isFetched ? worst(fetched.map((span) => vault.get(placeKey(span)) ?? "unknown")) : "unneeded",
			fetch: isFetched ? "yes" : isAssigned ? "unneeded" : "no",
			extract: same.some(({ extracted }) => extracted.length > 0) ? "yes" : isAssigned ? worst(same.map(({ state }) => state === "empty" ? "empty" : "unneeded")) : "no",
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
* Every secret and where it stands: with one destination a column for each place of its way, with several a column for
* each of them.
*/
function parityTable(report, vault, containers = /* @__PURE__ */ new Map()) {
	if (report.destinations.length > 1) return destinationTable(report, vault);
	const rows = parityRows(report, vault, containers);
	const places = PLACES.filter(({ mark }) => rows.some((row) => row[mark] !== "unknown" && row[mark] !== "unneeded"));
	return {
		columns: places.map(({ title }) => title),
		rows: rows.map((row) => ({
			secret: row.secret,
			marks: places.map(({ mark }) => row[mark])
		}))
	};
}
/** What the containers have, where nothing else was looked at: one row a variable. */
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
function toldFindings(report, link = () => null) {
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
export { applyEdits as A, unifiedDiff as B, sentence as C, list as D, itemOf as E, bounded as F, compareFindings as I, countBeyond as L, chooseFixes as M, atLeast as N, nobodyAssignsIt as O, beyondSentence as P, countFindings as R, findingSection as S, fillField as T, folding as _, PlaceLocator as a, destinationList as b, onePasswordOf as c, codeOf as d, isPlainDirectory as f, fitting as g, counted as h, toldFindings as i, applyFixes as j, stopsWhere as k, VERSION as l, secretsTable as m, parityTable as n, LineIndex as o, readPlainFile as p, placeKey as r, beginOnePassword as s, containerTable as t, makeDirectory as u, SIGNS$1 as v, createField as w, details as x, alike as y, distinctFindings as z };
