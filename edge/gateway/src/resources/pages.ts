/** Pages for browsers: where an agent is at work, and where a link leads to. The app brings them along, or has none. */
import { z } from "zod";
import type { Call, Route } from "../route.ts";

const described = {
  method: "GET",
  // Public files; a frame of an opaque origin may load its scripts from here.
  audience: "agents",
  answers: { 200: { description: "What a browser loads", content: { "text/html": { text: true } } } },
  problems: ["page_unknown"],
  answer: answerPage,
} as const satisfies Partial<Route>;

export const bootRoute: Route = {
  ...described,
  path: "/boot",
  operationId: "getBootPage",
  summary: "The page that a bootstrap link leads to: the secret behind `#` is not sent",
};

export const dashboardRoute: Route = {
  ...described,
  path: "/dashboard/*",
  operationId: "getDashboardPage",
  summary: "The page that shows an agent at work, and its parts",
  params: { path: { schema: z.string(), description: "Empty for the page itself" } },
};

async function answerPage(call: Call): Promise<Response> {
  const path = call.c.req.path.slice(1);
  const page = await call.services.pages?.page(path);
  if (page === undefined) return call.problem("page_unknown");
  const { bytes, media_type, policy } = page;
  const headers = {
    "content-type": media_type,
    "content-length": String(bytes.length),
    "content-security-policy": policy,
    // Built anew with each version, under the same names.
    "cache-control": "no-cache",
  };
  return call.reply(200, headers, call.c.req.method === "HEAD" ? null : new Uint8Array(bytes));
}
