/** Core modules run where the agent runs. A call that never returns holds that thread: give such code a worker of its own. */
import { AgentError } from "./errors.ts";
import type { Host } from "./running.ts";

/** @throws AgentError `compile_forbidden`, `compile_failed`, `instantiate_failed` */
export async function startCoreModule(bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports): Promise<Host> {
  const module = await compiled(bytes);
  const instance = await WebAssembly.instantiate(module, imports).catch((cause: unknown) => {
    throw new AgentError("instantiate_failed", messageOf(cause), { cause });
  });
  let functions: ReadonlyMap<string, CallableFunction> = new Map(
    Object.entries(instance.exports).filter(
      (entry): entry is [string, CallableFunction] => typeof entry[1] === "function",
    ),
  );
  const names = [...functions.keys()];
  return {
    exports: names,
    async call(name, args) {
      const wanted = functions.get(name);
      if (wanted === undefined) throw new AgentError("export_unknown", `There is no function ${name}`);
      try {
        const result: unknown = wanted(...args);
        return result;
      } catch (cause) {
        throw new AgentError("call_failed", messageOf(cause), { cause });
      }
    },
    stop() {
      functions = new Map();
    },
  };
}

async function compiled(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    // V8 says why; workerd, and pages whose policy lacks 'wasm-unsafe-eval', allow no code that comes at run time.
    const forbidden = /disallowed by embedder|Content Security Policy|unsafe-eval/i.test(messageOf(cause));
    throw new AgentError(forbidden ? "compile_forbidden" : "compile_failed", messageOf(cause), { cause });
  }
}

export function messageOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 300);
}
