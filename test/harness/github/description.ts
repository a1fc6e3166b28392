/** GitHub's published OpenAPI description of the operations that we use: what a request may be, what an answer is. */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

/** Made by extract-openapi.ts. */
const description = JSON.parse(
  readFileSync(new URL('fixtures/openapi.json', import.meta.url), 'utf8'),
  orNull,
) as Description;

interface Description {
  readonly source: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>;
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** A request as it came in. */
export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
}

export interface Matched {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
}

// Formats beyond JSON Schema's are GitHub's own remarks; `nullable` is OpenAPI's.
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, coerceTypes: false });
ajv.addSchema({ $id: 'github', components: description.components });
const compiled = new Map<Schema, ValidateFunction>();

/** The ids of all operations that we use. */
export const OPERATIONS: readonly string[] = Object.values(description.paths).flatMap((methods) =>
  Object.values(methods).map(({ operationId }) => operationId),
);

/** The operation of a method and path; null if GitHub describes none among those that we use. */
export function operationOf(method: string, pathname: string): Matched | null {
  for (const [template, methods] of Object.entries(description.paths)) {
    const operation = methods[method.toLowerCase()];
    // Only `{path}` of contents may hold slashes.
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const pattern = template.replaceAll(/\{(\w+)\}/g, (_, name) => (name === 'path' ? '(.+)' : '([^/]+)'));
    const found = new RegExp(`^${pattern}$`).exec(pathname);
    if (operation === undefined || found === null) continue;
    return {
      operation,
      path: Object.fromEntries(
        names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]),
      ),
    };
  }
  return null;
}

/** Everything about a request that the description does not allow. */
export function flawsOf({ operation, path }: Matched, { url, body }: Request): string[] {
  const flaws: string[] = [];
  const parameters = (operation.parameters ?? []).map(resolved) as Parameter[];
  const query = Object.fromEntries(url.searchParams);
  for (const parameter of parameters) {
    if (parameter.in === 'header') continue;
    const given = (parameter.in === 'path' ? path : query)[parameter.name];
    if (given === undefined && parameter.required === true) flaws.push(`${parameter.name} is missing`);
    if (given === undefined) continue;
    const schema = resolved(parameter.schema) as Schema;
    const value =
      schema.type === 'integer' ? Number(given) : schema.type === 'boolean' ? given === 'true' : given;
    flaws.push(...validate(parameter.schema, value).map((flaw) => `${parameter.name}: ${flaw}`));
  }
  for (const name of Object.keys(query)) {
    if (!parameters.some((each) => each.in === 'query' && each.name === name))
      flaws.push(`?${name} is not described`);
  }
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (schema === undefined) {
    if (body !== undefined) flaws.push('a body where none is described');
    return flaws;
  }
  if (body === undefined && operation.requestBody?.required === true) flaws.push('no body');
  if (body === undefined) return flaws;
  flaws.push(...validate(schema, body));
  const known = (resolved(schema) as Schema).properties ?? {};
  for (const name of Object.keys(body as object)) {
    if (!Object.hasOwn(known, name)) flaws.push(`${name} is not described`);
  }
  return flaws;
}

/** An answer of the operation that the description allows, with `values`, if any. */
export function answerOf(operation: Operation, status: number, values: unknown): unknown {
  const response = operation.responses[String(status)];
  if (response === undefined) throw new Error(`${operation.operationId} never answers ${status}`);
  const schema = response.content?.['application/json']?.schema;
  if (schema === undefined) return undefined;
  const answer = completed(schema, values);
  const flaws = validate(schema, answer);
  if (flaws.length > 0)
    throw new Error(`the service's own answer to ${operation.operationId} is wrong: ${flaws.join('; ')}`);
  return answer;
}

function validate(schema: Schema, value: unknown): string[] {
  let check = compiled.get(schema);
  if (check === undefined) {
    check = ajv.compile(anchored(schema) as object);
    compiled.set(schema, check);
  }
  return check(value)
    ? []
    : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

/** `nullable` beside a reference, which JSON Schema has no word for: the one or null. */
function orNull(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('nullable' in value) || 'type' in value) return value;
  const { nullable, ...rest } = value;
  return nullable === true ? { anyOf: [rest, { enum: [null] }] } : rest;
}

/** References of the description point into the document that ajv knows as `github`. */
function anchored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(anchored);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === '$ref' ? String(each).replace(/^#/, 'github#') : anchored(each),
    ]),
  );
}

function resolved(value: unknown): unknown {
  const reference = (value as Schema).$ref;
  if (reference === undefined) return value;
  const [, , kind = '', name = ''] = reference.split('/');
  return description.components[kind]?.[name];
}

/** `values` with the properties that a schema requires and that they lack. */
function completed(schema: Schema, values: unknown): unknown {
  const { type, required = [], properties = {}, ...rest } = resolved(schema) as Schema;
  const variant = rest.allOf ?? rest.oneOf ?? rest.anyOf;
  if (variant !== undefined && values !== undefined) {
    const fitting = variant.find(
      (each) => ((resolved(each) as Schema).type === 'array') === Array.isArray(values),
    );
    if (fitting !== undefined) return completed(fitting, values);
  }
  if (Array.isArray(values)) {
    const { items } = resolved(schema) as { items?: Schema };
    return items === undefined ? values : values.map((each) => completed(items, each));
  }
  if (values !== undefined && (typeof values !== 'object' || values === null)) return values;
  if (values === undefined && rest.enum?.[0] !== undefined) return rest.enum[0];
  if (values === undefined && rest.nullable === true) return null;
  if (properties !== undefined && (type === 'object' || Object.keys(properties).length > 0)) {
    const given = (values ?? {}) as Record<string, unknown>;
    const names = new Set([...required, ...Object.keys(given)]);
    return Object.fromEntries(
      [...names].map((name) => {
        const property = properties[name];
        return [name, property === undefined ? (given[name] ?? null) : completed(property, given[name])];
      }),
    );
  }
  if (variant?.[0] !== undefined) return completed(variant[0], values);
  if (values !== undefined) return values;
  if (type === 'array') return [];
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return false;
  if (type === 'object') return {};
  return rest.format === 'date-time' ? '2026-01-31T12:00:00Z' : 'text';
}
