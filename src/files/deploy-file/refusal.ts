import type { Place } from '../yaml/values.ts';

/** Kamal would stop here: its sentence, and the value it is about. Never leaves this room. */
export class ConfigurationRefusal extends Error {
  override readonly name = 'Refusal';
  readonly place: Place;
  /** Whether something is refused for not being there: `place` is then merely where it would be. */
  readonly absent: boolean;

  constructor(message: string, place: Place, { absent = false }: { readonly absent?: boolean } = {}) {
    super(message);
    this.place = place;
    this.absent = absent;
  }
}
