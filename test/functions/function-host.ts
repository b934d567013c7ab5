import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import Module, { createRequire } from 'node:module';
import path from 'node:path';

/** A value as the host sends it to the worker. */
export type TypedData =
  | { readonly string: string }
  | { readonly json: string }
  | {
      readonly http: {
        readonly method: string;
        readonly url: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: { readonly bytes: Uint8Array };
      };
    }
  | {
      readonly modelBindingData: {
        readonly version: string;
        readonly source: string;
        readonly contentType: string;
        readonly content: Uint8Array;
      };
    };

/** A function as the app registers it. */
export interface Registered {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The app, running in this process as the worker runs it. */
export interface RunningApp {
  readonly functions: ReadonlyMap<string, Registered>;
  /** Milliseconds from loading its main file to the last function registered. */
  readonly startMs: number;
  /** The files of the package that were loaded for that. */
  readonly loaded: readonly string[];
  /** What the functions have logged. */
  readonly lines: string[];
  /** Calls a function as the host does; rejects where the invocation fails. Gives what it hands back to the host. */
  invoke(name: string, data: TypedData, triggerMetadata?: Readonly<Record<string, TypedData>>): Promise<unknown>;
  /** What the worker does when the host stops it. */
  terminate(): Promise<void>;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: unknown): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ readonly returnValue?: unknown }>;
}

interface ProgrammingModel {
  getInvocationModel(context: unknown): InvocationModel;
}

type Callback = (...args: unknown[]) => unknown;

/** Loads the app by the glob of its manifest, in this environment and with a module of the host's. */
export async function startApp(folder: string, environment: Readonly<Record<string, string>>): Promise<RunningApp> {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { readonly main: string };
  const mains = globSync(manifest.main, { cwd: folder }).map((file) => path.join(folder, file));
  if (mains.length === 0) throw new Error(`${manifest.main}: expected a file, found none`);
  const functions = new Map<string, Registered>();
  const callbacks = new Map<string, Callback>();
  const hooks: Callback[] = [];
  const lines: string[] = [];
  const held: { model?: ProgrammingModel } = {};
  const core = {
    version: '4.1048.0',
    hostVersion: '4.1048.0',
    registerFunction: (metadata: Registered, callback: Callback) => {
      functions.set(metadata.name, metadata);
      callbacks.set(metadata.name, callback);
    },
    setProgrammingModel: (given: ProgrammingModel) => {
      held.model = given;
    },
    getProgrammingModel: () => held.model,
    registerHook: (name: string, callback: Callback) => {
      if (name === 'appTerminate') hooks.push(callback);
      return { dispose: () => undefined };
    },
    log: () => undefined,
    Disposable: class {},
  };
  const start = loadWith(core, mains, environment);
  let invocations = 0;
  return {
    functions,
    ...start,
    lines,
    async invoke(name, data, triggerMetadata = {}) {
      const metadata = functions.get(name);
      const [trigger] = Object.keys(metadata?.bindings ?? {});
      if (metadata === undefined || trigger === undefined || held.model === undefined) {
        throw new Error(`The app has no function ${name}.`);
      }
      const invocationId = String(++invocations);
      const inputData = [{ name: trigger, data }];
      const invocation = held.model.getInvocationModel({
        invocationId,
        metadata,
        request: { invocationId, functionId: name, triggerMetadata, inputData },
        log: (_: string, category: string, line: string) => category === 'user' && lines.push(line),
        state: undefined,
      });
      const { context, inputs } = await invocation.getArguments();
      const result = await invocation.invokeFunction(context, inputs, callbacks.get(name));
      return (await invocation.getResponse(context, result)).returnValue;
    },
    async terminate() {
      for (const hook of hooks) await hook({ hookData: {}, appHookData: {} });
    },
  };
}

/** Supplies the host's module while the app is loaded, as the worker does. */
function loadWith(core: unknown, mains: readonly string[], environment: Readonly<Record<string, string>>) {
  const requireFrom = createRequire(import.meta.url);
  const prototype = Module.prototype as unknown as { require: (this: unknown, id: string) => unknown };
  const original = prototype.require;
  const saved = { ...process.env };
  const ours = () =>
    Object.keys(requireFrom.cache).filter(
      (file) => file.startsWith(path.join(mains[0]!, '../..')) && file.endsWith('.cjs'),
    );
  for (const file of ours()) delete requireFrom.cache[file];
  prototype.require = function (id) {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  };
  Object.assign(process.env, environment);
  const begun = performance.now();
  try {
    for (const main of mains) requireFrom(main);
  } finally {
    prototype.require = original;
    for (const name of Object.keys(environment)) if (!(name in saved)) delete process.env[name];
    Object.assign(process.env, saved);
  }
  return { startMs: performance.now() - begun, loaded: ours() };
}
