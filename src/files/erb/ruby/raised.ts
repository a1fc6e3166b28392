/** An exception that the template's Ruby raises. */
export class Raised extends Error {
  override readonly name = 'Raised';
  readonly className: string;
  /** False if it is raised only under a condition that a run decides. */
  readonly certain: boolean;

  constructor(className: string, message: string, certain: boolean) {
    super(message);
    this.className = className;
    this.certain = certain;
  }
}

/** The template does more than is evaluated: its output is unknown. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch';
}
