/** Previews as lines of a terminal and as JSON. */
import type { Settled, Sweep } from '../../previews/settle.ts';
import type { RemovalReason } from '../../previews/wanted.ts';

const REASONS: Readonly<Record<RemovalReason, string>> = {
  merged: 'its pull request is merged',
  closed: 'its pull request is closed',
  label: 'its pull request does not have the label',
  draft: 'its pull request is a draft',
  fork: 'its pull request is from a fork',
  expired: 'its last deploy is too long ago',
  replaced: 'another one replaced it',
  asked: 'you asked for it',
};

/** One preview: what it is, and what is to become or became of it. */
export function previewLine({ preview, decision, outcome }: Settled, action: string): string {
  const { number, service, places } = preview;
  const [place] = places;
  const states = places.flatMap(({ containers }) => containers.map(({ status }) => status));
  const state = states.includes('running') ? 'running' : (states[0] ?? 'no container');
  const age = ageOf(preview.deployedAt);
  const where = places.map(({ host }) => host).join(', ');
  const what = `#${number} ${service} ${place?.marker.commit.slice(0, 7) ?? ''}, ${state} on ${where}, deployed ${age} ago`;
  switch (decision.kind) {
    case 'keep':
      return `${what}: wanted`;
    case 'doubt':
      return action === 'list'
        ? `${what}: not known whether it is wanted (${decision.why})`
        : `${what}: stays, in doubt (${decision.why})`;
    case 'left-to-run':
      return `${what}: left to run ${decision.run}, which is working on it (${REASONS[decision.reason]})`;
    case 'remove': {
      const why = REASONS[decision.reason];
      if (outcome === null)
        return action === 'list' ? `${what}: not wanted (${why})` : `${what}: would be removed (${why})`;
      if (outcome.kind === 'removed') return `${what}: removed (${why})`;
      return outcome.kind === 'changed'
        ? `${what}: was deployed again in the meantime, so it stays`
        : `${what}: not removed (${why})`;
    }
  }
}

function ageOf(deployedAt: number): string {
  const minutes = Math.max(0, Math.round((Date.now() - deployedAt) / 60_000));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** The document of `preview --json` (docs/preview.schema.json). */
export function sweepJson({ survey, settled }: Sweep, problems: readonly string[]): object {
  return {
    previews: settled.map(({ preview, decision, outcome }) => ({
      pullRequest: preview.number,
      service: preview.service,
      destination: preview.destination,
      commit: preview.places[0]?.marker.commit ?? '',
      address: preview.places[0]?.marker.address ?? null,
      deployedAt: new Date(preview.deployedAt).toISOString(),
      hosts: preview.places.map(({ host }) => host),
      containers: preview.places.flatMap(({ host, containers }) =>
        containers.map((each) => ({ host, ...each })),
      ),
      decision: decision.kind,
      reason: 'reason' in decision ? decision.reason : null,
      outcome: outcome?.kind ?? null,
    })),
    unmarked: survey.unmarked,
    problems,
  };
}
