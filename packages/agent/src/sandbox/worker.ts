/**
 * Runs in the worker: imports the verified script, gives it the verified core modules, and calls what it exports. The
 * frame's policy is this worker's too: nothing can be fetched from here.
 */

interface StartMessage {
  readonly id: number;
  readonly entry: Uint8Array<ArrayBuffer>;
  readonly modules: readonly { readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

interface CallMessage {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What `jco transpile --instantiation async` writes. */
interface Transpiled {
  instantiate(getCoreModule: (path: string) => Promise<WebAssembly.Module>, imports: object): Promise<object>;
}

type Exported = (...args: readonly unknown[]) => unknown;

addEventListener(
  "message",
  ({ data, ports }: MessageEvent<StartMessage>) => {
    const [port] = ports;
    if (port !== undefined) void serve(data, port);
  },
  { once: true },
);

async function serve(start: StartMessage, port: MessagePort): Promise<void> {
  const functions = new Map<string, Exported>();
  port.onmessage = ({ data: { id, name, args } }: MessageEvent<CallMessage>) =>
    answer(port, id, () => functions.get(name)?.(...args));
  await answer(port, start.id, async () => {
    for (const [name, call] of await instantiated(start)) functions.set(name, call);
    return [...functions.keys()];
  });
}

async function instantiated({ entry, modules }: StartMessage): Promise<readonly [string, Exported][]> {
  const compiled = new Map(modules.map(({ path, bytes }) => [path, () => WebAssembly.compile(bytes)]));
  const url = URL.createObjectURL(new Blob([entry], { type: "text/javascript" }));
  const script = (await import(url)) as Transpiled;
  URL.revokeObjectURL(url);
  const exported = await script.instantiate((path) => {
    const module = compiled.get(path);
    if (module === undefined) throw new Error(`${path} is not in the list of derived code`);
    return module();
  }, {});
  return Object.entries(exported).flatMap(([name, value]: [string, unknown]) => functionsOf(name, value));
}

/** An interface stands under its name with its version and, for people, without. */
function functionsOf(name: string, value: unknown): [string, Exported][] {
  if (isFunction(value)) return [[name, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([member, call]: [string, unknown]): [string, Exported][] =>
    isFunction(call) ? [[`${name}#${member}`, call]] : [],
  );
}

function isFunction(value: unknown): value is Exported {
  return typeof value === "function";
}

async function answer(port: MessagePort, id: number, act: () => unknown): Promise<void> {
  try {
    port.postMessage({ id, ok: true, value: await act() });
  } catch (error) {
    port.postMessage({ id, ok: false, value: error instanceof Error ? error.message : String(error) });
  }
}
