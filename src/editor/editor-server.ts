/** The server for editors: the Language Server Protocol over a pair of streams. */
import type { Readable, Writable } from 'node:stream';
import {
  type CodeAction,
  CodeActionKind,
  type Connection,
  createConnection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { Failure } from '../base/failure.ts';
import { VERSION } from '../base/version.ts';
import { visible } from '../report/parts/visible.ts';
import { codeActions, FIX_ALL, fixAllEdit } from './code-actions.ts';
import { completions } from './completion.ts';
import { Places } from './diagnostics.ts';
import { Documents, type Encoding, type OpenDocument } from './documents.ts';
import { workspaceEdit } from './edits.ts';
import { hoverAt } from './hover.ts';
import { linksIn } from './links.ts';
import { definitionOf, distinctSpans, nameAt, namePlaces } from './names.ts';
import type { EditorProject, EditorSettings } from './project.ts';
import { Publisher } from './publisher.ts';
import { BoundedMessages } from './bounded-messages.ts';
import { renamable, renameEverywhere } from './rename.ts';
import { Vault } from './vault.ts';
import { warmUp } from './warm-up.ts';
import { Workspace } from './workspace.ts';

/** What a client can pass at the start: deploy files that Kamal gets by `-c`. */
interface InitializationOptions {
  readonly configFiles?: unknown;
}

/** What the files of projects are called, for clients that watch them. */
const WATCHED = [
  '**/.kamal/**',
  '**/config/*.{yml,yaml}',
  '**/.github/workflows/*.{yml,yaml}',
  '**/Gemfile.lock',
];

/** Serves until the client says `exit`, or goes away. @throws Failure `not-the-protocol` */
export function serveEditor(
  settings: EditorSettings,
  { input, output }: { readonly input: Readable; readonly output: Writable },
): Promise<never> {
  // Else the connection ends the process on its own.
  return new Promise<never>((_, reject) => {
    const messages = new BoundedMessages((failure) => {
      input.off('close', end).destroy();
      reject(failure);
    });
    const end = (): void => void messages.end();
    input.once('close', end);
    const connection = createConnection(input.pipe(messages), output);
    connection.onInitialize((params) => new EditorServer(connection, params, settings).capabilities());
    connection.listen();
  });
}

class EditorServer {
  readonly #connection: Connection;
  readonly #params: InitializeParams;
  readonly #documents: Documents;
  readonly #workspace: Workspace;
  readonly #publisher: Publisher;
  readonly #vault: Vault;
  readonly #versioned: boolean;
  readonly #resolved: boolean;

  constructor(connection: Connection, params: InitializeParams, settings: EditorSettings) {
    this.#connection = connection;
    this.#params = params;
    this.#versioned = params.capabilities.workspace?.workspaceEdit?.documentChanges === true;
    this.#resolved =
      params.capabilities.textDocument?.codeAction?.resolveSupport?.properties.includes('edit') === true;
    this.#documents = new Documents(encodingFor(params));
    const more = configFilesOf(params.initializationOptions);
    this.#workspace = new Workspace(this.#documents, {
      ...settings,
      configFiles: [...settings.configFiles, ...more],
    });
    this.#publisher = new Publisher(this.#workspace, {
      publish(uri, version, diagnostics) {
        const about = version === undefined ? { uri, diagnostics } : { uri, version, diagnostics };
        void connection.sendDiagnostics(about);
      },
      fail: (error) => connection.console.error(error instanceof Error ? (error.stack ?? '') : String(error)),
    });
    this.#vault = new Vault(settings.readVault, (message) => this.#show(MessageType.Warning, message));
    this.#listen();
  }

  capabilities(): InitializeResult {
    return {
      serverInfo: { name: 'kamal-1password', version: VERSION },
      capabilities: {
        positionEncoding: this.#documents.encoding,
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL], resolveProvider: true },
        completionProvider: { triggerCharacters: ['-', ' ', '[', ',', '{', '$', ':'] },
        hoverProvider: true,
        definitionProvider: true,
        referencesProvider: true,
        renameProvider: { prepareProvider: true },
        documentLinkProvider: {},
      },
    };
  }

  #listen(): void {
    this.#listenToFiles(this.#connection);
    this.#listenToActions(this.#connection);
    this.#listenToNames(this.#connection);
  }

  #listenToFiles(connection: Connection): void {
    connection.onInitialized(() => {
      this.#watch();
      warmUp();
    });
    connection.onDidOpenTextDocument(({ textDocument }) => {
      const document = this.#documents.open(textDocument);
      this.#workspace.reread();
      this.#changed(document);
    });
    connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) =>
      this.#changed(this.#documents.change(uri, version, contentChanges)),
    );
    connection.onDidSaveTextDocument(({ textDocument }) =>
      this.#changed(this.#documents.get(textDocument.uri)),
    );
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => this.#closed(uri));
    connection.onDidChangeWatchedFiles(() => this.#filesChanged());
    connection.onDocumentLinks(({ textDocument }) =>
      this.#at(textDocument.uri, [], (project, document) => linksIn(project, document)),
    );
  }

  #listenToActions(connection: Connection): void {
    connection.onCodeAction(({ textDocument, range, context: { only } }) =>
      this.#at(textDocument.uri, [], (project, document) =>
        codeActions(project, document, this.#documents, {
          range,
          only,
          versioned: this.#versioned,
          resolved: this.#resolved,
        }),
      ),
    );
    connection.onCodeActionResolve((action) => this.#resolveAction(action));
    connection.onCompletion(({ textDocument, position }) =>
      this.#at(textDocument.uri, [], (project, document) =>
        completions(project, document, document.text.offset(position)),
      ),
    );
    connection.onHover(({ textDocument, position }) =>
      this.#at(textDocument.uri, null, (project, document) =>
        hoverAt(project, document, document.text.offset(position), {
          documents: this.#documents,
          ask: (each) => this.#vault.answersFor(each),
        }),
      ),
    );
  }

  #listenToNames(connection: Connection): void {
    connection.onDefinition(({ textDocument, position }) =>
      this.#at(textDocument.uri, [], (project, document) => {
        const names = namePlaces(project);
        const found = nameAt(names, project.knownAs(document.path), document.text.offset(position));
        const places = new Places(project, this.#documents);
        return found === null ? [] : definitionOf(found, names).map((span) => places.location(span));
      }),
    );
    connection.onReferences(({ textDocument, position, context: { includeDeclaration } }) =>
      this.#at(textDocument.uri, [], (project, document) => {
        const names = namePlaces(project);
        const found = nameAt(names, project.knownAs(document.path), document.text.offset(position));
        const places = new Places(project, this.#documents);
        const same = names.filter(
          ({ name, role }) => name === found?.name && (includeDeclaration || role !== 'assigned'),
        );
        return distinctSpans(same).map((span) => places.location(span));
      }),
    );
    connection.onPrepareRename(({ textDocument, position }) =>
      this.#at(textDocument.uri, null, (project, document) =>
        renamable(project, document, document.text.offset(position)),
      ),
    );
    connection.onRenameRequest(({ textDocument, position, newName }) =>
      this.#at(textDocument.uri, null, (project, document) => {
        const found = renamable(project, document, document.text.offset(position));
        if (found === null) return null;
        const { byUri, left } = renameEverywhere(project, this.#documents, found.placeholder, newName);
        if (left.length > 0)
          this.#show(MessageType.Info, `Left to do:\n${left.map((each) => `- ${visible(each)}`).join('\n')}`);
        return workspaceEdit(byUri, this.#documents, this.#versioned);
      }),
    );
  }

  #resolveAction(action: CodeAction): CodeAction {
    const { data } = action as { readonly data?: { readonly uri?: unknown } };
    const document = typeof data?.uri === 'string' ? this.#documents.get(data.uri) : null;
    const [project] = document === null ? [] : this.#workspace.projectsOf(document.path);
    if (project === undefined) return action;
    return { ...action, edit: fixAllEdit(project, this.#documents, this.#versioned) };
  }

  /** Without an answer: a client that shows nothing is no reason to fail. */
  #show(type: MessageType, message: string): void {
    void this.#connection.sendNotification(ShowMessageNotification.type, { type, message });
  }

  /** Answers for a document of a project; `nothing` for any other. What cannot be done is the client's to show. */
  #at<T>(
    uri: string,
    nothing: T,
    answer: (project: EditorProject, document: OpenDocument) => T | Promise<T>,
  ): T | Promise<T> | ResponseError {
    const document = this.#documents.get(uri);
    const [project] = document === null ? [] : this.#workspace.projectsOf(document.path);
    if (document === null || project === undefined) return nothing;
    try {
      return answer(project, document);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const said = [error.message, ...error.next.agent].map(visible).join(' ');
      return new ResponseError(LSPErrorCodes.RequestFailed, said);
    }
  }

  #changed(document: OpenDocument | null): void {
    if (document === null) return;
    this.#workspace.invalidate();
    for (const project of this.#workspace.projectsOf(document.path))
      if (concerns(project, document.path)) this.#publisher.schedule(project);
  }

  #closed(uri: string): void {
    const document = this.#documents.get(uri);
    if (document === null) return;
    const projects = this.#workspace.projectsOf(document.path);
    this.#documents.close(uri);
    this.#workspace.reread();
    for (const project of projects) {
      if (this.#workspace.isUsed(project)) this.#publisher.schedule(project);
      else {
        this.#publisher.forget(project);
        this.#workspace.forget(project);
      }
    }
  }

  #filesChanged(): void {
    this.#workspace.reread();
    for (const project of this.#workspace.opened()) this.#publisher.schedule(project);
  }

  #watch(): void {
    if (this.#params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
    void this.#connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: WATCHED.map((globPattern) => ({ globPattern })),
    });
  }
}

/** The first that the client likes of those that there are; UTF-16 where it says nothing. */
function encodingFor({ capabilities }: InitializeParams): Encoding {
  const wanted = capabilities.general?.positionEncodings ?? [];
  return wanted.find((each) => each === 'utf-8' || each === 'utf-16') === 'utf-8' ? 'utf-8' : 'utf-16';
}

function configFilesOf(options: unknown): string[] {
  const { configFiles }: InitializationOptions =
    typeof options === 'object' && options !== null ? options : {};
  return Array.isArray(configFiles) ? configFiles.filter((each) => typeof each === 'string') : [];
}

/** Whether what a file says can change what is found. */
function concerns(project: EditorProject, path: string): boolean {
  const name = project.nameOf(path);
  return (
    /(?:^|\/)(?:\.kamal\/|\.github\/workflows\/|config\/deploy[^/]*\.ya?ml$|Gemfile\.lock$)/.test(name) ||
    project.state().sources.has(project.knownAs(path))
  );
}
