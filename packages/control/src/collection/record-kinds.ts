/** What the types of records mean for a collection. A type that stands in none of these lists is unknown: it keeps. */
import { CLOCK_ACCEPTED } from "../clock-record.ts";
import { DID_INITIALIZED } from "../did-record.ts";
import { BLUEPRINT_FROZEN, BLUEPRINT_RELEASED } from "../rollouts/freeze-record.ts";
import {
  COLLECTION_PLANNED,
  OBJECTS_COLLECTED,
  OBJECTS_CONDEMNED,
  RETENTION_LENGTHENED,
} from "./collection-records.ts";

/** Records that tell what was done, and are asked again: what they name is kept for ever. */
export const AUDIT_TYPES: ReadonlySet<string> = new Set([
  ...[OBJECTS_CONDEMNED, OBJECTS_COLLECTED, COLLECTION_PLANNED, RETENTION_LENGTHENED],
  ...[BLUEPRINT_FROZEN, BLUEPRINT_RELEASED, DID_INITIALIZED],
  ...["bootstrap_link_created", "bootstrap_link_revoked", "agent_revoked", "token_created", "token_revoked"],
  ...["credentials_rotated", "rotation_settled"],
  ...["backup_drilled", "migrated", "recovery_proven"],
]);

/** Stands beside others in one append, and names what they name. */
export const COMPANION_TYPE = CLOCK_ACCEPTED;

/** Steps of rollouts. */
export const TRACE_TYPES: ReadonlySet<string> = new Set([
  ...["run_header", "iter", "rollback", "prepare", "finalize", "run_end", "revalidated"],
]);
