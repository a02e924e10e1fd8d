import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { RequestOptions } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { DID_DOCUMENT_BYTES_MAX, parseDidWeb } from "@tau-edge/identity";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fetchDidDocument, type Web } from "./fetch-document.ts";

let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const asked: IncomingMessage[] = [];
const options: RequestOptions[] = [];

beforeEach(async () => {
  asked.length = 0;
  options.length = 0;
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** The names have these addresses; who may connect to them comes to the server of this test, without TLS. */
function webWith(...addresses: readonly string[]): Web {
  const { port } = server.address() as AddressInfo;
  const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  return {
    timeout_ms: 1_000,
    lookup: (_host, { all }, done) =>
      all === true ? done(null, found) : done(null, found[0]?.address ?? "", found[0]?.family),
    request: (wanted, answered) => {
      options.push(wanted);
      const { lookup, agent: _agent, servername: _name, ...rest } = wanted;
      const createConnection = () => {
        const socket = connect({
          port,
          host: wanted.host ?? "",
          lookup: (host, how, done) =>
            lookup?.(host, how, (error) =>
              how.all === true ? done(error, [{ address: "127.0.0.1", family: 4 }]) : done(error, "127.0.0.1", 4),
            ),
        });
        return socket;
      };
      return request({ ...rest, createConnection }, answered);
    },
  };
}

const place = parseDidWeb("did:web:gw.example:agents:a1");
const refusalOf = (web: Web, did = place) =>
  fetchDidDocument(did, web).then(
    () => ({ code: "ok" }),
    (error) => error,
  );

describe("the document of a did:web", () => {
  it("comes from its place, over TLS to its name, without credentials", async () => {
    answer = (_request, response) => response.end("{}");
    expect(Buffer.from(await fetchDidDocument(place, webWith("93.184.216.34"))).toString()).toBe("{}");
    expect(asked.map(({ url }) => url)).toEqual(["/agents/a1/did.json"]);
    expect(Object.keys(asked[0]?.headers ?? {}).sort()).toEqual(["accept", "accept-encoding", "connection", "host"]);
    expect(options).toMatchObject([{ host: "gw.example", servername: "gw.example", port: 443 }]);
    await fetchDidDocument(parseDidWeb("did:web:gw.example%3A8443"), webWith("2606:2800:220:1::1"));
    expect(asked.at(-1)?.url).toBe("/.well-known/did.json");
    expect(options.at(-1)).toMatchObject({ port: 8443 });
  });

  it.each([
    ["127.0.0.1"],
    ["10.1.2.3"],
    ["172.31.0.1"],
    ["192.168.1.1"],
    ["169.254.169.254"],
    ["100.64.0.1"],
    ["0.0.0.0"],
    ["224.0.0.1"],
    ["255.255.255.255"],
    ["::1"],
    ["::"],
    ["::ffff:127.0.0.1"],
    ["::ffff:93.184.216.34"],
    ["64:ff9b::7f00:1"],
    ["fe80::1"],
    ["fd00::1"],
    ["ff02::1"],
    ["2002:7f00:1::1"],
    ["2001:db8::1"],
    ["93.184.216.34", "127.0.0.1"],
  ])("is not fetched from %s", async (...addresses) => {
    answer = (_request, response) => response.end("{}");
    expect(await refusalOf(webWith(...addresses))).toMatchObject({ code: "did_host_not_public" });
    expect(asked).toEqual([]);
  });

  it.each(["printer.local", "a.internal", "db.corp", "metadata.google.internal", "router.home.arpa", "x.localhost"])(
    "is not even asked for at %s",
    async (host) => {
      expect(await refusalOf(webWith("93.184.216.34"), parseDidWeb(`did:web:${host}`))).toMatchObject({
        code: "did_host_not_public",
      });
      expect(options).toEqual([]);
    },
  );

  it.each([301, 302, 307, 308, 404, 500, 204])("is not what comes with %d", async (status) => {
    answer = (_request, response) => response.writeHead(status, { location: "http://127.0.0.1/" }).end();
    const error = await refusalOf(webWith("93.184.216.34"));
    expect(error).toMatchObject({ code: "did_unreachable", message: expect.stringContaining(String(status)) });
    expect(asked).toHaveLength(1);
  });

  it("is not longer than the limit, also when nobody says how long it is", async () => {
    answer = (_request, response) => response.end("x".repeat(DID_DOCUMENT_BYTES_MAX));
    expect(await fetchDidDocument(place, webWith("93.184.216.34"))).toHaveLength(DID_DOCUMENT_BYTES_MAX);
    answer = (_request, response) => {
      const more = (error?: Error | null) => error ?? response.write("x".repeat(16_384), more);
      more();
    };
    expect(await refusalOf(webWith("93.184.216.34"))).toMatchObject({
      code: "did_unreachable",
      message: expect.stringContaining("65536"),
    });
  });

  it("is nothing when the host hangs up, or does not come to an end", async () => {
    answer = (_request, response) => {
      response.writeHead(200, { "content-length": "10" }).write("x");
      setTimeout(() => response.destroy(), 10);
    };
    expect(await refusalOf(webWith("93.184.216.34"))).toMatchObject({ code: "did_unreachable" });
    answer = (_request, response) => void response.writeHead(200).write("x");
    expect(await refusalOf(webWith("93.184.216.34"))).toMatchObject({
      code: "did_unreachable",
      message: expect.stringContaining("within 1 s"),
    });
  });
});
