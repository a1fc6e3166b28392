import { Failure } from '../../base/failure.ts';

/** 1Password's names for what Node calls `process.platform` and `process.arch`. */
const SYSTEMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin' };
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  ia32: '386',
  arm: 'arm',
};

/** The machine that `op` is installed on, in 1Password's words. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

/**
 * @param platform as `process.platform`
 * @param arch as `process.arch`
 * @throws Failure `platform-unsupported`
 */
export function platformOf(platform: string, arch: string): Platform {
  const found = { os: SYSTEMS[platform], arch: ARCHITECTURES[arch] };
  if (
    found.os !== undefined &&
    found.arch !== undefined &&
    !(platform === 'darwin' && found.arch !== 'amd64' && found.arch !== 'arm64')
  ) {
    return { os: found.os, arch: found.arch };
  }
  throw new Failure(
    'platform-unsupported',
    `The 1Password CLI cannot be installed on ${platform} ${arch}: this action knows Linux (x64, arm64, ia32, arm) and macOS (x64, arm64).`,
    { agent: ['Set `runs-on:` to a Linux runner, such as `ubuntu-latest`.'] },
  );
}

/** The path of a release's archive on 1Password's server (developer.1password.com/docs/cli/get-started, "manual"). */
export function archivePath(version: string, { os, arch }: Platform): string {
  const encoded = encodeURIComponent(version);
  return `/dist/1P/op2/pkg/v${encoded}/op_${os}_${arch}_v${encoded}.zip`;
}
