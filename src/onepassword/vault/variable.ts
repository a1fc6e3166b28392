/** One variable of a 1Password Environment that is searched for by its name. */
import type { EnvironmentVariable } from './environment.ts';
import type { Secret } from './secret.ts';

/** Where it is searched for. */
export interface VariablePlace {
  readonly variable: string;
  /** The Environment's id. */
  readonly environment: string;
}

export interface VariableAnswer {
  readonly wanted: VariablePlace;
  /** Null if there is none, or the Environment cannot be read. */
  readonly value: Secret | null;
  /** What there is instead. */
  readonly names: readonly string[];
}

/** Finds it among the variables that were read; null if the Environment does not exist. */
export function variableAnswer(
  wanted: VariablePlace,
  variables: readonly EnvironmentVariable[] | null,
): VariableAnswer {
  const found = (variables ?? []).find(({ name }) => name === wanted.variable);
  return { wanted, value: found?.value ?? null, names: (variables ?? []).map(({ name }) => name) };
}
