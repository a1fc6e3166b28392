/**
 * Reads what `main` left for `post`. It comes back through a file that every program of the job can write to, so each part is
 * checked, and one that is not as `main` writes it is skipped: the others are still undone.
 */
import * as core from '@actions/core';
import { isRecord } from '../../base/is-record.ts';
import { STATE_KEY, type RunState } from './state.ts';

export interface SavedState {
  readonly state: RunState;
  /** Names of parts that could not be read; `run` for all of it. */
  readonly unreadable: readonly string[];
}

/** The state that `main` left; empty if it left none. */
export function readState(): SavedState {
  const saved = core.getState(STATE_KEY);
  if (saved === '') return { state: {}, unreadable: [] };
  const found = parsed(saved);
  if (!isRecord(found)) return { state: {}, unreadable: ['run'] };
  const parts = Object.entries<Shape<unknown>>(SHAPES).filter(([name]) => Object.hasOwn(found, name));
  const isRight = ([name, shape]: (typeof parts)[number]): boolean => shape(found[name]);
  return {
    state: Object.fromEntries(parts.filter(isRight).map(([name]) => [name, found[name]])),
    unreadable: parts.filter((part) => !isRight(part)).map(([name]) => name),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

type Shape<T> = (value: unknown) => value is T;

/** A shape for each field; what may be missing may be undefined. */
type Fields<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

const text: Shape<string> = (value) => typeof value === 'string';
const flag: Shape<boolean> = (value) => typeof value === 'boolean';
const whole: Shape<number> = (value): value is number => Number.isSafeInteger(value);
/** 0 and below are groups of processes, and 1 is not ours. */
const pid: Shape<number> = (value): value is number => whole(value) && value > 1;
const port: Shape<number> = (value): value is number => whole(value) && value > 0 && value < 65_536;

function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value): value is T | null => value === null || shape(value);
}

function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value): value is T | undefined => value === undefined || shape(value);
}

function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every((each) => shape(each));
}

function record<T>(fields: Fields<T>): Shape<T> {
  const all = Object.entries<Shape<unknown>>(fields);
  return (value): value is T =>
    isRecord(value) &&
    all.every(([name, shape]) => shape(Object.hasOwn(value, name) ? value[name] : undefined));
}

type Part<K extends keyof RunState> = NonNullable<RunState[K]>;

const access = { user: text, port, proxy: nullable(text), proxyCommand: nullable(text), socket: text };
const place = { name: text, hosts: list(text) };

const SHAPES: { readonly [K in keyof RunState]-?: Shape<Part<K>> } = {
  directory: text,
  deployment: record<Part<'deployment'>>({
    id: whole,
    environmentUrl: nullable(text),
    logUrl: nullable(text),
    isPreview: optional(flag),
  }),
  agent: record<Part<'agent'>>({ socket: text, pid, keeper: optional(pid) }),
  knownHosts: record<Part<'knownHosts'>>({
    id: text,
    files: list(record({ path: text, created: flag, directoryCreated: flag, separated: flag })),
  }),
  lock: record<Part<'lock'>>({
    ...access,
    host: text,
    directory: text,
    performer: text,
    version: nullable(text),
    since: whole,
  }),
  left: record<Part<'left'>>({
    ...access,
    deployed: record<Part<'left'>['deployed']>({
      service: text,
      destination: nullable(text),
      roles: list(record({ ...place, proxy: flag })),
      accessories: list(record({ ...place, service: nullable(text) })),
    }),
  }),
};
