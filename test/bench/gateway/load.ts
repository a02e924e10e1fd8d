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
  const { hostname, port } = new URL(url);
  const request = `${[`GET ${path} HTTP/1.1`, `Host: ${hostname}`, ...fields].join("\r\n")}\r\n\r\n`;
  const start = performance.now();
  const until = start + durationMs;
  const counts = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => oneConnection(hostname, Number(port), request, until)),
  );
  return (counts.reduce((sum, count) => sum + count, 0) * 1_000) / (performance.now() - start);
}

function oneConnection(host: string, port: number, request: string, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let answered = 0;
    let head = "";
    let remaining = -1;
    const socket = connect({ host, port, noDelay: true }, () => socket.write(request));
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
      if (performance.now() < until) socket.write(request);
      else socket.destroy();
    });
  });
}
