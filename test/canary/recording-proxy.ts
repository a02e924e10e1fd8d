/** Stands between clients and a gateway, and keeps every byte that the gateway sends, under the name of what was being done. */
import { connect, createServer, type Socket } from "node:net";

export interface RecordingProxy {
  readonly url: string;
  /** Where connections go from now on: a URL. */
  target: string;
  /** What is being done now. */
  step: string;
  /** By step: status lines, header fields and bodies, as they came. */
  readonly answers: ReadonlyMap<string, readonly Buffer[]>;
  close(): Promise<void>;
}

export async function openRecordingProxy(): Promise<RecordingProxy> {
  const answers = new Map<string, Buffer[]>();
  const sockets = new Set<Socket>();
  const keep = (piece: Buffer) => answers.set(proxy.step, [...(answers.get(proxy.step) ?? []), piece]);
  const server = createServer((client) => {
    const gateway = connect(Number(new URL(proxy.target).port), "127.0.0.1");
    for (const socket of [client, gateway]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("close", () => sockets.delete(socket));
    }
    gateway.on("data", keep);
    client.pipe(gateway).pipe(client);
    client.on("error", () => gateway.destroy());
    gateway.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const proxy: RecordingProxy = {
    url: `http://127.0.0.1:${port}`,
    target: "",
    step: "",
    answers,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
