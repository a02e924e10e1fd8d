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
    return words(error);
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
    const refusal = refusalOf(error);
    if (refusal !== undefined) return { outcome: "refused", by: "jco", detail: refusal };
    // A trap, an overflown stack, or what follows one of them in every later call: this instance is finished.
    return { outcome: "crashed", detail: words(error) };
  }
}

/** jco refuses by an error whose `payload` is the validator's own text; only then did the validator end by itself. */
function refusalOf(error: unknown): string | undefined {
  const refuses = typeof error === "object" && error !== null && "payload" in error;
  return refuses && typeof error.payload === "string" ? error.payload : undefined;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
