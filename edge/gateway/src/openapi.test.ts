/** Is the API document true? Every route is asked in every way that it knows, and the answers are held against it. */
import { ManualClock, MemoryLedgerStore, MemoryObjectStore } from "@tau-edge/adapter-memory";
import { EMPTY_HEALTH } from "@tau-edge/contract";
import { draftPackaged, packagingStream } from "@tau-edge/control";
import { type Digest, digestOf, encodeUtf8, sha256 } from "@tau-edge/encoding";
import { PortError, type PortErrorCode } from "@tau-edge/ports";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { beforeAll, expect, it } from "vitest";
import { type GatewayApp, makeGateway } from "./gateway.ts";
import type { GatewayPorts } from "./ports.ts";
import { HEALTH_PROBLEMS, LEDGER_PROBLEMS } from "./problems.ts";
import { ROUTES } from "./routes.ts";

interface DescribedResponse {
  readonly description: string;
  readonly content?: Record<string, { readonly schema?: object }>;
  readonly headers?: Record<string, unknown>;
}
type Operation = { readonly responses: Record<string, DescribedResponse> };
interface ApiDocument {
  readonly paths: Record<string, { readonly get: Operation; readonly head: Operation }>;
}

const ARTIFACT = encodeUtf8("an artifact");
const MANIFEST = encodeUtf8("{}");
const digestIn = (bytes: Uint8Array): Digest => digestOf(sha256(bytes));
const etag = `"${digestIn(ARTIFACT)}"`;

async function gateway(ports: Partial<GatewayPorts> = {}, stored = true): Promise<GatewayApp> {
  const ledger = new MemoryLedgerStore();
  const objects = new MemoryObjectStore();
  if (stored) for (const bytes of [ARTIFACT, MANIFEST]) await objects.putIfAbsent(digestIn(bytes), bytes);
  for (const blueprint_id of ["one", "two"])
    await ledger.append({
      stream: packagingStream(blueprint_id),
      expected_seq: -1,
      drafts: [draftOf(blueprint_id), draftOf(blueprint_id)],
      objects: [],
      now_unix_ms: 1_767_225_600_000,
    });
  const randomBytes = (count: number) => new Uint8Array(count);
  const all = { objects, ledger, clock: new ManualClock(), randomBytes, health: async () => EMPTY_HEALTH, ...ports };
  return makeGateway(all, { allowedHosts: ["localhost"], publicBaseUrl: "https://edge.example/base" });
}

function draftOf(blueprint_id: string) {
  return draftPackaged(
    {
      blueprint_id,
      artifact: digestIn(ARTIFACT),
      manifest: digestIn(MANIFEST),
      artifact_size_bytes: ARTIFACT.length,
      manifest_size_bytes: MANIFEST.length,
      artifact_kind: "module",
      profile_id: "p",
      runtime_profile: "wasm_wasi",
      file_name: "a.wasm",
      policy_revision: "r+1",
      generated_unix_ms: 315_532_800_000,
      constraint_profile_id: "c",
      required_abi: "wasi:*",
      required_feature_gates: [],
    },
    { kind: "local", id: "tester" },
  );
}

/** Path, template, and header fields. */
type Ask = readonly [path: string, template: string, headers?: Record<string, string>];

const JSON_PLEASE = { accept: "application/json" };
const ARTIFACT_PATH = `/v1/artifacts/${digestIn(ARTIFACT)}`;
const OBJECT_ASKS: readonly Ask[] = [
  [ARTIFACT_PATH, "/v1/artifacts/{digest}"],
  [ARTIFACT_PATH, "/v1/artifacts/{digest}", { range: "bytes=0-3" }],
  [ARTIFACT_PATH, "/v1/artifacts/{digest}", { range: "bytes=99-" }],
  [ARTIFACT_PATH, "/v1/artifacts/{digest}", { "if-none-match": etag }],
  [ARTIFACT_PATH, "/v1/artifacts/{digest}", { "if-match": `"x"` }],
  ["/v1/artifacts/x", "/v1/artifacts/{digest}"],
  [`/v1/artifacts/sha256:${"0".repeat(64)}`, "/v1/artifacts/{digest}"],
  [`/v1/manifests/${digestIn(MANIFEST)}`, "/v1/manifests/{digest}"],
];
const ASKS: readonly Ask[] = [
  ["/livez", "/livez"],
  ["/readyz", "/readyz"],
  ["/readyz", "/readyz", JSON_PLEASE],
  ["/readyz?verbose&exclude=ledger", "/readyz"],
  ["/readyz/ledger", "/readyz/{check}", JSON_PLEASE],
  ["/readyz/ledger", "/readyz/{check}"],
  ["/readyz/nothing", "/readyz/{check}"],
  ["/gateway/status", "/gateway/status"],
  ["/v1/blueprints?limit=1", "/v1/blueprints"],
  ["/v1/blueprints?limit=0", "/v1/blueprints"],
  ["/v1/blueprints/one/deliverables?limit=1", "/v1/blueprints/{blueprint_id}/deliverables"],
  ["/v1/blueprints/one/deliverables?cursor=x", "/v1/blueprints/{blueprint_id}/deliverables"],
  ["/v1/blueprints/none/deliverables", "/v1/blueprints/{blueprint_id}/deliverables"],
  ["/openapi.json", "/openapi.json"],
  ...OBJECT_ASKS,
  ["/livez?x".padEnd(3_000, "x"), "/livez"],
  ["http://evil.example/livez", "/livez"],
];

