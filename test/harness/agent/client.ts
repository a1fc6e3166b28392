/** The SDK's own client at the end of `kamal-1password mcp`, as its own process. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { CLI } from '../terminal/command-line.ts';

export interface ToolAnswer {
  readonly notice: string;
  readonly forTheHuman: { readonly instruction: string; readonly steps: readonly string[] };
  readonly result: Readonly<Record<string, unknown>>;
}

export class AgentClient implements AsyncDisposable {
  readonly client = new Client({ name: 'test', version: '0' });
  /** What the server wrote to standard error. */
  complaints = '';

  static async start(
    cwd: string,
    words: readonly string[] = [],
    environment: Readonly<Record<string, string>> = {},
    [command, ...before]: readonly [string, ...string[]] = [process.execPath, CLI],
  ): Promise<AgentClient> {
    const started = new AgentClient();
    const transport = new StdioClientTransport({
      command,
      args: [...before, 'mcp', ...words],
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd, CI: 'true', ...environment },
      stderr: 'pipe',
    });
    transport.stderr?.on('data', (bytes: Buffer) => (started.complaints += bytes.toString()));
    await started.client.connect(transport);
    // Reads the schemas, so that every answer is checked against the one of its tool.
    await started.client.listTools();
    return started;
  }

  /** The whole result, text contents included. */
  async call(name: string, given: Readonly<Record<string, unknown>> = {}): Promise<CallToolResult> {
    return (await this.client.callTool({ name, arguments: given })) as CallToolResult;
  }

  /** The answer of a tool that did not fail. */
  async answer(name: string, given: Readonly<Record<string, unknown>> = {}): Promise<ToolAnswer> {
    const result = await this.call(name, given);
    if (result.isError === true) throw new Error(JSON.stringify(result.content));
    return result.structuredContent as unknown as ToolAnswer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
  }
}
