import { createHash } from 'node:crypto';
import { dirname, join, posix } from 'node:path';
import { BoundedFiles } from '../../base/bounded-file.ts';
import type { ApiAnswer, Ask, GithubApi } from '../api/api.ts';
import { readGit } from './git.ts';

/** Which files of the base are wanted. Paths are from the root of the repository, with `/`. */
export interface BaseRequest {
  readonly sha: string;
  /** The root of the checkout: its git objects are asked first. */
  readonly root: string;
  /** Folders to read, with all below them. */
  readonly folders: readonly string[];
  readonly wanted: (path: string) => boolean;
}

/** Files as they were at the base, by path. They are only ever read. */
export type BaseFiles = ReadonlyMap<string, string>;

const ASK: Ask = { what: 'what the pull request changes', permission: 'contents: read' };
/** A project of Kamal has a handful; beyond this it is something else. */
const MOST_FILES = 200;
/** In bytes; larger ones are skipped. */
const LARGEST = 512 * 1024;
/** Folders of the base that are asked for, one request each. */
const MOST_FOLDERS = 50;

/**
 * Reads files of a commit from the checkout's git objects; in a shallow checkout, which lacks them, from GitHub.
 * @param api null if there is no token
 */
export async function readBaseFiles(
  request: BaseRequest,
  api: GithubApi | null,
): Promise<ApiAnswer<BaseFiles>> {
  const local = await fromObjects(request);
  if (local !== null) return { done: local };
  if (api === null) {
    const leftOut = `Skipped: ${ASK.what}, because the checkout is shallow and there is no token to ask GitHub with.`;
    return { leftOut, status: null };
  }
  const walk: FolderWalk = { found: new Map(), folders: [...request.folders] };
  for (let asked = 0; asked < MOST_FOLDERS; asked += 1) {
    const folder = walk.folders.shift();
    if (folder === undefined) break;
    const missing = await fromApi(folder, request, api, walk);
    if (missing !== null) return missing;
  }
  return { done: walk.found };
}

/** Null if the checkout does not have the commit and all of the files. */
async function fromObjects({ sha, root, folders, wanted }: BaseRequest): Promise<BaseFiles | null> {
  const listed = await readGit(root, [
    'ls-tree',
    '-r',
    '-z',
    '--full-tree',
    sha,
    '--',
    ...folders.map(literal),
  ]);
  if (listed === null) return null;
  const found = new Map<string, string>();
  for (const entry of listed.toString('utf8').split('\0').filter(Boolean)) {
    const [, mode = '', blob = '', path = ''] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
    if (!isWithin(path) || !wanted(path) || found.size === MOST_FILES) continue;
    const content = await readGit(root, [
      'cat-file',
      'blob',
      mode === LINK ? await target(root, sha, path, blob) : blob,
    ]);
    if (content === null) return null;
    if (content.length <= LARGEST) found.set(path, content.toString('utf8'));
  }
  return found;
}

/** Files of the base are put into a folder of ours: none of them leaves it. */
function isWithin(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.split('/').includes('..');
}

const LINK = '120000';

/** What a symbolic link leads to, within the same commit; one step, as GitHub's API goes. */
async function target(root: string, sha: string, path: string, blob: string): Promise<string> {
  const link = (await readGit(root, ['cat-file', 'blob', blob]))?.toString('utf8') ?? '';
  return `${sha}:${posix.join(dirname(path), link)}`;
}

/** A path that git does not read as a pattern; `.` is the root. */
function literal(folder: string): string {
  return folder === '' ? '.' : `:(literal)${folder}`;
}

/** The files found so far, and the folders that are still to be read. */
interface FolderWalk {
  readonly found: Map<string, string>;
  readonly folders: string[];
}

/** The files of one folder; the folders in it are added to `folders`. */
async function fromApi(
  folder: string,
  request: BaseRequest,
  api: GithubApi,
  { found, folders }: FolderWalk,
): Promise<ApiAnswer<BaseFiles> | null> {
  const listed = await api.call(ASK, (octokit, at) =>
    octokit.rest.repos.getContent({ ...at, path: folder, ref: request.sha }),
  );
  // A folder that was not there yet holds nothing.
  if ('leftOut' in listed) return listed.status === 404 ? null : listed;
  for (const { type, path, sha } of Array.isArray(listed.done) ? listed.done : []) {
    if (found.size === MOST_FILES) break;
    if (type === 'dir') folders.push(path);
    else if (isWithin(path) && request.wanted(path)) {
      const text = unchanged(request.root, path, sha) ?? (await contentOf(path, request, api));
      if (typeof text === 'object' && text !== null) return text;
      if (text !== null) found.set(path, text);
    }
  }
  return null;
}

/** The file in the checkout, if it is the same as at the base: no need to request it. */
function unchanged(root: string, path: string, sha: string): string | null {
  try {
    const bytes = new BoundedFiles(root).bytes(join(root, path), path, LARGEST);
    if (bytes === null) return null;
    const own = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    return own === sha ? bytes.toString('utf8') : null;
  } catch {
    return null;
  }
}

async function contentOf(
  path: string,
  { sha }: BaseRequest,
  api: GithubApi,
): Promise<string | ApiAnswer<BaseFiles> | null> {
  const answer = await api.call(ASK, (octokit, at) =>
    octokit.rest.repos.getContent({ ...at, path, ref: sha }),
  );
  if ('leftOut' in answer) return answer.status === 404 ? null : answer;
  if (Array.isArray(answer.done) || answer.done.type !== 'file') return null;
  const { content } = answer.done;
  // Base64 takes four characters for three bytes, and a line end now and then.
  return content.length > LARGEST * 1.5 ? null : Buffer.from(content, 'base64').toString('utf8');
}
