/** Places of the deploy file that name a secret but that Kamal never looks up. */
import type { Consumer, DeployReading } from './model.ts';

/** Each such place once, with the later entry of the same name that shadows it, if any. */
export function neverReadBecauseOf({
  consumers,
}: DeployReading): { consumer: Consumer; winner: Consumer | null }[] {
  const read = new Set<string>();
  const winners = new Map<string, Consumer>();
  for (const consumer of consumers) {
    if (!consumer.applied) continue;
    read.add(place(consumer));
    if (consumer.container !== null) winners.set(`${consumer.where}\0${consumer.container}`, consumer);
  }
  const found = new Map<string, { consumer: Consumer; winner: Consumer | null }>();
  for (const consumer of consumers) {
    // What Kamal fails on has its own rule.
    if (consumer.failure) continue;
    // The same entry may be read for one role and not for another.
    const at = place(consumer);
    if (consumer.applied || read.has(at) || found.has(at)) continue;
    const winner =
      consumer.container === null ? null : (winners.get(`${consumer.where}\0${consumer.container}`) ?? null);
    found.set(at, { consumer, winner });
  }
  return [...found.values()];
}

function place({ span }: Consumer): string {
  return `${span.file}\0${span.start}`;
}
