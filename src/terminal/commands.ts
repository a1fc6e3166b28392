/** The commands there are; each is loaded only when it is called. */
import type { CommandTable } from './ui/command.ts';

export const COMMANDS: CommandTable = {
  init: {
    summary: 'set up the secrets file, the workflows and AGENTS.md; migrate what deploys already',
    load: async () => (await import('./commands/init.ts')).init,
  },
  check: {
    summary: 'say what Kamal would make of the secrets, without running it; --live asks 1Password too',
    load: async () => (await import('./commands/check.ts')).check,
  },
  doctor: {
    summary: 'look at everything a deploy needs, from the files to the servers',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  fix: {
    summary: 'make the edits that are known',
    load: async () => (await import('./commands/fix.ts')).fix,
  },
  add: {
    summary: 'add a secret in all its places',
    load: async () => (await import('./commands/add.ts')).add,
  },
  rename: {
    summary: 'rename a secret in all its places',
    load: async () => (await import('./commands/rename.ts')).rename,
  },
  remove: {
    summary: 'remove a secret from all its places',
    load: async () => (await import('./commands/remove.ts')).remove,
  },
  diagnose: {
    summary: 'name the cause of a failed run of Kamal from its output',
    load: async () => (await import('./commands/diagnose.ts')).diagnose,
  },
  status: {
    summary: 'show each secret from the vault to the running containers, and what was rotated',
    load: async () => (await import('./commands/status.ts')).status,
  },
  verify: {
    summary: 'prove that the running containers have what 1Password holds',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  preview: {
    summary: 'list the previews of pull requests on the servers, and remove what is not wanted',
    load: async () => (await import('./commands/preview.ts')).preview,
  },
  rules: {
    summary: 'list the rules of the check',
    load: async () => (await import('./commands/rules.ts')).rules,
  },
  explain: {
    summary: 'say what a rule or a cause means',
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
    summary: 'complete commands and options in bash, zsh and fish',
    load: async () => (await import('./commands/completion.ts')).completionOf(COMMANDS),
  },
};
