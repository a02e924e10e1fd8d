/** What an operator can set, checked once at start: an unknown key or an unsafe value is refused there. */
import { isGatewayBase } from "@tau-edge/identity";
import { z } from "zod";
import { isHostName } from "./http/hosts.ts";
import { LIMITS } from "./limits.ts";
import { GATEWAY_VERSION } from "./version.ts";

export const GatewayConfigSchema = z.strictObject({
  /** Version of the program, as `/gateway/status` shows it. */
  version: z.string().min(1).max(64).default(GATEWAY_VERSION),
  /** What clients reach it under, without a trailing slash. Never taken from the Host field. */
  publicBaseUrl: z
    .url({ protocol: /^https?$/ })
    .refine(
      isGatewayBase,
      "must be written as links and proofs have it: in lower case, without a user, a default port, a slash at its end, a query or a fragment",
    )
    .optional(),
  /** Names that the gateway answers for, without port; `any` where the platform routes by name. */
  allowedHosts: z.union([
    z.literal("any"),
    z.array(z.string().max(255).refine(isHostName, "must be a host name without a port, IPv6 in brackets")).min(1),
  ]),
  /**
   * `objects`: pages of any origin may read what they know the digest of, and nothing that lists.
   * `all`: they may read everything that is public.
   */
  cors: z.enum(["objects", "all"]).default("objects"),
  /** Memory for objects that are asked for often: the largest one that is kept, and all together. 0 streams everything. */
  hotObjectBytesMax: z.int().min(0).max(LIMITS.hot_object_bytes_max).default(LIMITS.hot_object_bytes_max),
  hotObjectsBytesMax: z.int().min(0).max(LIMITS.hot_objects_bytes_max).default(LIMITS.hot_objects_bytes_max),
  /** Longest time that a client goes on with the release it was told; it asks again before. */
  resolveSeconds: z.int().min(1).max(LIMITS.resolve_seconds_max).default(LIMITS.resolve_seconds_default),
  /** How often the ledger is looked at while somebody watches a rollout. */
  lookMs: z.int().min(10).max(10_000).default(LIMITS.look_ms),
  /** After which whoever watches has to come again. */
  watchSeconds: z.int().min(1).max(LIMITS.watch_seconds_max).default(LIMITS.watch_seconds_max),
});

export type GatewayConfigInput = z.input<typeof GatewayConfigSchema>;
export type GatewayConfig = z.output<typeof GatewayConfigSchema>;
