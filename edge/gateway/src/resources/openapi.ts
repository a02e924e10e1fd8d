/** The API document, made from the route table and the schemas that the answers are typed with. */

import { describeApi } from "../openapi/openapi-document.ts";
import type { Route } from "../route.ts";

export function openApiRoute(described: readonly Route[]): Route {
  let text: string | undefined;
  const route: Route = {
    method: "GET",
    path: "/openapi.json",
    operationId: "getOpenApiDocument",
    summary: "This document",
    audience: "listing",
    answers: { 200: { description: "OpenAPI 3.1", content: { "application/json": { text: true } } } },
    problems: [],
    answer(call) {
      text ??= `${JSON.stringify(describeApi([...described, route], call.services.config))}\n`;
      const headers = { "content-type": "application/json", "cache-control": "no-cache" };
      return call.text(200, headers, text);
    },
  };
  return route;
}
