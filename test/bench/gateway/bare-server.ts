/**
 * The baseline: a bare Hono route that sends one file with the header fields of the gateway's answer as constants; with
 * `constant`, a text that was read once; with `verify`, after one native verification of the proof in DPoP.
 * `node bare-server.ts read|stream|constant|verify FILE HEADERS-AS-JSON` prints its address.
 */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const [how, file = "", json = "{}"] = process.argv.slice(2);
const headers = JSON.parse(json) as Record<string, string>;
const app = new Hono();
if (how === "read") app.get("/file", async () => new Response(await readFile(file), { headers }));
else if (how === "verify") {
  const text = await readFile(file, "utf8");
  const keys = new Map<string, KeyObject>();
  app.get("/v1/resolve/:environment/:blueprint", (c) => {
    const proof = c.req.header("dpop") ?? "";
    const [header = "", payload = "", signature = ""] = proof.split(".");
    const key = keys.get(header) ?? keyOf(header);
    keys.set(header, key);
    if (verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url")))
      return new Response(text, { headers });
    return new Response(null, { status: 401 });
  });
} else if (how === "constant") {
  const text = await readFile(file, "utf8");
  // Under the path that it is compared with: reading and matching it is Hono's part, not the gateway's.
  app.get("/v1/resolve/:environment/:blueprint", () => new Response(text, { headers }));
} else
  app.get("/file", () => {
    // As the gateway reads: pieces of 256 KiB.
    const stream = Readable.toWeb(createReadStream(file, { highWaterMark: 256 * 1024 }));
    return new Response(stream as ReadableStream<Uint8Array>, { headers });
  });
const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
  console.log(`http://127.0.0.1:${port}`),
);
process.once("SIGTERM", () => {
  server.close(() => process.exit(0));
  if ("closeAllConnections" in server) server.closeAllConnections();
});

function keyOf(header: string): KeyObject {
  const { jwk } = JSON.parse(Buffer.from(header, "base64url").toString()) as { jwk: { kty: string; x: string } };
  return createPublicKey({ key: jwk, format: "jwk" });
}
