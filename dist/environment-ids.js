// src/base/environment-ids.ts
/** The ids that 1Password generates: 26 letters and digits; not names, links or references. */
const ID = /^[A-Za-z0-9]{8,64}$/;
/**
* Reads an id, or lines of `destination: id`.
* @returns null if it is neither, or names a destination twice
*/
function parseEnvironmentIds(text) {
	const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
	const [first = ""] = lines;
	if (lines.length === 1 && ID.test(first)) return {
		kind: "one",
		id: first
	};
	const ids = /* @__PURE__ */ new Map();
	for (const line of lines) {
		const [, destination = "", id = ""] = /^([\w.-]+):[ \t]*(\S+)$/.exec(line) ?? [];
		if (!ID.test(id) || ids.has(destination)) return null;
		ids.set(destination, id);
	}
	return ids.size === 0 ? null : {
		kind: "by-destination",
		ids
	};
}
/** The Environment of a destination (null: the deploy without one), or null if none is named for it. */
function environmentIdFor(ids, destination) {
	if (ids.kind === "one") return ids.id;
	return destination === null ? null : ids.ids.get(destination) ?? null;
}
export { parseEnvironmentIds as n, environmentIdFor as t };
