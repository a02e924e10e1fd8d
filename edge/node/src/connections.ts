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
  const sockets = new Set<Socket>();
  const answers = new Set<ServerResponse>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("request", (_request, response: ServerResponse) => {
    answers.add(response);
    response.once("close", () => answers.delete(response));
  });
  const busy = (): Set<unknown> => new Set([...answers].map((response) => response.req.socket));
  // Node's own takes a connection for idle whose last answer is written but still waits for a slow client, and
  // `close` calls it: a download from memory would end in the middle.
  server.closeIdleConnections = () => {
    const answering = busy();
    for (const socket of sockets) if (!answering.has(socket)) socket.destroy();
  };
  return {
    answering: (socket) => busy().has(socket),
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
