/** Releases of a blueprint: a manifest and where it came from. */
import { releaseSchema } from "@tau-edge/rollout";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { LEDGER_PROBLEMS, WRITE_PROBLEMS } from "../problems/problem-sets.ts";
import { postRoute } from "../request/post-route.ts";
import type { Route } from "../route.ts";
import { answerResult, refusedOr } from "./command-answer.ts";

export const CreateReleaseSchema = releaseSchema.omit({ v: true, profile_id: true });

export const createReleaseRoute = postRoute({
  path: "/v1/releases",
  operationId: "createRelease",
  summary: "Records a release of a packaged manifest; the same one twice is one",
  scope: "manifest:write",
  body: { schema: CreateReleaseSchema, name: "CreateRelease", bytesMax: LIMITS.command_bytes_max },
  answers: refusedOr("CreateReleaseResult", "The release"),
  problems: WRITE_PROBLEMS,
  answer: async (call, body, rollouts) => answerResult(call, await rollouts.createRelease(body)),
});

export const releasesRoute: Route = {
  method: "GET",
  path: "/v1/blueprints/:blueprint_id/releases",
  operationId: "listReleases",
  summary: "Releases of a blueprint, newest first",
  audience: "listing",
  reads: "status:read",
  params: { blueprint_id: { schema: z.string(), description: "The blueprint" } },
  answers: { 200: { description: "All of them", content: { "application/json": { schema: "ReleaseList" } } } },
  problems: LEDGER_PROBLEMS,
  async answer(call) {
    const blueprint = call.c.req.param("blueprint_id") ?? "";
    return call.json(200, await call.services.rollouts.reading.releases(blueprint));
  },
};
