/** A client that costs little: plain sockets, one request after the other on each, answers counted and thrown away. */
import { connect } from "node:net";

const CONNECTIONS = 8;

/**
 * @param fields header fields beside Host
 * @returns answers per second of wall time
 */
export async function load(
  url: string,
  path: string,
  durationMs: number,
  fields: readonly string[] = [],
): Promise<number> {
  const request = requestText(url, "GET", path, fields);
  const until = performance.now() + durationMs;
  return loadWith(url, () => (performance.now() < until ? request : undefined));
}

/** As `load`, with requests that differ: each is sent once. */
export function loadEach(url: string, requests: readonly string[]): Promise<number> {
  let sent = 0;
  return loadWith(url, () => requests[sent++]);
}

export function requestText(
  url: string,
  method: string,
  path: string,
  fields: readonly string[],
  body: string = "",
): string {
  return `${[`${method} ${path} HTTP/1.1`, `Host: ${new URL(url).host}`, ...fields].join("\r\n")}\r\n\r\n${body}`;
}

/** @param next the request to send, or undefined when it is enough */
async function loadWith(url: string, next: () => string | undefined): Promise<number> {
  const { hostname, port } = new URL(url);
  const start = performance.now();
  const counts = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => oneConnection(hostname, Number(port), next)),
  );
  return (counts.reduce((sum, count) => sum + count, 0) * 1_000) / (performance.now() - start);
}

function oneConnection(host: string, port: number, next: () => string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const first = next();
    if (first === undefined) {
      resolve(0);
      return;
    }
    let answered = 0;
    let head = "";
    let remaining = -1;
    const socket = connect({ host, port, noDelay: true }, () => socket.write(first));
    socket.on("error", reject);
    socket.on("close", () => resolve(answered));
    socket.on("data", (data: Buffer) => {
      if (remaining < 0) {
        // Header fields are small and come first; a body byte more or less in this text does not matter.
        head += data.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        const length = Number(/^HTTP\/1\.1 200 .*\r\ncontent-length: (\d+)/is.exec(head)?.[1] ?? Number.NaN);
        if (Number.isNaN(length)) {
          socket.destroy(new Error(`not an answer of known length: ${head.slice(0, 200)}`));
          return;
        }
        remaining = length - (head.length - end - 4);
      } else remaining -= data.length;
      if (remaining > 0) return;
      head = "";
      remaining = -1;
      answered += 1;
      const request = next();
      if (request === undefined) socket.destroy();
      else socket.write(request);
    });
  });
}
