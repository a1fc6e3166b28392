// src/base/absolute-path.ts
/** Where a system has its own programs: what stands for a PATH that is not set. */
const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";
/**
* PATH without what depends on the folder that one is in: a program of ours is not taken from a checkout, whose files a
* stranger may have put there.
* @returns never empty, which would mean that very folder
*/
function absolutePath(path) {
	const folders = path.split(":").filter((folder) => folder.startsWith("/"));
	return folders.length === 0 ? SYSTEM_PATH : folders.join(":");
}
export { absolutePath as n, SYSTEM_PATH as t };
