/**
 * A link becomes an agent (identity.md 3.5). Link and agent change in one transaction of the directory; outward every
 * refusal is the same one, and the reason goes to the log.
 */
import { IdentityError, jwkThumbprint, linkCheck, parseDidKey } from "@tau-edge/identity";
import type { ExchangeRefusal } from "@tau-edge/ports";
import { AGENTS_MAX, EXCHANGE_REPEAT_MS, LINK_TRIES_MAX } from "../limits.ts";
import type { ExchangeLink, ExchangeResult } from "./access-acts.ts";
import type { AccessContext } from "./access-context.ts";
import { bootstrapKey } from "./bootstrap-key.ts";
import { devAllowed, isDevKey } from "./dev-keys.ts";
import { grantOf, offerAccess } from "./grant.ts";
import { linkRef } from "./link-records.ts";
import { type RefusedAccess, refuseAccess } from "./refusals.ts";

/** Whatever was sent in the place of an id: the log says no more of it. */
const LINK_ID_CHARS_MAX = 64;

export async function exchange(request: ExchangeLink, context: AccessContext): Promise<ExchangeResult> {
  const { link_id, secret, did, jkt } = request;
  if (!isWellFormed(request, context)) return refused("malformed", request, context);
  // All of the work comes before any answer, so that how long one takes says nothing.
  const known = await context.system.refresh();
  const check = linkCheck(await bootstrapKey(context), link_id, secret);
  const dev = (await isDevKey(did, known, context)) || request.assurance === "dev";
  const offered = offerAccess(context);
  if (dev && !devAllowed(context.config)) return refused("dev_refused", request, context);
  // The ledger remembers it even where somebody deleted the directory.
  if (known.revokedDids.has(did)) return refused("revoked", request, context);
  const outcome = await context.ports.directory.exchange({
    ...{ link_id, check, did, jkt, assurance: dev ? "dev" : "strong" },
    ...{ access: offered.access, now_unix_ms: offered.now_unix_ms },
    ...{ repeat_ms: EXCHANGE_REPEAT_MS, tries_max: LINK_TRIES_MAX, agents_max: AGENTS_MAX },
  });
  if (outcome.outcome === "refused") {
    const refusal = refused(outcome.reason, request, context);
    await tellOfLeak(outcome.reason, request, context);
    return refusal;
  }
  return { outcome: outcome.outcome, grant: await grantOf(outcome.agent, offered, request, context) };
}

/** Whoever calls has read and verified a proof; that DID and thumbprint are of one key is too important to be believed. */
function isWellFormed({ link_id, secret, did, jkt }: ExchangeLink, { ports }: AccessContext): boolean {
  if (!/^[A-Za-z0-9_-]{16}$/.test(link_id) || !/^[A-Za-z0-9_-]{43}$/.test(secret)) return false;
  try {
    return jwkThumbprint(parseDidKey(did).publicKey, ports.derivation.sha256) === jkt;
  } catch (error) {
    if (error instanceof IdentityError) return false;
    throw error;
  }
}

function refused(
  reason: ExchangeRefusal | "malformed" | "dev_refused",
  { link_id, did }: ExchangeLink,
  { ports }: AccessContext,
): RefusedAccess<"invalid_grant"> {
  const link_ref = linkRef(link_id.slice(0, LINK_ID_CHARS_MAX), ports.derivation.sha256);
  ports.onEvent?.({ code: "exchange_refused", link_ref, did, reason });
  return refuseAccess("invalid_grant");
}

/** The secret was right, and it is not the key that the link let in or was made for. */
async function tellOfLeak(
  reason: ExchangeRefusal,
  { link_id, did }: ExchangeLink,
  { ports }: AccessContext,
): Promise<void> {
  if (reason !== "used" && reason !== "other_did") return;
  const links = await ports.directory.links(ports.clock.nowUnixMs());
  if (links.find((link) => link.link_id === link_id)?.used_by === did) return;
  ports.onEvent?.({ code: "link_used_again", link_ref: linkRef(link_id, ports.derivation.sha256), did });
}
