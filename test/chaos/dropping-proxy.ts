/** Stands between a client and a gateway, and cuts them off from each other: at once, or by saying nothing more. */
import { connect, createServer, type Socket } from "node:net";

export type Weather =
  | "fair"
  /** New connections are closed, and open ones. */
  | "cut"
  /** Requests arrive, answers do not: the client cannot know whether it was heard. */
  | "deaf";

export interface DroppingProxy {
  readonly url: string;
  weather: Weather;
  close(): Promise<void>;
}

export async function openDroppingProxy(target: string): Promise<DroppingProxy> {
  const sockets = new Set<Socket>();
  let weather: Weather = "fair";
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const gateway = connect(Number(new URL(target).port), "127.0.0.1");
    for (const socket of [client, gateway]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
    if (weather === "cut") {
      client.destroy();
      gateway.destroy();
      return;
    }
    client.pipe(gateway);
    gateway.on("data", (piece: Buffer) => {
      if (weather === "fair") client.write(piece);
      // The gateway has done what it was asked, and the client is left without its answer.
      else client.destroy();
    });
    gateway.on("close", () => client.end());
    client.on("close", () => gateway.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    get weather() {
      return weather;
    },
    set weather(next) {
      weather = next;
      if (next === "cut") cutAll();
    },
    async close() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
