/** The commands there are; each is loaded only when it is called. */
import type { CommandTable } from './ui/command.ts';

export const COMMANDS: CommandTable = {
  init: {
    summary: 'set up the secrets file, the workflows and AGENTS.md; migrate an existing deploy workflow',
    load: async () => (await import('./commands/init.ts')).init,
  },
  check: {
    summary: 'check the secrets without running Kamal; --live checks 1Password too',
    load: async () => (await import('./commands/check.ts')).check,
  },
  doctor: {
    summary: 'check everything a deploy needs, from the files to the servers',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  add: {
    summary: 'add a secret everywhere it is needed',
    load: async () => (await import('./commands/add.ts')).add,
  },
  rename: {
    summary: 'rename a secret everywhere',
    load: async () => (await import('./commands/rename.ts')).rename,
  },
  remove: {
    summary: 'remove a secret everywhere',
    load: async () => (await import('./commands/remove.ts')).remove,
  },
  fix: {
    summary: 'apply the known fixes',
    load: async () => (await import('./commands/fix.ts')).fix,
  },
  status: {
    summary: 'show where each secret is, from the vault to the running containers, and what was rotated',
    load: async () => (await import('./commands/status.ts')).status,
  },
  verify: {
    summary: 'verify that the running containers have the values stored in 1Password',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  diagnose: {
    summary: 'find the cause of a failed Kamal run in its output',
    load: async () => (await import('./commands/diagnose.ts')).diagnose,
  },
  preview: {
    summary: 'list pull request previews on the servers, and remove those no longer needed',
    load: async () => (await import('./commands/preview.ts')).preview,
  },
  rules: {
    summary: 'list the rules of the check',
    load: async () => (await import('./commands/rules.ts')).rules,
  },
  explain: {
    summary: 'explain a rule or a cause',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  lsp: {
    summary: 'serve an editor (Language Server Protocol)',
    load: async () => (await import('./commands/lsp.ts')).lsp,
  },
  mcp: {
    summary: 'serve a coding agent (Model Context Protocol)',
    load: async () => (await import('./commands/mcp.ts')).mcp,
  },
  completion: {
    summary: 'print shell completion for bash, zsh and fish',
    load: async () => (await import('./commands/completion.ts')).completionOf(COMMANDS),
  },
};
