import type { Recognised } from './recognised.ts';

/** Classes that say on their own what happened. */
export function ofSshClass(name: string): Recognised | null {
  if (name === 'Net::SSH::AuthenticationFailed') return { cause: 'ssh-auth' };
  if (name === 'Net::SSH::HostKeyUnknown') return { cause: 'ssh-host-key-changed' };
  if (name === 'Net::SSH::HostKeyMismatch')
    return { cause: 'ssh-host-key-changed', variant: 'mismatch', confidence: 'likely' };
  if (/^Net::SSH::Authentication::(?:AgentError|KeyManagerError)$/.test(name))
    return { cause: 'ssh-key-unusable' };
  if (name === 'Net::SSH::ConnectionTimeout') return { cause: 'ssh-unreachable' };
  if (name === 'Net::SSH::Proxy::ConnectError') return { cause: 'ssh-unreachable', variant: 'jump' };
  return null;
}
