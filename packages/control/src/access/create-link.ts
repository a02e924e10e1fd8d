/** Makes an invitation for one key: recorded first, without anything by which somebody could use or burn it. */
import { toBase64url } from "@tau-edge/encoding";
import { checkName, IdentityError, linkCheck, parseDidKey, writeBootstrapLink } from "@tau-edge/identity";
import { type AgentScope, type LinkRow, PortError } from "@tau-edge/ports";
import {
  LINK_TTL_S_DEFAULT,
  LINK_TTL_S_MAX,
  LINK_TTL_S_MIN,
  OPEN_LINKS_MAX,
  ROTATION_ATTEMPTS_MAX,
} from "../limits.ts";
import type { CreatedLink, CreateLink } from "./access-acts.ts";
import type { AccessContext } from "./access-context.ts";
import { appendAct } from "./append-act.ts";
import { bootstrapKey } from "./bootstrap-key.ts";
import { draftLinkCreated, draftLinkRevoked, linkRef } from "./link-records.ts";
import { refuseAccess } from "./refusals.ts";
import { isAgentScope, isScopeWord, LINK_SCOPES } from "./scopes.ts";

const ID_BYTES = 12;
const SECRET_BYTES = 32;

type Refusal = Exclude<CreatedLink, { readonly outcome: "created" }>;

/** @throws IdentityError `link_insecure` where agents would reach the gateway in clear, and not on this machine */
export async function createLink(request: CreateLink, context: AccessContext): Promise<CreatedLink> {
  const { directory, clock } = context.ports;
  const scopes = scopesOfLink(request.scopes);
  if ("outcome" in scopes) return scopes;
  const refusal = (await refusalOf(request, context)) ?? (await refusalOfDid(request, context));
  if (refusal !== undefined) return refusal;
  for (let attempt = 0; attempt < ROTATION_ATTEMPTS_MAX; attempt += 1) {
    const { epoch } = await directory.facts();
    const made = await tryToMake(request, scopes, context);
    if (made.outcome === "refused" || (await directory.facts()).epoch === epoch) return made;
    // A rotation in between voids all links, and this one came in behind it.
    await directory.revokeLink(made.link_id, clock.nowUnixMs());
  }
  throw new PortError("store_unavailable", "links", "Somebody rotated in between every time");
}

async function tryToMake(
  request: CreateLink,
  scopes: readonly AgentScope[],
  context: AccessContext,
): Promise<CreatedLink> {
  const { directory, clock, derivation } = context.ports;
  const { subject, expected_did, ttl_s = LINK_TTL_S_DEFAULT, gateway_url: gateway, actor } = request;
  const link_id = newLinkId(context.ports.randomBytes(ID_BYTES));
  const secret = toBase64url(context.ports.randomBytes(SECRET_BYTES));
  const { pin } = await context.gateway.identity();
  const url = writeBootstrapLink({ gateway, link_id, secret, pin });
  const check = linkCheck(await bootstrapKey(context), link_id, secret);
  const created_unix_ms = clock.nowUnixMs();
  const expires_unix_ms = created_unix_ms + ttl_s * 1_000;
  const facts = { subject, scopes, ...(expected_did !== undefined && { expected_did }), expires_unix_ms };
  const link_ref = linkRef(link_id, derivation.sha256);
  await appendAct(request, () => draftLinkCreated({ link_ref, ...facts }, actor), context);
  const row: LinkRow = { link_id, check, ...facts, created_unix_ms, created_by: actor.id };
  if ((await directory.addLink(row, { open_links_max: OPEN_LINKS_MAX })) === "added")
    return { outcome: "created", link_id, url, expires_unix_ms, scopes };
  await appendAct(request, () => draftLinkRevoked(link_ref, actor), context);
  return refuseAccess("links_full");
}

/** Begins with a letter: `bootstrap revoke` would take an id that begins with `-` for an option. */
function newLinkId(bytes: Uint8Array): string {
  const [first = 0, ...rest] = bytes;
  return toBase64url(Uint8Array.of(first & 0x7f, ...rest));
}

function scopesOfLink(words: readonly string[] = LINK_SCOPES): readonly AgentScope[] | Refusal {
  if (words.length === 0) return refuseAccess("scope_missing");
  if (!words.every(isScopeWord)) return refuseAccess("scope_unknown");
  const scopes = [...new Set(words)];
  return scopes.every(isAgentScope) ? scopes : refuseAccess("scope_not_for_agents");
}

async function refusalOf(
  { subject, ttl_s = LINK_TTL_S_DEFAULT }: CreateLink,
  { ports }: AccessContext,
): Promise<Refusal | undefined> {
  if (!isSubject(subject)) return refuseAccess("subject_malformed");
  if (!Number.isInteger(ttl_s) || ttl_s < LINK_TTL_S_MIN || ttl_s > LINK_TTL_S_MAX)
    return refuseAccess("ttl_out_of_range");
  const links = await ports.directory.links(ports.clock.nowUnixMs());
  return links.filter(({ state }) => state === "open").length >= OPEN_LINKS_MAX
    ? refuseAccess("links_full")
    : undefined;
}

async function refusalOfDid({ expected_did }: CreateLink, context: AccessContext): Promise<Refusal | undefined> {
  if (expected_did === undefined) return undefined;
  if (!isDidKey(expected_did)) return refuseAccess("expected_did_malformed");
  const agent = await context.ports.directory.agent(expected_did);
  const { revokedDids } = await context.system.refresh();
  return agent?.revoked_unix_ms !== undefined || revokedDids.has(expected_did)
    ? refuseAccess("agent_revoked")
    : undefined;
}

function isSubject(text: string): boolean {
  return isSound(() => checkName("subject", text));
}

function isDidKey(text: string): boolean {
  return isSound(() => parseDidKey(text));
}

function isSound(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof IdentityError) return false;
    throw error;
  }
}
