/** Prints the WIT of components, one a message. It may trap; then its owner starts another. */
import { parentPort } from "node:worker_threads";
import { componentWit } from "@bytecodealliance/jco-transpile/wasm-tools";

parentPort?.on("message", async (bytes: Uint8Array) => {
  try {
    parentPort?.postMessage({ outcome: "printed", wit: await componentWit(bytes) });
  } catch (error) {
    parentPort?.postMessage({ outcome: error instanceof WebAssembly.RuntimeError ? "trapped" : "refused" });
  }
});
