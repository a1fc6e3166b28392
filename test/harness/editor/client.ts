/** An editor at the end of `kamal-1password lsp`: the protocol's own client, with documents that someone types in. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CodeAction,
  type CompletionItem,
  createProtocolConnection,
  type Diagnostic,
  type Hover,
  type InitializeResult,
  type Location,
  type Position,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import { Text } from '../../../src/editor/documents.ts';
import { CLI } from '../terminal/command-line.ts';
import { patient } from '../patient.ts';

export interface EditorOptions {
  readonly words?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly encodings?: readonly ('utf-8' | 'utf-16')[];
  readonly initializationOptions?: object;
  /** The program and what comes before `lsp`. */
  readonly command?: readonly [string, ...string[]];
  readonly documentChanges?: boolean;
  /** Whether the client asks for the edits of a code action when it is chosen; default: yes. */
  readonly resolves?: boolean;
}

interface Open {
  readonly version: number;
  readonly text: string;
}

/** What a test waits for, in milliseconds. */
const PATIENCE = patient(20_000);

export class EditorClient implements AsyncDisposable {
  readonly connection: ProtocolConnection;
  readonly #root: string;
  readonly #process: ChildProcess;
  readonly #open = new Map<string, Open>();
  readonly #said = new Map<
    string,
    { readonly version: number; readonly diagnostics: readonly Diagnostic[] }
  >();
  readonly #listeners = new Set<() => void>();
  initialized!: InitializeResult;
  /** What the server wrote to standard error, and messages that it wanted shown. */
  complaints = '';
  readonly messages: string[] = [];

