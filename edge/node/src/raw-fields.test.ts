import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { fieldOf } from "./raw-fields.ts";

/** What Node's parser makes of these lines: names and values in turn. */
async function parsed(lines: readonly string[]): Promise<readonly string[]> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const socket = connect(address.port, "127.0.0.1");
  try {
    const asked = once(server, "request");
    socket.write(["GET / HTTP/1.1", "Host: localhost", ...lines, "", ""].join("\r\n"), "latin1");
    const [request] = await asked;
    return request.rawHeaders;
  } finally {
    socket.destroy();
    server.close();
  }
}

function headersOf(rawHeaders: readonly string[]): Headers {
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  return headers;
}

describe("a header field as it came", () => {
  it.each([
    ["plain", "Authorization: Bearer abc"],
    ["in another case", "aUTHORIZATION: Bearer abc"],
    ["with white space around it", "Authorization: \t Bearer  abc \t "],
    ["empty", "Authorization:"],
    ["with bytes beyond ASCII", "Authorization: Bearer \u00e9\u00ff"],
    ["with a comma and quotes", 'Authorization: a, "b", c=d'],
  ])("is what Headers says of it: %s", async (_what, line) => {
    const rawHeaders = await parsed([line, "Accept: */*"]);
    expect(fieldOf(rawHeaders, "authorization")).toBe(headersOf(rawHeaders).get("authorization"));
    expect(fieldOf(rawHeaders, "authorization")).not.toBeNull();
  });

  it("is null when there is none, also beside names that begin or end so", async () => {
    const rawHeaders = await parsed(["X-Authorization: a", "Authorization-X: b", "Accept: authorization"]);
    expect(fieldOf(rawHeaders, "authorization")).toBeNull();
  });

  it("is for Headers to say when it came twice, in whatever case", async () => {
    const rawHeaders = await parsed(["Authorization: Bearer a", "Accept: */*", "AUTHORIZATION: Bearer b"]);
    expect(fieldOf(rawHeaders, "authorization")).toBeUndefined();
    expect(headersOf(rawHeaders).get("authorization")).toBe("Bearer a, Bearer b");
  });

  it("is found behind as many others as Node takes", async () => {
    // Node refuses a request with more than a thousand.
    const many = new Array<string>(990).fill("a: b");
    expect(fieldOf(await parsed([...many, "Authorization: Bearer z"]), "authorization")).toBe("Bearer z");
  });
});
