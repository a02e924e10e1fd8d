/** Answers what Node's parser or the Host rules of HTTP refuse, in the same form as every other error. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { answerUnreadable } from "@tau-edge/gateway";
import type { Connections } from "./connections.ts";

const CODES: ReadonlyMap<string, "header_too_large" | "request_timeout"> = new Map([
  ["HPE_HEADER_OVERFLOW", "header_too_large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "request_timeout"],
]);

/** Node's own answers to these have no header fields. */
export function answerParserErrors(server: Server, connections: Connections): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    // In the middle of an answer, another one would become part of it.
    if (!socket.writable || connections.answering(socket)) {
      socket.destroy();
      return;
    }
    const { status, headers, body } = answerUnreadable(
      CODES.get(error.code ?? "") ?? "request_malformed",
      randomUUID(),
    );
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const phrase = (JSON.parse(body) as { title: string }).title;
    socket.end(`HTTP/1.1 ${status} ${phrase}\r\n${fields.join("")}\r\n${body}`, () => socket.destroy());
  });
}

/** RFC 9112 section 3.2: a request with two Host fields is refused; whoever stands before us may have read the other one. */
export function hasOneHost(request: IncomingMessage): boolean {
  const { rawHeaders } = request;
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") count += 1;
  }
  return count <= 1;
}

export function refuseRequest(response: ServerResponse): void {
  const { status, headers, body } = answerUnreadable("request_malformed", randomUUID());
  response.writeHead(status, headers).end(body);
}

/** For what throws before the gateway is asked: a Host or a target that is no URL; anything else is a bug. */
export function answerThrown(error: unknown): Response {
  const malformed = error instanceof Error && error.name === "RequestError";
  const { status, headers, body } = answerUnreadable(malformed ? "request_malformed" : "internal_error", randomUUID());
  return new Response(body, { status, headers });
}
