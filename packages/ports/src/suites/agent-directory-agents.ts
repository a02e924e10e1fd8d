/** What a directory promises about agents and their access: revoked is revoked, two tokens at most, states bounded. */
import { AGENT_STATE_FRESH_MS, AGENT_STATES_MAX } from "../limits.ts";
import {
  ACCESS_MS,
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
  register,
  renewalOf,
  sorted,
  stateOf,
} from "./agent-directory-samples.ts";
import { check, checkEqual } from "./check.ts";

export function agentTests(test: DirectoryTest): void {
  test("renews an agent's access; two tokens are good at once, and the oldest goes", async ({ directory }) => {
    await register(directory, 1, 10);
    await register(directory, 2, 20);
    const { outcome } = await directory.renew(renewalOf(1, 11, NOW + 5));
    checkEqual(outcome, "renewed", "outcome");
    checkEqual(await goodTokens(directory, [10, 11]), [10, 11], "the one in use and the new one");
    checkEqual((await accessFound(directory, 11))?.expires_unix_ms, NOW + 5 + ACCESS_MS, "its end");
    // One with an earlier end than those before it: the order in which they were given counts.
    await directory.renew(renewalOf(1, 12, NOW - 7));
    checkEqual(await goodTokens(directory, [10, 11, 12, 20]), [11, 12, 20], "the oldest is gone, another's is not");
    const agent = await directory.agent(didOf(1));
    checkEqual([agent?.registered_unix_ms, agent?.renewed_unix_ms], [NOW, NOW - 7], "times");
  });

  test("gives no access to who never registered, or with another thumbprint", async ({ directory }) => {
    await register(directory, 1, 10);
    checkEqual(await directory.renew(renewalOf(2, 20)), { outcome: "refused", reason: "unknown" }, "a stranger");
    const other = await directory.renew({ ...renewalOf(1, 11), jkt: "another" });
    checkEqual(other, { outcome: "refused", reason: "unknown" }, "another thumbprint");
    checkEqual(await goodTokens(directory, [10, 11, 20]), [10], "tokens that are good");
  });

  test("ends the access of a revoked agent at once, in every process, and never lets it in again", async (harness) => {
    const { directory } = harness;
    const other = await harness.reopen();
    await register(directory, 1, 10);
    await directory.renew(renewalOf(1, 11));
    await register(directory, 2, 20);
    checkEqual(await goodTokens(other, [10, 11, 20]), [10, 11, 20], "before");
    check(await directory.revokeAgent(didOf(1), NOW + 1), "it was not revoked");
    check(!(await directory.revokeAgent(didOf(1), NOW + 2)), "it is now");
    for (const each of [directory, other]) {
      checkEqual(await goodTokens(each, [10, 11, 20]), [20], "tokens that are good");
      checkEqual((await each.agent(didOf(1)))?.revoked_unix_ms, NOW + 1, "since when");
      const renewed = await each.renew(renewalOf(1, 12));
      checkEqual(renewed, { outcome: "refused", reason: "revoked" }, "it cannot renew");
    }
    checkEqual(await exchanged(directory, exchangeOf(1, 1, 13)), "revoked", "nor hear its reply again");
    await directory.addLink(linkOf(3), LINKS);
    checkEqual(await exchanged(directory, exchangeOf(3, 1, 14)), "revoked", "nor use another link");
    checkEqual((await linkSeen(directory, 3)).state, "open", "which stays open for others");
    checkEqual(await goodTokens(other, [10, 11, 12, 13, 14]), [], "tokens that are good");
  });

  test("remembers as revoked who has never registered", async (harness) => {
    check(await harness.directory.revokeAgent(didOf(1), NOW), "it was not revoked");
    const other = await harness.reopen();
    await other.addLink(linkOf(1), LINKS);
    checkEqual(await exchanged(other, exchangeOf(1, 1, 1)), "revoked", "its link");
    checkEqual(await other.agents(undefined, 10), [], "it is no agent");
  });

  test("registers an agent anew by another link: its scopes, its subject, and no token from before", async (harness) => {
    const { directory } = harness;
    await register(directory, 1, 10);
    await directory.addLink(linkOf(2, { scopes: ["status:read"] }), LINKS);
    checkEqual(await exchanged(directory, exchangeOf(2, 1, 11, { now_unix_ms: NOW + 9 })), "registered", "outcome");
    const agent = await directory.agent(didOf(1));
    checkEqual(
      [agent?.subject, agent?.scopes, agent?.registered_unix_ms],
      ["agent-2", ["status:read"], NOW + 9],
      "agent",
    );
    checkEqual(await goodTokens(directory, [10, 11]), [11], "tokens that are good");
    checkEqual((await accessFound(directory, 11))?.scopes, ["status:read"], "what the token may do");
  });

  test("knows a key that can be guessed for ever, whatever it says of itself later", async ({ directory }) => {
    await directory.addLink(linkOf(1), LINKS);
    await directory.addLink(linkOf(2), LINKS);
    await directory.exchange(exchangeOf(1, 1, 1, { assurance: "dev" }));
    await directory.exchange(exchangeOf(2, 1, 2, { assurance: "strong" }));
    checkEqual((await directory.agent(didOf(1)))?.assurance, "dev", "assurance");
  });

  test("refuses a DID with another thumbprint than it registered with", async ({ directory }) => {
    await register(directory, 1, 10);
    await directory.addLink(linkOf(2), LINKS);
    checkEqual(await exchanged(directory, exchangeOf(2, 1, 11, { jkt: "another" })), "other_did", "outcome");
    checkEqual((await linkSeen(directory, 2)).state, "open", "the link");
    checkEqual(await goodTokens(directory, [10, 11]), [10], "tokens that are good");
  });

  test("has a limit of agents; revoked ones do not count, and known ones may come again", async ({ directory }) => {
    const limits = { agents_max: 2 };
    for (const nth of [1, 2, 3, 4, 5]) await directory.addLink(linkOf(nth), LINKS);
    for (const nth of [1, 2]) await directory.exchange(exchangeOf(nth, nth, nth, limits));
    checkEqual(await exchanged(directory, exchangeOf(3, 3, 3, limits)), "agents_full", "the third");
    checkEqual((await linkSeen(directory, 3)).state, "open", "its link can be used later");
    checkEqual(await exchanged(directory, exchangeOf(4, 2, 4, limits)), "registered", "a known one by another link");
    await directory.revokeAgent(didOf(1), NOW);
    checkEqual(await exchanged(directory, exchangeOf(3, 3, 3, limits)), "registered", "in the place of a revoked one");
    checkEqual(await exchanged(directory, exchangeOf(5, 5, 5, limits)), "agents_full", "one more");
    checkEqual(await goodTokens(directory, [1, 2, 3, 4, 5]), [3, 4], "tokens that are good");
  });

  test("lists agents by DID, page by page, revoked ones too", async ({ directory }) => {
    for (const nth of [3, 1, 2, 5, 4]) await register(directory, nth);
    await directory.revokeAgent(didOf(2), NOW);
    const pages = [await directory.agents(undefined, 2)];
    for (const _ of [1, 2, 3]) pages.push(await directory.agents(pages.at(-1)?.at(-1)?.did ?? "", 2));
    const dids = pages.slice(0, 3).map((page) => page.map(({ did }) => did));
    checkEqual(dids, [[didOf(1), didOf(2)], [didOf(3), didOf(4)], [didOf(5)]], "pages");
    checkEqual(
      pages[0]?.map((agent) => agent.revoked_unix_ms),
      [undefined, NOW],
      "revoked",
    );
    checkEqual(await directory.agents(undefined, 0), [], "a page of none");
  });

  test("remembers an agent's latest word on each blueprint, the latest first", async (harness) => {
    const { directory } = harness;
    await register(directory, 1);
    await directory.noteStates(didOf(1), [stateOf("a", 10), stateOf("b", 20)]);
    const release = `sha256:${"ab".repeat(32)}` as const;
    await directory.noteStates(didOf(1), [stateOf("a", 30, { state: "paused", release }), stateOf("b", 19)]);
    const expected = [stateOf("a", 30, { state: "paused", release }), stateOf("b", 20)];
    for (const each of [directory, await harness.reopen()])
      checkEqual(sorted((await each.agent(didOf(1)))?.states), sorted(expected), "states");
    await directory.addLink(linkOf(2), LINKS);
    await directory.exchange(exchangeOf(2, 1, 7));
    await directory.renew(renewalOf(1, 8));
    checkEqual((await directory.agent(didOf(1)))?.states.length, 2, "still there after another link and a renewal");
  });

  test("does not write down again what was said a moment ago", async ({ directory }) => {
    await register(directory, 1);
    const saidAt = async () => (await directory.agent(didOf(1)))?.states.map(({ at_unix_ms }) => at_unix_ms);
    await directory.noteStates(didOf(1), [stateOf("a", 10)]);
    await directory.noteStates(didOf(1), [stateOf("a", 10 + AGENT_STATE_FRESH_MS - 1)]);
    checkEqual(await saidAt(), [10], "within the time");
    await directory.noteStates(didOf(1), [stateOf("a", 10 + AGENT_STATE_FRESH_MS)]);
    checkEqual(await saidAt(), [10 + AGENT_STATE_FRESH_MS], "after it");
  });

  test("remembers a limited number of blueprints, and nothing of strangers and revoked ones", async ({ directory }) => {
    await register(directory, 1);
    const many = Array.from({ length: AGENT_STATES_MAX + 5 }, (_, nth) => stateOf(`blueprint-${nth}`, nth));
    await directory.noteStates(didOf(1), many);
    const states = (await directory.agent(didOf(1)))?.states ?? [];
    checkEqual(states.length, AGENT_STATES_MAX, "states");
    checkEqual(states[0]?.blueprint, `blueprint-${AGENT_STATES_MAX + 4}`, "the latest");
    await directory.noteStates(didOf(2), [stateOf("a", 10)]);
    checkEqual(await directory.agent(didOf(2)), undefined, "a stranger");
    await directory.revokeAgent(didOf(1), NOW);
    await directory.noteStates(didOf(1), [stateOf("late", NOW)]);
    checkEqual((await directory.agent(didOf(1)))?.states[0]?.blueprint, states[0]?.blueprint, "a revoked one");
  });
}
