import { GithubApi, type ApiOptions } from '../../../src/github/api/api.ts';
import type { GithubService } from './service.ts';
import { patient } from '../patient.ts';

/** Our client on the loopback service, in no mood to wait. */
export function connect(service: GithubService, options: Partial<ApiOptions> = {}): GithubApi {
  process.env['GITHUB_API_URL'] = service.url;
  return new GithubApi({
    token: 'ghs_test',
    repository: 'acme/app',
    readOnly: false,
    signal: new AbortController().signal,
    patience: { pauses: [0, 0], inAll: patient(5000), perTry: patient(5000) },
    ...options,
  });
}
