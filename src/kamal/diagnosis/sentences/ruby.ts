import type { Sentence } from './sentence.ts';

/** Ruby, Bundler and RubyGems where they end Kamal before it can say anything itself. */
export const NOT_LOADED: readonly Sentence[] = [
  {
    cause: 'kamal-not-loaded',
    says: /^(?:Your (?<engine>\w+) (?:version|patchlevel) is (?<have>[^,]+), but your Gemfile specified (?<want>.+?)\.?|Your Ruby engine is)/,
    from: 'Bundler 2 and 4, definition.rb, validate_ruby!',
    variant: 'ruby',
  },
  {
    cause: 'kamal-not-loaded',
    says: /(?:rbenv: version [`'](?<subject>[^'`]+)' is not installed|mise(?=[^\n]*not installed)[^\n]*ruby@(?<mise>\S+)|No (?:preset )?version (?:is set|installed) for (?:command|ruby)|asdf: No version|Required ruby-(?<rvm>\S+) is not installed|requires Ruby version (?<wants>[^.]+(?:\.\d+)*)|requires a Ruby version)/,
    from: 'rbenv 1, mise, asdf, RVM; RubyGems 3 and 4, resolver/installer_set.rb',
    variant: 'ruby',
  },
  {
    cause: 'kamal-not-loaded',
    says: /^mise ERROR .*\b(?:are|is) not trusted\b/,
    from: 'mise 2024 to 2026, src/config/config_file/mod.rs',
    variant: 'untrusted',
  },
  {
    cause: 'kamal-not-loaded',
    says: /^mise ERROR (?:No version is set for shim: (?<subject>\S+)|(?<invalid>\S+) is not a valid shim\b|"(?<program>kamal|bundle|ruby)" couldn't exec process)|^unknown command: (?<asdf>kamal|bundle|ruby)\. Perhaps you have to reshim\?/,
    from: 'mise 2024 to 2026, src/shims.rs (jdx/mise#2327); asdf 0.8 to 0.18, command-exec and internal/shims',
    variant: 'shim',
  },
  {
    cause: 'kamal-not-loaded',
    says: /^chruby: unknown Ruby: (?<subject>\S+)/,
    from: 'chruby 0.3, share/chruby/chruby.sh',
    variant: 'ruby',
  },
  {
    cause: 'kamal-not-loaded',
    says: /^(?:\S*(?:env|bash|sh)?: ?)?(?:line \d+: )?(?:\/usr\/bin\/env: )?(?:env: )?['‘"]?ruby\S*?['’"]?: (?:No such file or directory|(?:command )?not found)/,
    from: 'coreutils env; shells',
    variant: 'ruby-missing',
  },
  {
    cause: 'kamal-not-loaded',
    says: /^bundler: command not found: (?:bin\/)?kamal|^(?:\S+: )*(?:line \d+: |\d+: )?(?:bin\/|\.\/bin\/)?kamal: (?:command )?not found|command not found: (?:bin\/)?kamal\b|rbenv: kamal: command not found|can't find gem kamal|bundler: failed to load command: kamal|(?:bash: |sh: |line \d+: )(?:\.\/)?bin\/kamal: No such file/,
    from: 'Bundler 2 and 4, cli/exec.rb; RubyGems 3 and 4, rubygems.rb; shells',
    variant: 'kamal',
  },
  {
    cause: 'kamal-not-loaded',
    says: /(?<=^|: )Could not find (?:gem ')?(?<subject>[\w.-]+(?:, [\w.-]+)*)(?![\w.-])[^\n]* in (?:locally installed gems|any of the (?:gem )?sources|(?:rubygems|locally|source|cached gems|vendored))|^(?:Run|Install missing gems? (?:executables )?with) `bundle install`|The following gems are missing|^Bundler::\w+|Could not locate Gemfile|is not yet checked out\. Run `bundle install`|Some gems seem to be missing|^(?:Bundler could not|Could not) find compatible versions/,
    from: 'Bundler 2 and 4, definition.rb, cli/check.rb, shared_helpers.rb, source/git.rb',
    variant: 'bundle',
  },
  {
    cause: 'kamal-not-loaded',
    says: /Could not find '(?<subject>[\w-]+)' \([^)]*\)[^\n]* among \d+ total gem|You have already activated (?<gem>\S+)|Unable to activate (?<activate>\S+),|Could not find (?:a valid gem )?'(?<valid>[\w-]+)'/,
    from: 'RubyGems 3 and 4, specification.rb, errors.rb; Bundler 2 and 4, runtime.rb',
    variant: 'gem',
  },
  {
    cause: 'kamal-not-loaded',
    says: /cannot load such file -- (?<subject>\S+)|LoadError: (?<file>\S+)|libruby\S*: cannot open shared object|incompatible library version|linked to incompatible/,
    from: 'Ruby 3.1 to 4.0, Kernel#require; glibc, ld.so',
    variant: 'gem',
  },
  {
    cause: 'kamal-not-loaded',
    says: /^(?:\s*ERROR:\s+)?(?:Failed to build gem native extension|Gem::Ext::BuildError)|^An error occurred while installing (?<subject>\S+) \(/,
    from: 'RubyGems 3 and 4, ext/builder.rb; Bundler 2 and 4, installer/gem_installer.rb',
    variant: 'native',
  },
];

/** What Thor, the shell and a runner say where Kamal itself says nothing (thor 1.5, lib/thor/error.rb and base.rb). */
export const WITHOUT_REPORT: readonly Sentence[] = [
  {
    // Kamal exits 0 after this one.
    cause: 'version-unknown',
    says: /^The app version '(?<subject>.*)' is not available as a container\b/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/cli/main.rb, rollback',
  },
  {
    cause: 'fetch-account-missing',
    says: /^No value provided for required options '--account'/,
    from: 'thor 1.5; Kamal 2.0 to 2.12, secrets fetch',
  },
  {
    cause: 'fetch-adapter-unknown',
    says: /^No value provided for required options '--adapter'/,
    from: 'thor 1.5; Kamal 2.0 to 2.12, secrets fetch',
  },
  {
    cause: 'secrets-unparsable',
    says: /^ERROR: "kamal secrets (?:extract|fetch)" was called with/,
    from: 'thor 1.5',
  },
  {
    cause: 'command-unknown',
    says: /^(?:Could not find command "(?<subject>.*)"\.|ERROR: "kamal .*" was called with|Unknown switches |Expected .* value for |No value provided for required options '(?!--a[cd])[^']+'|No value provided for option |Ambiguous command |ERROR: unknown option)/,
    from: 'thor 1.5, lib/thor/error.rb',
  },
];

/** A run that was stopped from outside, as Ruby, a runner or a shell says it. */
export const STOPPED: readonly Sentence[] = [
  {
    cause: 'interrupted',
    says: /(?:: | \()(?<subject>Interrupt|SIG(?:TERM|INT|HUP)|SignalException)(?: \(SignalException\)|\))?$/,
    from: 'Ruby 3.1 to 4.0, if nothing rescues a signal',
  },
  {
    cause: 'interrupted',
    says: /^(?:##\[error\]|::error::|Error: )?(?<subject>The operation was canceled\.|The runner has received a shutdown signal\b.*|The job running on runner .* has exceeded the maximum execution time.*|The action .* has timed out after.*)/,
    from: 'actions/runner 2.3xx',
  },
  {
    cause: 'interrupted',
    says: /^(?:##\[error\]|Error: )?(?<subject>Process completed with exit code (?:130|143)\.)/,
    from: 'actions/runner 2.3xx: 128 and the number of SIGINT or SIGTERM',
  },
  {
    cause: 'interrupted',
    says: /^(?<subject>ERROR: Job failed: (?:execution took longer than|canceled).*|context canceled|Canceled by user)$/,
    from: 'gitlab-runner 16 to 18; BuildKit',
  },
];
