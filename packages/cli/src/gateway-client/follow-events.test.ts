/** What whoever follows a rollout makes of a gateway that is cut, gone, confused or hostile. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WatchedEvent } from "../rollouts-source.ts";
import { followEvents } from "./follow-events.ts";
import { EVENT_BYTES_MAX, LOST_MS_MAX } from "./limits.ts";

const ID = "default~dev~shop~2";

function document(n: number): object {
  return {
    ...{ n, rollout_id: ID, attempt: 1, stream: "default/dev/shop", seq: 2 + n, at_unix_ms: 1_000 + n },
    ...{ record_hash: "ab".repeat(32), actor: { kind: "system", id: "controller" }, type: "iter", status: "open" },
    ...{ phase: "exposed", stage: 0, weight_bp: 100, document: { action: "judged" } },
  };
}

const text = (n: number, changes: object = {}) =>
  `id: ${n}\nevent: iter\ndata: ${JSON.stringify({ ...document(n), ...changes })}\n\n`;
const END = "event: end\ndata: {}\n\n";
const problem = (status: number, code: string) =>
  `event: problem\ndata: ${JSON.stringify({ status, code, detail: "it is so", title: "x" })}\n\n`;

type Answer = (response: ServerResponse) => void;

const stream =
  (body: string): Answer =>
  (response) =>
    response.writeHead(200, { "content-type": "text/event-stream" }).end(`retry: 1\n\n${body}`);
const cut =
  (body: string): Answer =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`retry: 1\n\n${body}`, () => setTimeout(() => response.destroy(), 20));
  };
const refusal =
  (status: number, code: string): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/problem+json" });
    response.end(JSON.stringify({ status, code, detail: "it is so" }));
  };

let server: Server;
let url: string;
let answers: Answer[];
let asked: IncomingMessage["headers"][];
beforeEach(async () => {
  answers = [];
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.headers);
    const answer = answers.shift();
    if (answer === undefined) request.socket.destroy();
    else answer(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

const lost: string[] = [];
async function follow(planned: readonly Answer[], signal = new AbortController().signal): Promise<readonly number[]> {
  answers = [...planned];
  lost.length = 0;
  const seen: WatchedEvent[] = [];
  const options = { signal, onLost: (why: string) => void lost.push(why) };
  for await (const event of followEvents({ baseUrl: url, token: "t".repeat(32) }, ID, options)) seen.push(event);
  return seen.map(({ n }) => n);
}

const ids = () => asked.map((headers) => headers["last-event-id"]);

describe("whoever follows a rollout", () => {
  it("comes again with the last number, after every kind of cut, and ends with the end", async () => {
    const planned = [
      cut(text(0) + text(1)),
      cut(""),
      stream(text(2)),
      cut(`${text(3)}id: 4\nevent: it`),
      stream(text(4) + END),
    ];
    expect(await follow(planned)).toEqual([0, 1, 2, 3, 4]);
    expect(ids()).toEqual([undefined, "1", "1", "2", "3"]);
    expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${"t".repeat(32)}`]));
  });

  it("ends with 204, which says that everything was told", async () => {
    expect(await follow([cut(text(0)), (response) => response.writeHead(204).end()])).toEqual([0]);
  });

  it("waits while the gateway is started anew, and says so once", async () => {
    const gone: Answer = (response) => response.socket?.destroy();
    const proxy: Answer = (response) =>
      response.writeHead(503, { "content-type": "application/problem+json" }).end("{}");
    expect(await follow([cut(text(0)), gone, proxy, gone, stream(text(1) + END)])).toEqual([0, 1]);
    expect(lost).toHaveLength(1);
  });

  it("waits behind a proxy that has a page of its own for a gateway that is started anew", async () => {
    const page =
      (status: number): Answer =>
      (response) =>
        response.writeHead(status, { "content-type": "text/html" }).end("<h1>Bad Gateway</h1>");
    expect(await follow([cut(text(0)), page(502), page(503), page(504), stream(text(1) + END)])).toEqual([0, 1]);
    await expect(follow([page(502)])).rejects.toMatchObject({ code: "gateway_unreachable" });
    await expect(follow([cut(text(0)), page(404)])).rejects.toMatchObject({ code: "gateway_malformed" });
  });

  describe("by a clock of its own", () => {
    beforeEach(() => vi.useFakeTimers({ toFake: ["Date"] }));
    afterEach(() => vi.useRealTimers());
    const gone: Answer = (response) => response.socket?.destroy();
    const passing =
      (ms: number, answer: Answer): Answer =>
      (response) => {
        vi.setSystemTime(Date.now() + ms);
        answer(response);
      };

    it("counts how long a gateway is gone from when it went, also where nothing happened between two times", async () => {
      const quiet: Answer = (response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write("retry: 1\n\n:\n\n", () =>
          setTimeout(() => {
            vi.setSystemTime(Date.now() + LOST_MS_MAX);
            response.destroy();
          }, 20),
        );
      };
      const planned = [cut(text(0)), gone, quiet, gone, stream(text(1) + END)];
      expect(await follow(planned)).toEqual([0, 1]);
      expect(lost).toHaveLength(2);
    });

    it("gives up where nobody answers for too long", async () => {
      const planned = [cut(text(0)), gone, passing(LOST_MS_MAX, gone), stream(text(1) + END)];
      await expect(follow(planned)).rejects.toMatchObject({ code: "gateway_unreachable" });
    });

    it("comes again ever later to whoever ends each stream at once, and not for ever", async () => {
      const atOnce: Answer = (response) =>
        response.writeHead(200, { "content-type": "text/event-stream" }).end("retry: 0\n\n");
      const leave = new AbortController();
      setTimeout(() => leave.abort(), 500);
      expect(await follow([stream(text(0)), ...Array.from({ length: 500 }, () => atOnce)], leave.signal)).toEqual([0]);
      expect(asked.length).toBeLessThan(20);
      expect(lost).toHaveLength(1);
      const planned = [stream(text(0)), atOnce, passing(LOST_MS_MAX, atOnce), stream(text(1) + END)];
      await expect(follow(planned)).rejects.toMatchObject({ code: "gateway_unreachable" });
    });
  });

  it("comes again when the stream says that its gateway cannot go on now", async () => {
    expect(await follow([stream(text(0) + problem(503, "store_unavailable")), stream(text(1) + END)])).toEqual([0, 1]);
  });

  it("passes over comments and what a newer gateway may say beside the records", async () => {
    const news = 'event: weather\ndata: {"sun":true}\n\n:\n\n';
    expect(await follow([stream(news + text(0, { more: "of it" }) + news + END)])).toEqual([0]);
  });

  it.each([
    ["a gap", text(0) + text(2), "gateway_malformed"],
    ["an event twice", text(0) + text(0), "gateway_malformed"],
    ["an event under another id", text(0).replace("id: 0", "id: 5"), "gateway_malformed"],
    ["an event that lacks something", text(0, { seq: "two" }), "gateway_malformed"],
    ["an event that does not end", `data: ${"x".repeat(EVENT_BYTES_MAX + 10)}`, "gateway_malformed"],
    ["data that is no JSON", "id: 0\ndata: {\n\n", "gateway_malformed"],
    ["damage", text(0) + problem(500, "ledger_corrupt"), "ledger_corrupt"],
    ["another ledger", text(0) + problem(409, "event_unknown"), "event_unknown"],
  ])("takes no %s", async (_name, body, code) => {
    await expect(follow([stream(body)])).rejects.toMatchObject({ code });
  });

  it("takes no refusal for a cut, whether at first or later", async () => {
    await expect(follow([refusal(404, "rollout_unknown")])).rejects.toMatchObject({ code: "rollout_unknown" });
    await expect(follow([cut(text(0)), refusal(409, "event_unknown")])).rejects.toMatchObject({
      code: "event_unknown",
    });
    await expect(follow([cut(text(0)), refusal(401, "credentials_invalid")])).rejects.toMatchObject({
      code: "credentials_invalid",
    });
  });

  it("does not wait for a gateway that it never reached, and is not led elsewhere", async () => {
    await expect(follow([])).rejects.toMatchObject({ code: "gateway_unreachable" });
    await expect(follow([refusal(503, "watchers_full")])).rejects.toMatchObject({ code: "watchers_full" });
    const elsewhere: Answer = (response) => response.writeHead(302, { location: "http://evil.example/" }).end();
    await expect(follow([elsewhere])).rejects.toMatchObject({ code: "gateway_malformed" });
    const page: Answer = (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>");
    await expect(follow([page])).rejects.toMatchObject({ code: "gateway_malformed" });
  });

  it("ends when nobody follows any more, also while nothing comes and while it waits", async () => {
    const silent: Answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(text(0));
    };
    for (const planned of [[silent], [cut(text(0)), ...Array.from({ length: 50 }, () => cut(""))]]) {
      const leave = new AbortController();
      setTimeout(() => leave.abort(), 100);
      expect(await follow(planned, leave.signal)).toEqual([0]);
    }
  });
});
