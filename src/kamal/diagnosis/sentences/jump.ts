import type { Sentence } from './sentence.ts';

/**
 * What OpenSSH writes where it takes Kamal through a jump host (`ssh.proxy`, ProxyJump): net-ssh starts `ssh -W` and
 * says only that its connection closed (net-ssh 7.3, lib/net/ssh/proxy/jump.rb and command.rb).
 */
export const JUMP: readonly Sentence[] = [
  {
    cause: 'ssh-host-key-changed',
    says: /^No \S+ host key is known for (?<subject>\S+) and you have requested strict checking/,
    from: 'OpenSSH 8 to 10, sshconnect.c, check_host_key; net-ssh/net-ssh#617',
    variant: 'jump',
  },
  {
    cause: 'ssh-host-key-changed',
    says: /^(?:\S+ )?[Hh]ost key for (?<subject>\S+) has changed and you have requested strict checking/,
    from: 'OpenSSH 8 to 10, sshconnect.c, check_host_key',
    variant: 'jump-changed',
  },
  {
    cause: 'ssh-host-key-changed',
    says: /^Host key verification failed\./,
    from: 'OpenSSH 8 to 10, sshconnect.c, verify_host_key',
    variant: 'jump',
  },
  {
    cause: 'ssh-auth',
    says: /^(?:[^\s@]+@)?(?<subject>[\w.:-]+): Permission denied \(/,
    from: 'OpenSSH 8 to 10, sshconnect2.c; net-ssh/net-ssh#653',
    variant: 'jump',
  },
  {
    cause: 'ssh-unreachable',
    says: /^ssh: (?:connect to host|Could not resolve hostname) (?<subject>[^\s:]+)/,
    from: 'OpenSSH 8 to 10, sshconnect.c and ssh.c',
    variant: 'jump',
  },
  {
    cause: 'ssh-unreachable',
    says: /^(?:channel \d+: open failed: (?:connect failed|administratively prohibited)|stdio forwarding failed)/,
    from: 'OpenSSH 8 to 10, channels.c and clientloop.c: the jump host was reached',
    variant: 'jump-onward',
  },
];
