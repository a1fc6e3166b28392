import type { Sentence } from './sentence.ts';

/** net-ssh 7 and net-scp 4 as Kamal passes their messages on, OpenSSH 8 to 10 where `ssh` itself speaks. */
export const SSH: readonly Sentence[] = [
  // The key could not be used here; the server refused nothing.
  {
    cause: 'ssh-key-unusable',
    says: /OpenSSH keys only supported if ED25519 is available|net-ssh requires the following gems for ed25519/,
    from: 'net-ssh 5 to 7.3, lib/net/ssh/authentication/ed25519_loader.rb',
    variant: 'gems',
  },
  {
    cause: 'ssh-key-unusable',
    says: /(?:is incompatible with|pkeys are immutable on) OpenSSL 3/,
    from: 'Ruby OpenSSL 3, ossl_pkey.c, of net-ssh before 7.0; net-ssh/net-ssh#903',
    variant: 'net-ssh',
  },
  {
    cause: 'ssh-key-unusable',
    says: /^expected (?:a )?32-byte String, got \d+/,
    from: 'ed25519 1.x, lib/ed25519.rb, of a key of a security key (sk-ssh-ed25519) in the agent; basecamp/kamal#1131',
    variant: 'type',
  },
  {
    cause: 'ssh-key-unusable',
    says: /agent could not sign data with requested identity|sign_and_send_pubkey: signing failed|agent refused operation|the agent is no longer available/,
    from: 'net-ssh 7.3, lib/net/ssh/authentication/agent.rb; OpenSSH 8 to 10, sshconnect2.c',
    variant: 'agent',
  },
  {
    cause: 'ssh-key-unusable',
    says: /Could not parse PKey|not a (?:private|public) key|not a supported key type|Neither PUB key nor PRIV key|private key could not be loaded|Private key len|Expected -----(?:BEGIN|END) OPENSSH PRIVATE KEY|in private key is not supported|unsupported key type `sk-|Load key "[^"]*": (?:error in libcrypto|invalid format|bad permissions|incorrect passphrase)|invalid format|is not a public key file|UNPROTECTED PRIVATE KEY FILE|Permissions \d+ for '[^']*' are too open/,
    from: 'Ruby OpenSSL 3; net-ssh 7.3, lib/net/ssh/key_factory.rb, authentication/ed25519.rb; OpenSSH 8 to 10, authfile.c',
  },
  {
    cause: 'ssh-key-unusable',
    says: /Passphrase required for encrypted private key|Decrypt failed on private key|BCyryptPbkdf failed|incorrect passphrase supplied/,
    from: 'net-ssh 7.3, lib/net/ssh/authentication/ed25519.rb; OpenSSH 8 to 10',
    variant: 'passphrase',
  },
  // Client and server do not speak the same language.
  {
    cause: 'ssh-incompatible',
    says: /could not settle on (?<subject>\w+) algorithm|Unable to negotiate with|no matching (?<kind>[\w ]+) found\. Their offer|incompatible SSH version|no SSH version received|unimplemented cipher|host key algorithm mismatch|unsupported key type `(?<type>[^']*)'/,
    from: 'net-ssh 7.3, lib/net/ssh/transport/algorithms.rb, server_version.rb, buffer.rb; OpenSSH 8 to 10, kex.c',
  },
  {
    // The same sentence where the key is right and the file is hashed: of a host with several hashed lines sshkit 1.25
    // (lib/sshkit/backends/netssh/known_hosts.rb, keys_for) compares only the first.
    cause: 'ssh-host-key-changed',
    says: /fingerprint \S+ does not match for/,
    from: 'net-ssh 7.3, lib/net/ssh/verifiers/always.rb; basecamp/kamal#1814',
    variant: 'mismatch',
    certain: false,
  },
  {
    cause: 'ssh-host-key-changed',
    says: /fingerprint \S+ is unknown for|^Host key verification failed\.|REMOTE HOST IDENTIFICATION HAS CHANGED|No \S+ host key is known for/,
    from: 'net-ssh 7.3, lib/net/ssh/verifiers/always.rb; OpenSSH 8 to 10, sshconnect.c',
  },
  {
    // The key is accepted, and what runs then is a sentence: authorized_keys of root on images of clouds.
    cause: 'ssh-auth',
    says: /Please log ?in as (?:the )?(?:user )?["']?(?<subject>[\w-]+)["']? (?:user,? )?(?:rather than|not as|instead of) (?:the )?(?:user )?["']?root/,
    from: 'cloud-init 20 to 25, config/cc_users_groups (disable_root_opts); canonical/cloud-init#2534',
    variant: 'other-user',
  },
  {
    cause: 'ssh-auth',
    says: /Password change required but no TTY available|[Yy]our password has expired|You are required to change your password immediately|password expired/,
    from: 'Linux-PAM 1.x, pam_unix; OpenSSH 8 to 10, session.c; new servers of Hetzner and DigitalOcean',
    variant: 'expired',
  },
  {
    cause: 'ssh-auth',
    says: /Authentication failed for user (?<subject>\S+)|Permission denied \((?:publickey|password|keyboard-interactive|gssapi|hostbased)|Too many authentication failures/,
    from: 'net-ssh 7.3, lib/net/ssh.rb; OpenSSH 8 to 10, sshconnect2.c and auth.c',
  },
  {
    cause: 'ssh-auth',
    says: /^E, \[[^\]]*\] ERROR -- net\.ssh\.authentication\.session\[\w+\]: all authorization methods failed/,
    from: 'net-ssh 7.3, lib/net/ssh/authentication/session.rb, in its own log (`ssh.log_level: debug`); basecamp/kamal#468',
  },
  {
    // If no key was accepted net-ssh asks for a password, and there is no terminal.
    cause: 'ssh-auth',
    says: /Inappropriate ioctl for device|ENOTTY|^[^\s@]+@[^\s@]+(?<='s) password:/,
    from: 'net-ssh 7.3, lib/net/ssh/prompt.rb (io/console, noecho); kontena/pharos-cluster#983',
    variant: 'prompt',
  },
  {
    cause: 'registry-tunnel',
    says: /Failed to establish port forward on (?<subject>\S+)|Timed out waiting for port forwarding to be established|Error setting up port forwarding to (?<host>\S+?):|remote forwarding request failed/,
    from: 'Kamal 2.8 to 2.12, lib/kamal/cli/build/port_forwarding.rb; net-ssh 7.3, lib/net/ssh/service/forward.rb',
  },
  {
    cause: 'env-file-unusable',
    says: /SCP did not finish successfully[^\n]*: (?:Permission denied|Is a directory|Read-only file system)(?<=\s(?<subject>\S+): [^:\n]+)|scp: (?<scp>(?=\S*\.kamal)\S+): (?:Permission denied|No such file or directory)|(?:mkdir|chmod|cp|touch|cat|mv|ln)\b[^\n]*: (?:Permission denied|Read-only file system|Operation not permitted)(?<=['‘’"\s](?<path>[^\s'‘’":]*\.kamal[^\s'‘’":]*)['‘’"]?: [^:\n]+)/,
    from: 'net-scp 4, lib/net/scp.rb; OpenSSH scp; coreutils 8 and 9',
    variant: 'permission',
  },
  {
    cause: 'disk-full',
    says: /SCP did not finish successfully[^\n]*No space left on device|[Nn]o space left on device|Disk quota exceeded/,
    from: 'OpenSSH scp; Linux, ENOSPC',
  },
  {
    cause: 'ssh-unreachable',
    says: /- connect\(2\)|^getaddrinfo|ssh: (?:connect to host|Could not resolve hostname)|^Connection timed out|^No route to host|^Network is (?:unreachable|down)|^Host is down|Net::SSH::ConnectionTimeout|^timeout (?:during|waiting)|failed to connect: |Failed to open TCP connection|^Connection refused\b|Operation timed out - /,
    from: 'Ruby Socket (Errno, Socket::ResolutionError); net-ssh 7.3, lib/net/ssh/transport; OpenSSH 8 to 10, sshconnect.c',
  },
  {
    cause: 'ssh-unreachable',
    says: /^(?:command failed: |proxy command|Proxy[Cc]ommand|channel \d+: open failed: connect failed|stdio forwarding failed|kex_exchange_identification: )/,
    from: 'net-ssh 7.3, lib/net/ssh/proxy/command.rb and jump.rb; OpenSSH 8 to 10',
    variant: 'jump',
  },
  {
    cause: 'ssh-dropped',
    says: /^(?:closed stream|stream closed|connection closed by remote host|Connection reset by peer|Broken pipe|end of file reached|Bad file descriptor|Blocking operation timed out|Software caused connection abort|disconnected: |Connection closed by |Net::SSH::Timeout|Timeout, server \S+ not responding|client_loop: send disconnect)/,
    from: 'Ruby IOError and Errno; net-ssh 7.3, lib/net/ssh/transport/packet_stream.rb; OpenSSH 8 to 10; basecamp/kamal#857, #1373, #1619',
  },
];
