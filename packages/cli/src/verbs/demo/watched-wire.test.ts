import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { watchWire } from "./watched-wire.ts";

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url?.startsWith("/v1/tokens"))
      response.writeHead(401, { "www-authenticate": 'DPoP error="invalid_token", algs="EdDSA"' });
    response.end(Buffer.from([1, 2, 3]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterAll(() => new Promise<unknown>((resolve) => server.close(resolve)));

const bytesOf = async (response: Response) => [...new Uint8Array(await response.arrayBuffer())];

it("notes what was answered, once", async () => {
  const wire = watchWire();
  await (await wire.send(`${url}/v1/tokens?limit=1`, {})).arrayBuffer();
  await (await wire.send(`${url}/livez`, {})).arrayBuffer();
  expect(wire.answered()).toEqual(["401 /v1/tokens invalid_token", "200 /livez"]);
  expect(wire.answered()).toEqual([]);
});

it("turns one bit of an artifact while it tampers, and nothing else", async () => {
  const wire = watchWire();
  const artifact = () => wire.send(`${url}/v1/artifacts/sha256:0`, {}).then(bytesOf);
  expect(await artifact()).toEqual([1, 2, 3]);
  wire.tampering = true;
  expect(await artifact()).toEqual([1, 2, 2]);
  expect(await wire.send(`${url}/v1/manifests/sha256:0`, {}).then(bytesOf)).toEqual([1, 2, 3]);
});
