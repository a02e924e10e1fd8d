/**
 * The thread that may die. It validates core modules with the engine and components with jco's wasm-tools, and
 * answers one message with one message. It trusts nothing about how the validator ends.
 */
import { parentPort } from "node:worker_threads";
import type { ValidateAnswer, ValidateRequest } from "./worker-protocol.ts";

interface WasmTools {
  componentWit(bytes: Uint8Array): Promise<string>;
}

parentPort?.on("message", (request: ValidateRequest) => {
  answer(request).then((message) => parentPort?.postMessage(message));
});

async function answer(request: ValidateRequest): Promise<ValidateAnswer> {
  for (const { path, at, size_bytes } of request.modules) {
    const module = request.bytes.subarray(at, at + size_bytes) as Uint8Array<ArrayBuffer>;
    if (WebAssembly.validate(module)) continue;
    return { outcome: "refused", by: "engine", detail: `${path === "" ? "module" : path}: ${engineComplaint(module)}` };
  }
  if (request.wasm_tools_url === undefined) return { outcome: "accepted" };
  return validateComponent(request.bytes, request.wasm_tools_url);
}

/** `validate` answers only yes or no; compiling the refused bytes again says why. */
function engineComplaint(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    new WebAssembly.Module(bytes);
    return "refused by the engine";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function validateComponent(bytes: Uint8Array, url: string): Promise<ValidateAnswer> {
  let tools: WasmTools;
  try {
    tools = await import(url);
  } catch (error) {
    return { outcome: "unloadable", detail: words(error) };
  }
  try {
    await tools.componentWit(bytes);
    return { outcome: "accepted" };
  } catch (error) {
    // A trap, or the message that follows every later call after one: both mean that this instance is finished.
    if (error instanceof WebAssembly.RuntimeError || isPoisoned(error))
      return { outcome: "crashed", detail: words(error) };
    return { outcome: "refused", by: "jco", detail: words(error) };
  }
}

function isPoisoned(error: unknown): boolean {
  return error instanceof Error && error.message.includes("cannot enter component instance");
}

/** jco throws errors whose `payload` is the validator's own text. */
function words(error: unknown): string {
  if (typeof error === "object" && error !== null && "payload" in error && typeof error.payload === "string")
    return error.payload;
  return error instanceof Error ? error.message : String(error);
}
