/** What has been packaged: blueprints, and the deliverables of one. */
import type { Deliverable } from "@tau-edge/control";
import { z } from "zod";
import { LEDGER_PROBLEMS } from "../problems/problem-sets.ts";
import { PageQuerySchema, readQuery } from "../request/query.ts";
import type { Call, Route } from "../route.ts";
import { DigestSchema } from "./objects.ts";

const DeliverableSchema = z.object({
  artifact: DigestSchema,
  manifest: DigestSchema,
  artifact_url: z.string(),
  manifest_url: z.string(),
  artifact_size_bytes: z.int().min(0),
  manifest_size_bytes: z.int().min(0),
  artifact_kind: z.enum(["module", "component"]),
  file_name: z.string(),
  profile_id: z.string(),
  runtime_profile: z.string(),
  policy_revision: z.string(),
  environment: z.string(),
  packaged_at_unix_ms: z.int(),
  seq: z.int().min(0).meta({ description: "Of the ledger record that says so" }),
  record_hash: z.string().regex(/^[0-9a-f]{64}$/),
});

export const DeliverablePageSchema = z.object({
  schema_version: z.literal(1),
  blueprint_id: z.string(),
  deliverables: z.array(DeliverableSchema).meta({ description: "Newest first" }),
  next_cursor: z.string().optional(),
});

export const BlueprintPageSchema = z.object({
  schema_version: z.literal(1),
  blueprints: z
    .array(
      z.object({
        blueprint_id: z.string(),
        deliverable_count: z.int().min(1),
        deliverables_url: z.string(),
        latest: DeliverableSchema,
      }),
    )
    .meta({ description: "Sorted by id" }),
  next_cursor: z.string().optional(),
});

export const blueprintsRoute: Route = {
  method: "GET",
  path: "/v1/blueprints",
  operationId: "listBlueprints",
  summary: "Blueprints that have a deliverable",
  audience: "listing",
  reads: "status:read",
  query: PageQuerySchema,
  answers: { 200: { description: "A page", content: { "application/json": { schema: "BlueprintPage" } } } },
  problems: ["query_invalid", ...LEDGER_PROBLEMS],
  async answer(call) {
    const query = readQuery(call, PageQuerySchema);
    if (query === undefined) return call.problem("query_invalid");
    const byBlueprint = Map.groupBy(await call.services.catalog.all(), (entry) => entry.blueprint_id);
    const { cursor, limit } = query;
    // Ids are sorted, so a page starts after the id that the cursor names even when that blueprint is gone.
    const rest = [...byBlueprint].filter(([id]) => cursor === undefined || id > cursor);
    const page = rest.slice(0, limit).flatMap(([blueprint_id, [newest, ...older]]) =>
      newest === undefined
        ? []
        : [
            {
              blueprint_id,
              deliverable_count: 1 + older.length,
              deliverables_url: at(call, `/v1/blueprints/${blueprint_id}/deliverables`),
              latest: show(call, newest),
            },
          ],
    );
    const last = rest.length > limit ? page.at(-1)?.blueprint_id : undefined;
    const document: z.infer<typeof BlueprintPageSchema> = {
      schema_version: 1,
      blueprints: page,
      ...(last === undefined ? {} : { next_cursor: last }),
    };
    return call.json(200, document);
  },
};

export const deliverablesRoute: Route = {
  method: "GET",
  path: "/v1/blueprints/:blueprint_id/deliverables",
  operationId: "listDeliverables",
  summary: "Deliverables of a blueprint, newest first",
  audience: "listing",
  reads: "status:read",
  params: { blueprint_id: { schema: z.string(), description: "The blueprint" } },
  query: PageQuerySchema,
  answers: { 200: { description: "A page", content: { "application/json": { schema: "DeliverablePage" } } } },
  problems: ["query_invalid", "cursor_unknown", "blueprint_unknown", ...LEDGER_PROBLEMS],
  async answer(call) {
    const query = readQuery(call, PageQuerySchema);
    if (query === undefined) return call.problem("query_invalid");
    const blueprintId = call.c.req.param("blueprint_id") ?? "";
    const all = await call.services.catalog.deliverables(blueprintId);
    if (all.length === 0) return call.problem("blueprint_unknown");
    const { cursor, limit } = query;
    // The cursor is the record that a page ended with: what is packaged meanwhile comes before it and moves nothing.
    const start = cursor === undefined ? 0 : all.findIndex((entry) => entry.record_hash === cursor) + 1;
    if (cursor !== undefined && start === 0) return call.problem("cursor_unknown");
    const page = all.slice(start, start + limit);
    const last = start + limit < all.length ? page.at(-1)?.record_hash : undefined;
    const document: z.infer<typeof DeliverablePageSchema> = {
      schema_version: 1,
      blueprint_id: blueprintId,
      deliverables: page.map((entry) => show(call, entry)),
      ...(last === undefined ? {} : { next_cursor: last }),
    };
    return call.json(200, document);
  },
};

function show(call: Call, entry: Deliverable): z.infer<typeof DeliverableSchema> {
  return {
    artifact: entry.artifact,
    manifest: entry.manifest,
    artifact_url: at(call, `/v1/artifacts/${entry.artifact}`),
    manifest_url: at(call, `/v1/manifests/${entry.manifest}`),
    artifact_size_bytes: entry.artifact_size_bytes,
    manifest_size_bytes: entry.manifest_size_bytes,
    artifact_kind: entry.artifact_kind,
    file_name: entry.file_name,
    profile_id: entry.profile_id,
    runtime_profile: entry.runtime_profile,
    policy_revision: entry.policy_revision,
    environment: entry.environment,
    packaged_at_unix_ms: entry.packaged_at_unix_ms,
    seq: entry.seq,
    record_hash: entry.record_hash,
  };
}

/** Absolute only if the operator said what the gateway is called; the Host field is never trusted for that. */
function at(call: Call, path: string): string {
  return `${call.services.config.publicBaseUrl ?? ""}${path}`;
}
