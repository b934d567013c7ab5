import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/** The folder of all that is deployed. */
const INFRA = resolve(import.meta.dirname, '../../infra');

const SNAPSHOTS = join(import.meta.dirname, 'snapshots');

/** A JSON value of a resource or template; what only Azure knows is an expression in brackets. */
export type Value = string | number | boolean | null | readonly Value[] | Body;
export interface Body {
  readonly [name: string]: Value | undefined;
}

/** A resource as it would be deployed. */
export interface Resource extends Body {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly properties?: Body;
}

/** What each variant deploys, by the variant's name; `npm run -s bicep` writes them. */
export const snapshots: ReadonlyMap<string, readonly Resource[]> = new Map(
  readdirSync(SNAPSHOTS)
    .sort()
    .map((file) => [
      basename(file, '.json'),
      JSON.parse(readFileSync(join(SNAPSHOTS, file), 'utf8')) as readonly Resource[],
    ]),
);

/** What one variant deploys. @throws Error where there is none of that name */
export function snapshot(variant: string): readonly Resource[] {
  const found = snapshots.get(variant);
  if (found === undefined) throw new Error(`expected one of ${[...snapshots.keys()].join(', ')}, found ${variant}`);
  return found;
}

/** The resources of a type. */
export function ofType(resources: readonly Resource[], type: string): Resource[] {
  return resources.filter((each) => each.type === type);
}

/** The one resource that a test is about. @throws Error where there is none, or another one */
export function only(resources: readonly Resource[], type: string, name = /^/): Resource {
  const [found, ...others] = ofType(resources, type).filter((each) => name.test(each.name));
  if (found !== undefined && others.length === 0) return found;
  throw new Error(`expected one ${type} named as ${name}, found ${found === undefined ? 0 : others.length + 1}`);
}

/** The value at a path such as `properties.networkAcls.bypass`; undefined where there is none. */
export function at(value: Value | undefined, path: string): Value | undefined {
  let found = value;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Body)[name];
  }
  return found;
}

/** Whether only Azure can tell: an expression that could not be worked out. */
export function isUnknown(value: Value | undefined): value is string {
  return typeof value === 'string' && value.startsWith('[') && !value.startsWith('[[');
}

/** A template as ARM JSON: azuredeploy is main.bicep. */
export function template(name: 'azuredeploy' | 'eventgrid'): Body {
  return JSON.parse(readFileSync(join(INFRA, `${name}.json`), 'utf8')) as Body;
}

/** Every object within a value, itself included. */
export function* objectsIn(value: Value | undefined): Generator<Body> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Body;
  for (const inner of Object.values(value)) yield* objectsIn(inner);
}

/** Resources with some of them changed, for tests of the tests. @throws Error where none is */
export function planted(
  resources: readonly Resource[],
  where: (resource: Resource) => boolean,
  path: string,
  value: Value | undefined,
): Resource[] {
  if (!resources.some(where)) throw new Error('expected something to change, found nothing of the kind');
  return resources.map((each) => (where(each) ? (withValue(each, path.split('.'), value) as Resource) : each));
}

function withValue(body: Value | undefined, [name, ...rest]: string[], value: Value | undefined): Value {
  if (name === undefined) return value ?? null;
  const copy = Array.isArray(body) ? [...body] : { ...(body as Body) };
  const inner = (copy as Body)[name];
  if (rest.length === 0 && value === undefined) delete (copy as Record<string, Value>)[name];
  else Object.assign(copy, { [name]: withValue(inner ?? {}, rest, value) });
  return copy as Value;
}
