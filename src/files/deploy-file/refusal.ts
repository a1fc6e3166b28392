import type { Place } from '../yaml/values.ts';

/** What a refusal rests on beside its own place. */
export interface Grounds {
  /** Whether something is refused for not being there: its place is then that of the hash that lacks it. */
  readonly absent?: boolean;
  /** Other values without which Kamal might take it. */
  readonly values?: readonly (Place | undefined)[];
  /** Other hashes that another key might make it take. */
  readonly lacks?: readonly Place[];
}

/** Kamal would stop here: its sentence, and the value it is about. Never leaves this room. */
export class ConfigurationRefusal extends Error {
  override readonly name = 'Refusal';
  readonly place: Place;
  /** Whether something is refused for not being there: `place` is then merely where it would be. */
  readonly absent: boolean;
  /** The values that it is refused for. */
  readonly values: readonly Place[];
  /** The hashes that it is refused for, for what they lack. */
  readonly lacks: readonly Place[];

  constructor(message: string, place: Place, { absent = false, values = [], lacks = [] }: Grounds = {}) {
    super(message);
    this.place = place;
    this.absent = absent;
    const others = values.filter((each) => each !== undefined);
    this.values = absent ? others : [place, ...others];
    this.lacks = absent ? [place, ...lacks] : lacks;
  }
}
