// src/report/parts/visible.ts
/** Text from files that others wrote, made safe to show: nothing in it can move the cursor, turn the writing round or ring. */
/** Control characters, bidirectional controls, invisible format characters, lone surrogates, line and paragraph separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
/** ASCII and the punctuation of our own sentences: no need to look closer, nor to load Unicode's tables. */
const HARMLESS = /^[\x20-\x7e\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2022]*$/;
/** Joins the parts of one emoji; harmless in a row of them. */
const JOINERS = /* @__PURE__ */ new Set(["‍", "️"]);
/** The text with every character that acts rather than shows written as `‹U+202E›`; a tab becomes a space. */
function visible(text) {
	if (HARMLESS.test(text)) return text;
	return text.replaceAll(UNSAFE, (character) => {
		if (character === "	") return " ";
		if (JOINERS.has(character)) return character;
		return `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}›`;
	});
}
/** Made at the first text that needs it: loading its tables takes longer than a whole check. */
let graphemes = null;
const PLAIN$1 = /^[\x20-\x7e]*$/;
const WIDE = /^(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Bopomofo}|\p{Script=Yi}|[\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6])/u;
const EMOJI = /\p{Emoji_Presentation}|\uFE0F/u;
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
/** The clusters that a terminal shows as one, with their widths: 2 for CJK and emoji, 0 for what only combines. */
function clusters(text) {
	if (PLAIN$1.test(text)) return Array.from(text, (character, index) => ({
		text: character,
		index,
		width: 1
	}));
	graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
	return Array.from(graphemes.segment(text), ({ segment, index }) => ({
		text: segment,
		index,
		width: clusterWidth(segment)
	}));
}
/** The cells that a text takes on a terminal. */
function width(text) {
	return PLAIN$1.test(text) ? text.length : clusters(text).reduce((sum, cluster) => sum + cluster.width, 0);
}
function clusterWidth(segment) {
	if (ZERO.test(segment)) return 0;
	return WIDE.test(segment) || EMOJI.test(segment) ? 2 : 1;
}
// src/report/parts/markdown-text.ts
/**
* Text of others in GitHub's Markdown: names, messages and output go in so that nothing of them is executed, nobody is
* mentioned, and nothing breaks out of its table cell.
*/
/** Words between backticks in which nothing means anything, neither to Markdown nor to HTML. */
const PLAIN_CODE = /`([\w./:,-]+(?: [\w./:,-]+)*)`/g;
const PLAIN = new RegExp(`^${PLAIN_CODE.source.replaceAll("`", "")}$`);
/** A name as code. Plain names stay readable in the source; any other is written in character references. */
function code(text) {
	if (PLAIN.test(text)) return `\`${text}\``;
	return `<code>${(visible(text) || " ").replaceAll(/[^\p{L}\p{N} ]/gu, reference)}</code>`;
}
/** A sentence of ours in which names stand between backticks; everything in it is kept from being Markdown. */
function prose(sentence) {
	return sentence.split("`").map((part, index) => index % 2 === 1 ? code(part) : plain(part)).join("");
}
/** Text that is to be read as it is. A zero-width space keeps `@name`, `#12` and `GH-12` from becoming links. */
function plain(text) {
	return visible(text).replaceAll(/(?<link>[@#](?=[\w-])|\bGH(?=-\d)|\b(?:https?|www)(?=[:.]))|[\\`*_{}[\]()<>&|~$!]|^[-+#]|^\d+(?=[.)](?:\s|$))/gi, (found, link) => link === void 0 ? reference(found) : `${found}\u200B`);
}
/** Lines of output, without their colours, as a block that they cannot end. */
function block(lines, language = "") {
	const text = lines.map((line) => visible(line.replaceAll(ANSI, "")));
	const longest = Math.max(2, ...text.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
	const fence = "`".repeat(longest + 1);
	return [
		`${fence}${language}`,
		...text,
		fence
	].join("\n");
}
/** Select Graphic Rendition: ESC [ … m (ECMA-48). */
const ANSI = /\p{Cc}\[[0-9;]*m/gu;
function reference(text) {
	return Array.from(text, (character) => `&#${character.codePointAt(0) ?? 0};`).join("");
}
export { prose as a, width as c, plain as i, block as n, clusters as o, code as r, visible as s, PLAIN_CODE as t };