let document: ApiDocument;
let validatorOf: (schema: object) => ValidateFunction;

beforeAll(async () => {
  document = (await (await (await gateway()).request("/openapi.json")).json()) as ApiDocument;
  const ajv = new Ajv2020({ strict: false, formats: { uri: true } });
  ajv.addSchema({ $id: "api:", ...document });
  validatorOf = (schema) => ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api:#/')) as object);
});

/** @returns template, method and status of the answer */
async function holdAgainstDocument(app: GatewayApp, [path, template, headers = {}]: Ask, method: "GET" | "HEAD") {
  const response = await app.request(path, { method, headers });
  const label = `${method} ${path.slice(0, 60)} ${JSON.stringify(headers)} ${response.status}`;
  const described = document.paths[template]?.[method === "GET" ? "get" : "head"].responses[response.status];
  if (described === undefined) throw new Error(`${label} is not described`);
  const body = await response.text();
  for (const name of Object.keys(described.headers ?? {}))
    expect(response.headers.get(name), `${label} ${name}`).not.toBe(null);
  if (method === "HEAD" || response.status === 304) {
    expect(body, label).toBe("");
    expect(described.content, label).toBeUndefined();
    return [template, method, response.status].join(" ");
  }
  const type = (response.headers.get("content-type") ?? "").replace(/;.*/, "");
  const form = described.content?.[type];
  if (form === undefined) throw new Error(`${label} as ${type} is not described`);
  if (form.schema !== undefined && type.endsWith("json")) {
    const valid = validatorOf(form.schema);
    expect(valid(JSON.parse(body)), `${label} ${JSON.stringify(valid.errors)}`).toBe(true);
  }
  if (type === "application/problem+json")
    expect(described.description, label).toContain((JSON.parse(body) as { code: string }).code);
  return [template, method, response.status].join(" ");
}

async function holdAll(app: GatewayApp, asks: readonly Ask[] = ASKS): Promise<Set<string>> {
  const seen = new Set<string>();
  for (const ask of asks)
    for (const method of ["GET", "HEAD"] as const) seen.add(await holdAgainstDocument(app, ask, method));
  return seen;
}

it("is true of every route, asked rightly and wrongly", async () => {
  const seen = await holdAll(await gateway());
  for (const route of ROUTES) {
    const template = route.path.replace(/:(\w+)/g, "{$1}");
    expect(
      [...seen].some((entry) => entry.startsWith(`${template} GET 200`)),
      template,
    ).toBe(true);
  }
  for (const status of [200, 206, 304, 400, 404, 412, 416])
    expect(seen).toContain(`/v1/artifacts/{digest} GET ${status}`);
  expect(seen).toContain("/livez GET 414");
  expect(seen).toContain("/livez GET 421");
});

it("is true when stores fail", async () => {
  for (const code of [...LEDGER_PROBLEMS, undefined]) {
    const fail = () => Promise.reject(failure(code));
    const broken = { streams: fail, head: fail, read: fail, ends: fail };
    const seen = await holdAll(await gateway({ ledger: broken }));
    expect(seen).toContain("/readyz GET 503");
    expect([...seen].some((entry) => /^\/v1\/blueprints GET 50[03]$/.test(entry))).toBe(true);
  }
  for (const code of ["object_corrupt", "store_unavailable", undefined]) {
    const fail = () => Promise.reject(failure(code));
    const seen = await holdAll(await gateway({ objects: { stat: fail, open: fail, read: fail } }), OBJECT_ASKS);
    expect([...seen].some((entry) => /^\/v1\/artifacts\/{digest} GET 50[03]$/.test(entry))).toBe(true);
  }
  for (const code of [...HEALTH_PROBLEMS, undefined]) {
    const seen = await holdAll(await gateway({ health: () => Promise.reject(failure(code)) }));
    expect(seen).toContain("/gateway/status GET 500");
    expect(seen).toContain("/readyz GET 503");
  }
  const grown = { stat: async () => undefined, open: () => Promise.reject(failure(undefined)) };
  const read = () => Promise.reject(failure("object_too_large"));
  const seen = await holdAll(await gateway({ objects: { ...grown, read } }), OBJECT_ASKS);
  expect(seen).toContain("/v1/artifacts/{digest} GET 500");
  expect(await holdAll(await gateway({}, false), OBJECT_ASKS)).toContain("/v1/artifacts/{digest} GET 500");
});

function failure(code: string | undefined): Error {
  return code === undefined ? new TypeError("a bug") : new PortError(code as PortErrorCode, "somewhere", "it failed");
}
