/** Does the process answer? Never asks a store: a liveness probe that does would restart what a restart cannot heal. */
import type { Route } from "../route.ts";

export const livezRoute: Route = {
  method: "GET",
  path: "/livez",
  operationId: "getLiveness",
  summary: "Whether the process answers",
  audience: "listing",
  answers: { 200: { description: "It does", content: { "text/plain": { text: true } } } },
  problems: [],
  answer(call) {
    const text = call.c.req.query("verbose") === undefined ? "ok\n" : "[+]ping ok\nlivez check passed\n";
    const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
    return call.text(200, headers, text);
  },
};