  private constructor(root: string, child: ChildProcess) {
    this.#root = root;
    this.#process = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.complaints += text;
      for (const listener of this.#listeners) listener();
    });
    if (child.stdout === null || child.stdin === null) throw new Error('no pipes');
    this.connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    this.connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, version, diagnostics }: { uri: string; version?: number; diagnostics: Diagnostic[] }) => {
        this.#said.set(uri, { version: version ?? 0, diagnostics });
        for (const listener of this.#listeners) listener();
      },
    );
    this.connection.onNotification('window/showMessage', ({ message }: { message: string }) => {
      this.messages.push(message);
    });
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.listen();
  }

  static async start(root: string, options: EditorOptions = {}): Promise<EditorClient> {
    const [command, ...before] = options.command ?? [process.execPath, CLI];
    const child = spawn(command, [...before, 'lsp', ...(options.words ?? [])], {
      cwd: root,
      env: { PATH: process.env['PATH'], HOME: root, CI: 'true', ...options.environment },
      stdio: 'pipe',
    });
    const client = new EditorClient(root, child);
    client.initialized = await client.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(root).href,
      workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'test' }],
      capabilities: {
        general: { positionEncodings: options.encodings ?? ['utf-16'] },
        workspace: {
          workspaceEdit: { documentChanges: options.documentChanges ?? true },
          didChangeWatchedFiles: { dynamicRegistration: true },
        },
        textDocument: {
          publishDiagnostics: { relatedInformation: true, versionSupport: true },
          ...(options.resolves === false
            ? {}
            : { codeAction: { dataSupport: true, resolveSupport: { properties: ['edit'] } } }),
        },
      },
      ...(options.initializationOptions === undefined
        ? {}
        : { initializationOptions: options.initializationOptions }),
    });
    await client.connection.sendNotification('initialized', {});
    return client;
  }

  get encoding(): 'utf-8' | 'utf-16' {
    return this.initialized.capabilities.positionEncoding === 'utf-8' ? 'utf-8' : 'utf-16';
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  uri(file: string): string {
    return pathToFileURL(join(this.#root, file)).href;
  }

  text(file: string): string {
    const open = this.#open.get(this.uri(file));
    if (open === undefined) throw new Error(`${file} is not open`);
    return open.text;
  }

  async open(file: string, text: string, languageId = 'plaintext'): Promise<void> {
    const uri = this.uri(file);
    this.#open.set(uri, { version: 1, text });
    // Messages about an earlier opening have their own versions.
    this.#said.delete(uri);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  async close(file: string): Promise<void> {
    this.#open.delete(this.uri(file));
    await this.connection.sendNotification('textDocument/didClose', {
      textDocument: { uri: this.uri(file) },
    });
  }

  /** Replaces the characters between two offsets. */
  async edit(file: string, start: number, end: number, newText: string): Promise<void> {
    const uri = this.uri(file);
    const { version, text } = this.#opened(uri);
    const range = new Text(text, this.encoding).range(start, end);
    this.#open.set(uri, { version: version + 1, text: text.slice(0, start) + newText + text.slice(end) });
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: version + 1 },
      contentChanges: [{ range, text: newText }],
    });
  }

  /** Types character by character at an offset, and waits after each for what is found. */
  async type(file: string, at: number, text: string): Promise<void> {
    let offset = at;
    for (const character of text) {
      await this.edit(file, offset, offset, character);
      offset += character.length;
    }
  }

  /** What was found of the text as it is now: waits for it. */
  async found(file: string): Promise<readonly Diagnostic[]> {
    const uri = this.uri(file);
    const wanted = this.#open.get(uri)?.version ?? 0;
    return this.#until(() => {
      const said = this.#said.get(uri);
      return said !== undefined && said.version >= wanted ? said.diagnostics : null;
    }, `what is found in ${file}, version ${wanted}`);
  }

  /** The last message, without waiting. */
  said(file: string): readonly Diagnostic[] {
    return this.#said.get(this.uri(file))?.diagnostics ?? [];
  }

  /** Waits until a condition holds for the messages. */
  async until(holds: () => boolean, what: string): Promise<void> {
    await this.#until(() => (holds() ? true : null), what);
  }

  position(file: string, offset: number): Position {
    return new Text(this.text(file), this.encoding).position(offset);
  }

  /** The offset of the place marked by `|` in a piece of the text. */
  offsetOf(file: string, marked: string): number {
    const piece = marked.replace('|', '');
    const at = this.text(file).indexOf(piece);
    if (at < 0) throw new Error(`“${piece}” is not in ${file}`);
    return at + marked.indexOf('|');
  }

  async completions(file: string, offset: number): Promise<CompletionItem[]> {
    return this.connection.sendRequest('textDocument/completion', this.#at(file, offset));
  }

  async hover(file: string, offset: number): Promise<string | null> {
    const hover: Hover | null = await this.connection.sendRequest(
      'textDocument/hover',
      this.#at(file, offset),
    );
    if (hover === null) return null;
    return typeof hover.contents === 'object' && 'value' in hover.contents ? hover.contents.value : null;
  }

  async definition(file: string, offset: number): Promise<Location[]> {
    return this.connection.sendRequest('textDocument/definition', this.#at(file, offset));
  }

  async references(file: string, offset: number, includeDeclaration = true): Promise<Location[]> {
    return this.connection.sendRequest('textDocument/references', {
      ...this.#at(file, offset),
      context: { includeDeclaration },
    });
  }

  async actions(file: string, offset: number, only?: readonly string[]): Promise<CodeAction[]> {
    const position = this.position(file, offset);
    return this.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri: this.uri(file) },
      range: { start: position, end: position },
      context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
    });
  }

  /** An action as it is when someone chooses it. */
  async chosen(action: CodeAction | undefined): Promise<CodeAction> {
    if (action === undefined) throw new Error('there is no such action');
    return action.edit === undefined ? this.connection.sendRequest('codeAction/resolve', action) : action;
  }

  async rename(file: string, offset: number, newName: string): Promise<WorkspaceEdit | null> {
    return this.connection.sendRequest('textDocument/rename', { ...this.#at(file, offset), newName });
  }

  /** Where a location is: `FILE:LINE text`. */
  shown({ uri, range }: Location, texts: Readonly<Record<string, string>>): string {
    const [file = uri, text = ''] = Object.entries(texts).find(([name]) => this.uri(name) === uri) ?? [];
    const at = new Text(text, this.encoding);
    return `${file}:${range.start.line + 1} ${text.slice(at.offset(range.start), at.offset(range.end))}`;
  }

  /** Makes an edit as an editor does; returns the new texts of files that are not open. */
  async apply(
    { changes, documentChanges }: WorkspaceEdit,
    closed: Readonly<Record<string, string>> = {},
  ): Promise<Record<string, string>> {
    const byUri = new Map<string, TextEdit[]>(Object.entries(changes ?? {}));
    for (const change of documentChanges ?? []) {
      if (!('edits' in change)) throw new Error('an edit that is none of a text');
      const { uri, version } = change.textDocument;
      const known = this.#open.get(uri);
      if (known !== undefined && version !== known.version)
        throw new Error(`${uri}: an edit of version ${String(version)}, not ${known.version}`);
      byUri.set(uri, change.edits as TextEdit[]);
    }
    const written: Record<string, string> = {};
    for (const [uri, edits] of byUri) {
      const file = Object.keys(closed).find((name) => this.uri(name) === uri);
      const isOpen = this.#open.has(uri);
      const before = isOpen ? this.#opened(uri).text : (closed[file ?? ''] ?? '');
      const text = new Text(before, this.encoding);
      const sorted = edits
        .map(({ range, newText }) => ({
          start: text.offset(range.start),
          end: text.offset(range.end),
          newText,
        }))
        .toSorted((one, other) => other.start - one.start || other.end - one.end);
      let after = before;
      for (const { start, end, newText } of sorted)
        after = after.slice(0, start) + newText + after.slice(end);
      if (!isOpen) written[file ?? uri] = after;
      else {
        const { version } = this.#opened(uri);
        this.#open.set(uri, { version: version + 1, text: after });
        await this.connection.sendNotification('textDocument/didChange', {
          textDocument: { uri, version: version + 1 },
          contentChanges: [{ text: after }],
        });
      }
    }
    return written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#process.once('close', resolve));
    if (this.#process.exitCode === null) {
      await this.connection.sendRequest('shutdown');
      await this.connection.sendNotification('exit');
      await closed;
    }
    this.connection.dispose();
  }

  #at(file: string, offset: number) {
    return { textDocument: { uri: this.uri(file) }, position: this.position(file, offset) };
  }

  #opened(uri: string): Open {
    const open = this.#open.get(uri);
    if (open === undefined) throw new Error(`${uri} is not open`);
    return open;
  }

  #until<T>(look: () => T | null, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        this.#listeners.delete(again);
        settle();
      };
      const timer = setTimeout(
        () => done(() => reject(new Error(`waited in vain for ${what}; ${this.complaints}`))),
        PATIENCE,
      );
      const again = (): void => {
        const seen = look();
        if (seen !== null) done(() => resolve(seen));
      };
      this.#listeners.add(again);
      again();
    });
  }
}
