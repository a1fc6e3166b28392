import type { Recognised } from './recognised.ts';

/** Classes that say on their own what happened. */
export function ofSshClass(name: string): Recognised | null {
  if (/^Net::SSH::AuthenticationFailed$/.test(name)) return { cause: 'ssh-auth' };
  if (name === 'Net::SSH::HostKeyUnknown') return { cause: 'ssh-host-key-changed' };
  if (name === 'Net::SSH::HostKeyMismatch')
    return { cause: 'ssh-host-key-changed', variant: 'mismatch', confidence: 'likely' };
  if (/^Net::SSH::Authentication::(?:AgentError|KeyManagerError)$/.test(name))
    return { cause: 'ssh-key-unusable' };
  if (/^Net::SSH::ConnectionTimeout$/.test(name)) return { cause: 'ssh-unreachable' };
  if (/^Net::SSH::Proxy::ConnectError$/.test(name)) return { cause: 'ssh-unreachable', variant: 'jump' };
  return null;
}
