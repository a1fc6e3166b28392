import type { Place } from '../yaml/values.ts';

/** Kamal would stop here: its sentence, and the value it is about. Never leaves this room. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}
