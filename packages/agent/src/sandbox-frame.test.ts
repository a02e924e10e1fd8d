import { digestOf, encodeUtf8, sha256 } from "@tau-edge/encoding";
import { afterEach, expect, it } from "vitest";
import type { DerivedCode } from "./derived-code.ts";
import { sandboxFrame } from "./sandbox-frame.ts";

const CODE: DerivedCode = {
  artifact: digestOf(sha256(encodeUtf8("artifact"))),
  transpiler: "none 1",
  entry: { path: "x.js", bytes: new Uint8Array() },
  modules: [],
};

let end: () => void = () => undefined;
afterEach(() => end());

/** A frame whose code answers as it likes. */
function sandboxOf(answer: (message: { readonly id: number }, port: MessagePort) => void) {
  const contentWindow = {
    postMessage(start: { readonly id: number }, _origin: string, [port]: readonly [MessagePort]) {
      end = () => port.close();
      port.onmessage = ({ data }) => answer(data, port);
      port.postMessage({ id: start.id, ok: true, value: ["run"] });
    },
  };
  const frame = { contentWindow, setAttribute() {}, remove() {}, onload() {} };
  const document = { createElement: () => frame, body: { append: () => queueMicrotask(() => frame.onload()) } };
  return sandboxFrame({ document: document as unknown as Document, url: "/sandbox", callMsMax: 2_000 });
}

it("takes answers to what was asked, and no others", async () => {
  const host = await sandboxOf(({ id }, port) => {
    for (const forged of [null, 7, { id: 99, ok: true, value: 1 }, { id: "__proto__", ok: true, value: 1 }, { id }])
      port.postMessage(forged);
    port.postMessage({ id, ok: true, value: 42 });
    port.postMessage({ id, ok: true, value: 43 });
  }).start(CODE);
  expect([host.exports, await host.call("run", [])]).toEqual([["run"], 42]);
  host.stop();
});

it("ends a call also with a failure that cannot be written down", async () => {
  const value = { toString: 1, valueOf: 1 };
  const host = await sandboxOf(({ id }, port) => port.postMessage({ id, ok: false, value })).start(CODE);
  await expect(host.call("run", [])).rejects.toThrow(expect.objectContaining({ code: "call_failed" }));
  host.stop();
});
