/** A gateway that answers what a test says, and remembers what it was asked. */
import { once } from "node:events";
import { createServer } from "node:http";

export interface AskedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface PlannedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is; anything else as JSON. */
  readonly body: unknown;
}

export interface FakeGateway {
  readonly url: string;
  readonly asked: AskedRequest[];
  /** What every request is answered from now on. */
  answer: PlannedAnswer;
  stop(): Promise<void>;
}

export async function startFakeGateway(): Promise<FakeGateway> {
  const asked: AskedRequest[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    const { status = 200, headers = {}, body: answer } = fake.answer;
    const type = status >= 400 ? "application/problem+json" : "application/json";
    response.writeHead(status, { "content-type": type, ...headers });
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  const fake: FakeGateway = {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    answer: { body: { rollouts: [], unreadable: [] } },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return fake;
}
