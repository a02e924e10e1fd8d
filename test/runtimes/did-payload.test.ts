/** The original's documented identity: one DID and one payload, whoever makes, keeps or serves it. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeUtf8, sha256 } from "@tau-edge/encoding";
import { bootstrapPayload, deriveIdentity, PORTABLE_KEY_DERIVATION, writeBootstrapPayload } from "@tau-edge/identity";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import golden from "../conformance/data/did-derive-golden.json" with { type: "json" };
import { DENO, DENO_MAIN, NODE_MAIN } from "./gateway-commands.ts";
import { startGateway } from "./gateway-process.ts";

const REQUEST = { method: "key", network: "tau-devnet", subject: "browser-agent", entropy: "local-dev-seed" } as const;
const MAIN = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
const COMMANDS = {
  node: { program: process.execPath, cli: [MAIN], gateway: [NODE_MAIN] },
  deno: { program: DENO, cli: ["run", "-A", MAIN], gateway: ["run", "-A", DENO_MAIN] },
} as const;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tau-edge-payload-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function portable(): { readonly did: string; readonly payload: string } {
  const derived = deriveIdentity(REQUEST, PORTABLE_KEY_DERIVATION);
  if (derived.outcome === "refused") throw new Error(derived.code);
  const payload = bootstrapPayload(derived.identity, { runtime: "native-host" }, sha256);
  return { did: payload.did, payload: decodeUtf8(writeBootstrapPayload(payload)) };
}

describe.each(["node", "deno"] as const)("on %s, the original's documented identity", (runtime) => {
  it("is the golden one, in the file and from a gateway byte for byte what portable code writes", async () => {
    const { did, payload } = portable();
    // The golden file holds the same derivation to node:crypto, on Node, Deno, workerd and Chromium.
    expect(golden.cases.filter((known) => known.did === did)).toMatchObject([{ entropy: { pass: REQUEST.entropy } }]);
    const { program, cli, gateway } = COMMANDS[runtime];
    const stateDir = join(dir, runtime);
    const output = join(stateDir, "browser-did.json");
    execFileSync(program, [...cli, "did", "init", "--state-dir", stateDir, "--output", output], {
      env: { ...process.env, TAU_EDGE_DID_ENTROPY: REQUEST.entropy },
    });
    expect(await readFile(output, "utf8")).toBe(payload);
    const running = await startGateway(program, [...gateway, "--state-dir", stateDir, "--port", "0"]);
    try {
      const served = await fetch(`${running.url}/v1/dids/${did}`);
      expect(served.status).toBe(200);
      expect(await served.text()).toBe(payload);
    } finally {
      await running.end("SIGTERM");
    }
  });
});
