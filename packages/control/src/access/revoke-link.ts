/** Ends an invitation that nobody has used yet. */

import type { RevokedLink, RevokeLink } from "./access-acts.ts";
import type { AccessContext } from "./access-context.ts";
import { appendAct } from "./append-act.ts";
import { draftLinkRevoked, linkRef } from "./link-records.ts";
import { refuseAccess } from "./refusals.ts";

export async function revokeLink(request: RevokeLink, context: AccessContext): Promise<RevokedLink> {
  const { directory, clock, derivation } = context.ports;
  const { link_id, actor } = request;
  const links = await directory.links(clock.nowUnixMs());
  const link = links.find((one) => one.link_id === link_id);
  if (link === undefined) return refuseAccess("link_unknown");
  if (link.state !== "open") return { outcome: "unchanged" };
  await appendAct(request, () => draftLinkRevoked(linkRef(link_id, derivation.sha256), actor), context);
  return { outcome: (await directory.revokeLink(link_id, clock.nowUnixMs())) ? "revoked" : "unchanged" };
}
