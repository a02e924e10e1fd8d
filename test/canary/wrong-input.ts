/** Requests that are wrong, and have a secret in them: whoever mistypes one must not find it in an answer or a log. */
import { z } from "zod";
import { askRaw } from "../runtimes/raw-request.ts";

const ApiSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
        requestBody: z
          .object({ content: z.object({ "application/json": z.object({ schema: z.unknown() }) }) })
          .optional(),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  /** Members of the body; undefined where there is none. */
  readonly members?: readonly string[];
}

/** @param text what the gateway answers to `/openapi.json` */
export function operationsOf(text: string): readonly Operation[] {
  const { paths, components } = ApiSchema.parse(JSON.parse(text));
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]): Operation => {
      const query = parameters.filter((one) => one.in === "query").map(({ name }) => name);
      const described = { method: method.toUpperCase(), path, query };
      if (requestBody === undefined) return described;
      return { ...described, members: membersOf(requestBody.content["application/json"].schema, components.schemas) };
    }),
  );
}

const RefSchema = z.object({ $ref: z.string() });
const MembersSchema = z.object({ properties: z.record(z.string(), z.unknown()) });

function membersOf(schema: unknown, schemas: Readonly<Record<string, unknown>>): readonly string[] {
  const ref = RefSchema.safeParse(schema);
  const found = ref.success ? schemas[ref.data.$ref.split("/").at(-1) ?? ""] : schema;
  const members = MembersSchema.safeParse(found);
  return members.success ? Object.keys(members.data.properties) : [];
}

let addresses = 0;

/** From somebody else each time: a limit for each address would hide what is behind it. */
export function elsewhere(): string {
  addresses += 1;
  return `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`;
}

function text(method: string, target: string, fields: readonly string[], body?: string): string {
  const hasHost = fields.some((field) => /^host:/i.test(field));
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const isTyped = fields.some((field) => /^content-type:/i.test(field));
  const type = body === undefined || isTyped ? [] : ["Content-Type: application/json"];
  const all = [
    ...(hasHost ? [] : ["Host: 127.0.0.1"]),
    ...fields,
    ...type,
    ...length,
    `X-Forwarded-For: ${elsewhere()}`,
    "Connection: close",
  ];
  return `${method} ${target} HTTP/1.1\r\n${all.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

/** With the secret in its path, in each parameter, and in its body: not JSON, unknown, and in the place of each member. */
export function wrongOperations(
  { method, path, query, members }: Operation,
  secret: string,
  owner: string,
): readonly string[] {
  const word = encodeURIComponent(secret);
  const asked = [...query, "token"].map((name) => `${name}=${word}`).join("&");
  const target = `${path.replaceAll(/\{[^}]+\}|\*/g, word)}?${asked}`;
  const plain = path.replaceAll(/\{[^}]+\}|\*/g, "x");
  const allowed = [`Authorization: ${owner}`];
  const bodies =
    members === undefined
      ? []
      : [
          secret,
          `{"${secret}": "${secret}"`,
          JSON.stringify({ [secret]: secret }),
          JSON.stringify({ ...Object.fromEntries(members.map((name) => [name, secret])), ...TYPED(secret, members) }),
          JSON.stringify(Object.fromEntries(members.map((name) => [name, [{ [secret]: secret }]]))),
          JSON.stringify(Object.fromEntries(members.map((name) => [name, { [secret]: secret }]))),
          JSON.stringify([secret]),
          `{"${secret}": 1, "${secret}": 2}`,
          `{"a": ${secret}}`,
        ];
  return [
    text(method, target, [], members === undefined ? undefined : "{}"),
    text(method, target, allowed, members === undefined ? undefined : "{}"),
    text(method === "GET" ? "POST" : "PUT", target, allowed, secret),
    ...bodies.map((body) => text(method, plain, allowed, body)),
  ];
}

/** Deeper than the first level: a report of somebody who took the secret for a name. */
const TYPED = (secret: string, members: readonly string[]): object => ({
  ...(members.includes("batches") ? { batches: [{ reporter: secret, batch_id: secret, rollout_id: secret }] } : {}),
  ...(members.includes("scopes") ? { scopes: [secret] } : {}),
});

const FIELDS: readonly ((secret: string) => string)[] = [
  (secret) => `Authorization: ${secret}`,
  (secret) => `Authorization: Basic ${Buffer.from(`owner:${secret}`).toString("base64")}`,
  (secret) => `Authorization: Basic ${secret}`,
  (secret) => `Authorization: Bearer ${secret}x`,
  (secret) => `Authorization: Bearer ${secret} ${secret}`,
  (secret) => `Authorization: Bearer "${secret}"`,
  (secret) => `Authorization: DPoP ${secret}`,
  (secret) => `Authorization: DPoP ${secret}\r\nDPoP: ${secret}`,
  (secret) => `Authorization: DPoP x\r\nDPoP: ${Buffer.from(secret).toString("base64url")}.${secret}.${secret}`,
  (secret) => `${secret}: ${secret}`,
  (secret) => `Cookie: token=${secret}`,
  (secret) => `Origin: https://${secret}.example`,
  (secret) => `Host: ${secret}`,
  (secret) => `Accept: ${secret}/${secret}`,
  (secret) => `Content-Type: ${secret}`,
  (secret) => `If-None-Match: "${secret}"`,
  (secret) => `Range: bytes=${secret}`,
  (secret) => `X-Request-Id: ${secret}`,
  (secret) => `Traceparent: 00-${secret}-01`,
  (secret) => `X-Forwarded-For: ${secret}`,
  (secret) => `X-Forwarded-Host: ${secret}`,
  (secret) => `Referer: http://127.0.0.1/boot#${secret}`,
  (secret) => `User-Agent: ${secret}`,
  (secret) => `Access-Control-Request-Headers: ${secret}`,
  (secret) => `Cloudflare-Workers-Version-Key: ${secret}\u0001`,
  (secret) => `Transfer-Encoding: ${secret}`,
  (secret) => `X-Long: ${secret.repeat(800)}`,
];

/** With the secret in a header field, where somebody put it or a client that is broken. */
export function wrongFields(secret: string): readonly string[] {
  const places = [
    ["GET", "/v1/tokens"],
    ["GET", "/v1/resolve/dev/shop"],
    ["GET", "/no/such/path"],
    ["OPTIONS", "/v1/tokens"],
  ] as const;
  return [
    ...FIELDS.flatMap((field) => places.map(([method, path]) => text(method, path, [field(secret)]))),
    ...FIELDS.map((field) => text("POST", "/v1/bootstrap/exchange", [field(secret)], "{}")),
    `${secret}\r\n\r\n`,
    `GET /${secret} HTTP/9.9\r\n\r\n`,
    `${secret} / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n ${secret}\r\nConnection: close\r\n\r\n`,
    `POST /v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${secret}\r\n`,
  ];
}

/** @returns the statuses that were answered; 0 for a connection that just ended */
export async function sendAll(url: string, texts: readonly string[]): Promise<readonly number[]> {
  const answers = await Promise.allSettled(texts.map((request) => askRaw(url, request)));
  return answers.map((answer) => (answer.status === "fulfilled" ? answer.value.status : 0));
}
