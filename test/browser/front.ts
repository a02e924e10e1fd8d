/** A server between the browser and a gateway: it sees what is asked, and can change what is answered. */
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { BuiltPage } from "../../scripts/build-pages.ts";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

export interface Front {
  readonly origin: string;
  /** Where the gateway is. */
  gateway: string;
  /** Since the last time that somebody emptied it. */
  readonly seen: SeenRequest[];
  /** What is answered with one bit changed. */
  tampered: (path: string) => boolean;
  close(): Promise<void>;
}

/** @param pages for a gateway that has none */
export async function openFront(pages?: ReadonlyMap<string, BuiltPage>): Promise<Front> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const { method = "GET", url: path = "/", headers } = request;
    seen.push({ method, path, headers });
    const page = pages?.get(path.slice(1));
    if (page === undefined) return pass(request, response, front.tampered(path));
    response.writeHead(200, { "content-type": page.media_type, "content-security-policy": page.policy });
    response.end(page.bytes);
  });

  function pass(from: IncomingMessage, to: ServerResponse, changed: boolean): void {
    const { method = "GET", url: path = "/" } = from;
    // The Host stays what the browser said: the gateway's own origin is this one.
    const headers = { ...from.headers, "accept-encoding": "identity" };
    const passed = ask(new URL(path, front.gateway), { method, headers }, (answer) => {
      const { "content-length": length, "transfer-encoding": _hop, ...fields } = answer.headers;
      to.writeHead(answer.statusCode ?? 502, {
        ...fields,
        // Otherwise the browser would not ask for what it has, and nothing could be changed.
        "cache-control": "no-store",
        ...(length === undefined ? {} : { "content-length": length }),
      });
      let at = 0;
      answer.on("data", (piece: Buffer) => {
        const bytes = Buffer.from(piece);
        if (changed && at === 0 && bytes.length > 20) bytes[20] = (bytes[20] ?? 0) ^ 1;
        at += bytes.length;
        to.write(bytes);
      });
      answer.on("end", () => to.end());
    });
    passed.on("error", () => to.destroy());
    from.pipe(passed);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const front: Front = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    gateway: "",
    tampered: () => false,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return front;
}
