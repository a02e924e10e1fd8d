/** Which connections have an answer on its way? Ends the others when the gateway stops. */
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { DRAIN_POLL_MS } from "./limits.ts";

export interface Connections {
  /** Whether an answer to a request of this connection has not been sent to its end. */
  answering(socket: Socket): boolean;
  /** Accepts no more connections, ends those without an answer under way, and after `drainMs` the rest. */
  drain(drainMs: number): Promise<void>;
}

export function watchConnections(server: Server): Connections {
  /** Of each connection, the last answer: HTTP/1.1 sends them in order, so that it is the last one to be sent. */
  const sockets = new Map<Socket, ServerResponse | undefined>();
  server.on("connection", (socket: Socket) => {
    sockets.set(socket, undefined);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("request", ({ socket }, response: ServerResponse) => {
    if (sockets.has(socket)) sockets.set(socket, response);
  });
  const answering = (socket: Socket): boolean => sockets.get(socket)?.writableFinished === false;
  // Node's own takes a connection for idle whose last answer is written but still waits for a slow client, and
  // `close` calls it: a download from memory would end in the middle.
  server.closeIdleConnections = () => {
    for (const socket of sockets.keys()) if (!answering(socket)) socket.destroy();
  };
  return {
    answering,
    drain: (drainMs) =>
      new Promise((resolve) => {
        const idle = setInterval(() => server.closeIdleConnections(), DRAIN_POLL_MS);
        const cut = setTimeout(() => server.closeAllConnections(), drainMs);
        server.close(() => {
          clearInterval(idle);
          clearTimeout(cut);
          resolve();
        });
      }),
  };
}
