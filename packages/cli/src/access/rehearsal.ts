/**
 * A dry run: the same use cases, over a copy in memory of what the lists show. It refuses by the same rules, and writes
 * nothing anywhere; the secrets that it makes open nothing and are not shown.
 */

import { randomBytes } from "node:crypto";
import { MemoryAgentDirectory, MemoryLedgerStore } from "@tau-edge/adapter-memory";
import { NATIVE_KEY_DERIVATION, systemClock } from "@tau-edge/adapter-node";
import { importAgentKey } from "@tau-edge/adapter-webcrypto";
import { type ConfiguredOwner, makeAccess, type TokenView } from "@tau-edge/control";
import { encodeUtf8, sha256, toBase64url } from "@tau-edge/encoding";
import type { AgentRow, LinkView } from "@tau-edge/ports";
import { localActor } from "../local-actor.ts";
import { type AccessDesk, deskOf } from "./access-desk.ts";
import type { AccessSource } from "./access-source.ts";

export interface Rehearsed {
  readonly links?: readonly LinkView[];
  readonly agents?: readonly AgentRow[];
  readonly tokens?: readonly TokenView[];
  /** The kind of the owner's credential, where a rotation is asked for. */
  readonly owner?: ConfiguredOwner["kind"];
}

export async function rehearse(
  { gatewayUrl }: Pick<AccessSource, "gatewayUrl">,
  { links = [], agents = [], tokens = [], owner }: Rehearsed,
): Promise<AccessDesk> {
  const directory = new MemoryAgentDirectory();
  for (const agent of agents) await copyAgent(agent, directory);
  for (const link of links) await copyLink(link, directory);
  // `current` first, as the lists have them: the second of a name becomes its next one.
  for (const { name, slot, ...row } of tokens)
    await directory.addOperatorToken({ name, slot, ...row, token_hash: sha256(encodeUtf8(`${name} ${slot}`)) });
  const access = makeAccess(
    {
      ...{ directory, ledger: new MemoryLedgerStore(), clock: systemClock, derivation: NATIVE_KEY_DERIVATION },
      randomBytes: (count) => new Uint8Array(randomBytes(count)),
      openSigner: importAgentKey,
    },
    {
      ...{ network: "tau-devnet", loopback: false },
      configured: () =>
        owner === undefined ? {} : { owner: { kind: owner, secret: toBase64url(new Uint8Array(randomBytes(32))) } },
    },
  );
  return deskOf(access, { actor: localActor(), gatewayUrl });
}

/** A link that is over need not be copied with its end: it only has to be known, and not open. */
async function copyLink(link: LinkView, directory: MemoryAgentDirectory): Promise<void> {
  const { state, used_by: _by, used_unix_ms: _at, wrong_secrets: _wrong, second_uses: _again, ...row } = link;
  await directory.addLink({ ...row, check: new Uint8Array(32) }, { open_links_max: Number.MAX_SAFE_INTEGER });
  if (state !== "open") await directory.revokeLink(row.link_id, row.created_unix_ms);
}

/** As it came in: by a link, which it used up. */
async function copyAgent(agent: AgentRow, directory: MemoryAgentDirectory): Promise<void> {
  const { did, subject, scopes, assurance, registered_unix_ms: now_unix_ms, revoked_unix_ms } = agent;
  const link_id = `rehearsal ${did}`;
  const check = new Uint8Array(32);
  const access = { token_hash: sha256(encodeUtf8(did)), expires_unix_ms: now_unix_ms + 1 };
  const link = { ...{ link_id, check, subject, scopes }, created_by: "rehearsal", created_unix_ms: now_unix_ms };
  await directory.addLink({ ...link, expires_unix_ms: now_unix_ms + 1 }, { open_links_max: Number.MAX_SAFE_INTEGER });
  const limits = { repeat_ms: 0, tries_max: 1, agents_max: Number.MAX_SAFE_INTEGER };
  await directory.exchange({ ...{ link_id, check, did, jkt: did, assurance, access, now_unix_ms }, ...limits });
  if (revoked_unix_ms !== undefined) await directory.revokeAgent(did, revoked_unix_ms);
}
