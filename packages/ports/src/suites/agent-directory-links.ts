/** What a directory promises about links: one use, five wrong secrets, no way back. */
import type { AgentDirectory } from "../agent-directory.ts";
import {
  accessFound,
  type DirectoryTest,
  didOf,
  exchanged,
  exchangeOf,
  goodTokens,
  LINKS,
  linkOf,
  linkSeen,
  NOW,
  REPEAT_MS,
  register,
  renewalOf,
  said,
  sorted,
  TRIES_MAX,
  TTL_MS,
  WRONG_SECRET,
} from "./agent-directory-samples.ts";
import { check, checkEqual } from "./check.ts";

export function linkTests(test: DirectoryTest): void {
  test("is empty at first", async ({ directory }) => {
    const { epoch, owner, retired, bootstrap_key } = await directory.facts();
    checkEqual({ epoch, owner, retired, bootstrap_key }, { epoch: 0, retired: [] }, "facts");
    checkEqual(await directory.links(NOW), [], "links");
    checkEqual(await directory.agents(undefined, 10), [], "agents");
    checkEqual(await directory.operatorTokens(), [], "tokens");
    checkEqual(await accessFound(directory, 1), undefined, "access");
    checkEqual(await exchanged(directory, exchangeOf(1, 1, 1)), "unknown", "a link that was never made");
    check(!(await directory.revokeLink("link-1", NOW)), "there is none to revoke");
  });

  test("lists links without their secret, the latest first, in every process", async (harness) => {
    const { directory } = harness;
    await directory.addLink(linkOf(1), LINKS);
    await directory.addLink(linkOf(2, { expected_did: didOf(7), scopes: [] }), LINKS);
    const { check: _first, ...first } = linkOf(1);
    const { check: _second, ...second } = linkOf(2, { expected_did: didOf(7), scopes: [] });
    const unused = { state: "open", wrong_secrets: 0, second_uses: 0 };
    for (const each of [directory, await harness.reopen()]) {
      const links = await each.links(NOW);
      checkEqual(sorted(links[0]), sorted({ ...second, ...unused }), "the second");
      checkEqual(sorted(links[1]), sorted({ ...first, ...unused }), "the first");
    }
  });

  test("keeps a link that is there when another one of its id comes", async ({ directory }) => {
    await directory.addLink(linkOf(1), LINKS);
    const again = directory.addLink(linkOf(1, { check: linkOf(2).check, scopes: ["status:read"] }), LINKS);
    check((await again.catch((error: unknown) => error)) instanceof RangeError, "it is refused");
    checkEqual(await exchanged(directory, exchangeOf(1, 1, 1)), "registered", "the secret of the first");
  });

  test("takes no secret that is shorter than a hash", async ({ directory }) => {
    const empty = new Uint8Array(0);
    const added = directory.addLink(linkOf(1, { check: empty }), LINKS);
    check((await added.catch((error: unknown) => error)) instanceof RangeError, "no link has an empty check");
    await directory.addLink(linkOf(2), LINKS);
    const asked = directory.exchange(exchangeOf(2, 2, 2, { check: empty }));
    check((await asked.catch((error: unknown) => error)) instanceof RangeError, "nobody shows an empty check");
  });

  test("lets the first key in: link used, agent registered, access good, all at once", async (harness) => {
    const { directory } = harness;
    await directory.addLink(linkOf(1), LINKS);
    const outcome = await directory.exchange(exchangeOf(1, 4, 9, { now_unix_ms: NOW + 5 }));
    const agent = {
      did: didOf(4),
      subject: "agent-1",
      scopes: linkOf(1).scopes,
      assurance: "strong",
      registered_unix_ms: NOW + 5,
      renewed_unix_ms: NOW + 5,
      states: [],
    };
    checkEqual(sorted(outcome), sorted({ outcome: "registered", agent }), "outcome");
    for (const each of [directory, await harness.reopen()]) {
      checkEqual(sorted(await each.agent(didOf(4))), sorted(agent), "the agent");
      checkEqual(
        sorted(await accessFound(each, 9)),
        sorted({
          did: didOf(4),
          jkt: "thumbprint-4",
          scopes: linkOf(1).scopes,
          expires_unix_ms: exchangeOf(1, 4, 9, { now_unix_ms: NOW + 5 }).access.expires_unix_ms,
        }),
        "the access",
      );
      const link = await linkSeen(each, 1);
      checkEqual([link.state, link.used_by, link.used_unix_ms], ["used", didOf(4), NOW + 5], "the link");
    }
  });

  test("lets exactly one of two hundred keys in, over all processes", async (harness) => {
    const processes = [harness.directory, await harness.reopen(), await harness.reopen()];
    await harness.directory.addLink(linkOf(1), LINKS);
    const keys = Array.from({ length: 200 }, (_, nth) => nth);
    const outcomes = await Promise.all(
      keys.map((key) => (processes[key % 3] ?? harness.directory).exchange(exchangeOf(1, key, key))),
    );
    const winners = keys.filter((key) => outcomes[key]?.outcome === "registered");
    checkEqual(winners.length, 1, "keys that were let in");
    checkEqual(outcomes.map(said).filter((word) => word === "used").length, keys.length - 1, "keys that came too late");
    checkEqual((await harness.directory.agents(undefined, 300)).length, 1, "agents");
    checkEqual(await goodTokens(harness.directory, keys), winners, "tokens that are good");
    checkEqual((await linkSeen(harness.directory, 1)).second_uses, keys.length - 1, "second uses");
  });

  test("keeps nothing of an exchange or a renewal that fails on its way", async ({ directory }) => {
    await register(directory, 1, 10);
    await directory.addLink(linkOf(2), LINKS);
    // The token of another agent: nobody gives one hash twice, so this can only be refused.
    const exchange = directory.exchange(exchangeOf(2, 2, 10));
    check((await exchange.catch((error: unknown) => error)) instanceof RangeError, "the exchange fails");
    await register(directory, 3, 30);
    const renewal = directory.renew(renewalOf(3, 10, NOW + 1));
    check((await renewal.catch((error: unknown) => error)) instanceof RangeError, "the renewal fails");
    checkEqual((await linkSeen(directory, 2)).state, "open", "the link");
    checkEqual(await directory.agent(didOf(2)), undefined, "the agent");
    checkEqual((await accessFound(directory, 10))?.did, didOf(1), "whose token it is");
    checkEqual((await directory.agent(didOf(3)))?.renewed_unix_ms, NOW, "the other agent");
    checkEqual(await exchanged(directory, exchangeOf(2, 2, 20)), "registered", "another try");
  });

  test("gives a lost reply again to the same key for a while, with the new access", async ({ directory }) => {
    await register(directory, 1, 10);
    const late = (seed: number, after_ms: number) => exchangeOf(1, 1, seed, { now_unix_ms: NOW + after_ms });
    const agents_max = 0;
    checkEqual(await exchanged(directory, { ...late(11, REPEAT_MS), agents_max }), "repeated", "at the end of it");
    checkEqual(await goodTokens(directory, [10, 11]), [10, 11], "both are good, one of the replies was lost");
    checkEqual((await directory.agent(didOf(1)))?.renewed_unix_ms, NOW + REPEAT_MS, "renewed");
    checkEqual((await directory.agent(didOf(1)))?.registered_unix_ms, NOW, "registered");
    checkEqual(await exchanged(directory, late(12, REPEAT_MS + 1)), "used", "after it");
    checkEqual(await exchanged(directory, { ...late(13, 1), ...WRONG_SECRET }), "wrong_secret", "without the secret");
    checkEqual(await exchanged(directory, { ...late(14, 1), jkt: "another" }), "other_did", "with another thumbprint");
    checkEqual(await goodTokens(directory, [12, 13, 14]), [], "what was refused is no token");
    const { second_uses, wrong_secrets, state } = await linkSeen(directory, 1);
    checkEqual([second_uses, wrong_secrets, state], [0, 0, "used"], "its own repetition is no second use");
  });

  test("counts another key that has the secret, also when the link has expired since", async ({ directory }) => {
    await register(directory, 1);
    checkEqual(await exchanged(directory, exchangeOf(1, 2, 20)), "used", "another key");
    const later = { now_unix_ms: NOW + TTL_MS + 1 };
    checkEqual(await exchanged(directory, exchangeOf(1, 3, 30, later)), "used", "a third one, later");
    checkEqual((await linkSeen(directory, 1)).second_uses, 2, "second uses");
    checkEqual(await directory.agent(didOf(2)), undefined, "the other key is no agent");
    checkEqual(await goodTokens(directory, [1, 20, 30]), [1], "tokens that are good");
  });

  test("lets nobody but the expected key in, and counts the others", async ({ directory }) => {
    await directory.addLink(linkOf(1, { expected_did: didOf(5) }), LINKS);
    checkEqual(await exchanged(directory, exchangeOf(1, 4, 4)), "other_did", "another key");
    const { state, second_uses } = await linkSeen(directory, 1);
    checkEqual([state, second_uses], ["open", 1], "the link stays open for the right one");
    checkEqual(await exchanged(directory, exchangeOf(1, 5, 5)), "registered", "the expected key");
  });

  test(`burns at wrong secret ${TRIES_MAX}, and the right one comes too late`, async (harness) => {
    const { directory } = harness;
    await directory.addLink(linkOf(1), LINKS);
    for (let nth = 1; nth < TRIES_MAX; nth++) {
      // Each try in another process: the count is in the store.
      const other = await harness.reopen();
      checkEqual(await exchanged(other, exchangeOf(1, nth, nth, WRONG_SECRET)), "wrong_secret", `try ${nth}`);
    }
    const { state, wrong_secrets } = await linkSeen(directory, 1);
    checkEqual([state, wrong_secrets], ["open", TRIES_MAX - 1], "before the last one");
    checkEqual(await exchanged(directory, exchangeOf(1, 9, 9, WRONG_SECRET)), "burned", "the last one");
    checkEqual(await exchanged(directory, exchangeOf(1, 1, 1)), "burned", "the right one");
    checkEqual((await linkSeen(directory, 1)).state, "burned", "state");
    checkEqual(await goodTokens(directory, [1, 2, 3, 4, 9]), [], "tokens that are good");
  });

  test("stays open below the last wrong secret, and a used link does not burn", async ({ directory }) => {
    await directory.addLink(linkOf(1), LINKS);
    for (let nth = 1; nth < TRIES_MAX; nth++) await directory.exchange(exchangeOf(1, nth, nth, WRONG_SECRET));
    checkEqual(await exchanged(directory, exchangeOf(1, 1, 1)), "registered", "the right one");
    for (let nth = 1; nth < TRIES_MAX; nth++) await directory.exchange(exchangeOf(1, nth, nth, WRONG_SECRET));
    checkEqual(await exchanged(directory, exchangeOf(1, 1, 2)), "repeated", "the lost reply");
  });

  test("ends at its time, and wrong secrets are not counted any more", async ({ directory }) => {
    await directory.addLink(linkOf(1), LINKS);
    const end = { now_unix_ms: NOW + TTL_MS };
    checkEqual(await exchanged(directory, exchangeOf(1, 1, 1, end)), "expired", "at its end");
    checkEqual(await exchanged(directory, exchangeOf(1, 1, 1, { ...end, ...WRONG_SECRET })), "expired", "a wrong one");
    checkEqual((await linkSeen(directory, 1, NOW + TTL_MS)).state, "expired", "state at its end");
    checkEqual((await linkSeen(directory, 1, NOW + TTL_MS - 1)).state, "open", "state before it");
    checkEqual((await linkSeen(directory, 1)).wrong_secrets, 0, "wrong secrets");
    check(!(await directory.revokeLink("link-1", NOW + TTL_MS)), "what has expired cannot be revoked");
    const before = { now_unix_ms: NOW + TTL_MS - 1 };
    checkEqual(await exchanged(directory, exchangeOf(1, 1, 1, before)), "registered", "before its end");
  });

  test("is shut when it is revoked", async ({ directory }) => {
    await directory.addLink(linkOf(1), LINKS);
    check(await directory.revokeLink("link-1", NOW), "it was open");
    check(!(await directory.revokeLink("link-1", NOW)), "it is not any more");
    checkEqual(await exchanged(directory, exchangeOf(1, 1, 1)), "revoked", "the right secret");
    checkEqual((await linkSeen(directory, 1)).state, "revoked", "state");
    await register(directory, 2);
    check(!(await directory.revokeLink("link-2", NOW)), "a used one cannot be revoked");
    checkEqual(await goodTokens(directory, [1, 2]), [2], "tokens that are good");
  });

  test("has a limit of open links; used, revoked and expired ones do not count", async ({ directory }) => {
    const limits = { open_links_max: 2 };
    checkEqual(await addAll(directory, [1, 2, 3], limits), ["added", "added", "full"], "the third");
    await directory.exchange(exchangeOf(1, 1, 1));
    checkEqual(await addAll(directory, [3, 4], limits), ["added", "full"], "after one was used");
    await directory.revokeLink("link-2", NOW);
    checkEqual(await addAll(directory, [4, 5], limits), ["added", "full"], "after one was revoked");
    const later = linkOf(5, { created_unix_ms: NOW + TTL_MS, expires_unix_ms: NOW + 2 * TTL_MS });
    checkEqual(await directory.addLink(later, limits), "added", "after all have expired");
    checkEqual(await exchanged(directory, exchangeOf(6, 6, 6)), "unknown", "what was refused is no link");
  });
}

function addAll(directory: AgentDirectory, nths: readonly number[], limits: typeof LINKS): Promise<readonly string[]> {
  return Promise.all(nths.map((nth) => directory.addLink(linkOf(nth), limits)));
}
