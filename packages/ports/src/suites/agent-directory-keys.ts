/** What a directory promises about operators' tokens, rotations and kept keys. */
import { DIRECTORY_FORGET_MAX, DIRECTORY_LINK_KEPT_MS, OPERATOR_TOKENS_MAX } from "../limits.ts";
import {
  ACCESS_MS,
  type DirectoryTest,
  didOf,
  exchanged,
  exchangeOf,
  goodTokens,
  hashOf,
  LINKS,
  linkOf,
  linkSeen,
  NOW,
  operatorOf,
  register,
  renewalOf,
  slotsOf,
  sorted,
  TTL_MS,
} from "./agent-directory-samples.ts";
import { check, checkEqual } from "./check.ts";

const KEY = hashOf(77);
const OLD = { kind: "token", verifier: "ab".repeat(32) } as const;
const OWNER = { kind: "password", verifier: "$scrypt$ln=15,r=8,p=3$c2FsdA$aGFzaA" } as const;

export function keyTests(test: DirectoryTest): void {
  test("finds a token of an operator by its hash, in every process, until it is revoked", async (harness) => {
    const { directory } = harness;
    const other = await harness.reopen();
    checkEqual(await other.findOperator(hashOf(1)), undefined, "before");
    checkEqual(await directory.addOperatorToken(operatorOf("ci", 1)), "added", "outcome");
    const limited = operatorOf("ops", 2, { expires_unix_ms: NOW + 5, scopes: [] });
    await directory.addOperatorToken(limited);
    for (const each of [directory, other]) {
      checkEqual(sorted(await each.findOperator(hashOf(1))), sorted(operatorOf("ci", 1)), "without an end");
      checkEqual(sorted(await each.findOperator(hashOf(2))), sorted(limited), "with an end");
      checkEqual(await each.findOperator(hashOf(3)), undefined, "another hash");
      checkEqual(await each.findAccess(hashOf(1)), undefined, "it is no access token");
    }
    checkEqual(await directory.revokeOperatorToken("ci", "current"), 1, "revoked");
    checkEqual(await directory.revokeOperatorToken("ci", "current"), 0, "again");
    for (const each of [directory, other]) checkEqual(await each.findOperator(hashOf(1)), undefined, "after");
    checkEqual(await slotsOf(other), ["ops current"], "the list");
  });

  test("has two slots for a name; without the current one the next takes its place", async ({ directory }) => {
    const add = (seed: number) => directory.addOperatorToken(operatorOf("ci", seed, { slot: "next" }));
    checkEqual([await add(1), await add(2), await add(3)], ["added", "added", "slots_taken"], "three of one name");
    checkEqual(await slotsOf(directory), ["ci current", "ci next"], "slots");
    check((await directory.findOperator(hashOf(1))) !== undefined, "the first is good while the second is there");
    checkEqual(await directory.revokeOperatorToken("ci", "current"), 1, "the first");
    checkEqual((await directory.findOperator(hashOf(2)))?.slot, "current", "the second");
    checkEqual(await add(3), "added", "a third one");
    checkEqual(await directory.revokeOperatorToken("ci", "next"), 1, "the third");
    checkEqual((await directory.findOperator(hashOf(2)))?.slot, "current", "the second stays");
    await add(4);
    checkEqual(await directory.revokeOperatorToken("ci", "both"), 2, "both");
    checkEqual(await slotsOf(directory), [], "none is left");
  });

  test("revokes the token of a hash and no other, though it has changed its slot or is gone", async ({ directory }) => {
    for (const seed of [1, 2]) await directory.addOperatorToken(operatorOf("ci", seed));
    checkEqual(await directory.revokeOperatorToken("ci", hashOf(1)), 1, "the current one");
    checkEqual(await directory.revokeOperatorToken("ci", hashOf(1)), 0, "again, by whoever is second");
    checkEqual(await slotsOf(directory), ["ci current"], "its successor stays");
    checkEqual(await directory.revokeOperatorToken("ops", hashOf(2)), 0, "under another name");
    checkEqual(await directory.revokeOperatorToken("ci", hashOf(2)), 1, "the successor");
  });

  test("keeps no token under a hash that another one has", async ({ directory }) => {
    await directory.addOperatorToken(operatorOf("ci", 1));
    checkEqual(await directory.addOperatorToken(operatorOf("ops", 1)), "slots_taken", "outcome");
    checkEqual((await directory.findOperator(hashOf(1)))?.name, "ci", "name");
  });

  test("lets expired tokens of a name give way, and has a limit for all names", async ({ directory }) => {
    await directory.addOperatorToken(operatorOf("ci", 1, { expires_unix_ms: NOW + 5 }));
    await directory.addOperatorToken(operatorOf("ci", 2));
    const later = { created_unix_ms: NOW + 5 };
    checkEqual(await directory.addOperatorToken(operatorOf("ci", 3, later)), "added", "in the place of the expired");
    checkEqual(await directory.findOperator(hashOf(1)), undefined, "the expired one");
    checkEqual((await directory.findOperator(hashOf(2)))?.slot, "current", "the one that was next");
    const names = Array.from({ length: OPERATOR_TOKENS_MAX - 2 }, (_, nth) => nth);
    for (const nth of names) await directory.addOperatorToken(operatorOf(`name-${nth}`, 100 + nth));
    checkEqual(await directory.addOperatorToken(operatorOf("more", 9)), "full", "one more");
    checkEqual((await directory.operatorTokens()).length, OPERATOR_TOKENS_MAX, "tokens");
  });

  test("rotates: links, access and credential end together, for every process", async (harness) => {
    const { directory } = harness;
    const other = await harness.reopen();
    await register(directory, 1, 10);
    for (const nth of [2, 3]) await directory.addLink(linkOf(nth), LINKS);
    await directory.addLink(linkOf(4, { expires_unix_ms: NOW + 1 }), LINKS);
    await directory.addOperatorToken(operatorOf("ci", 50));
    const proof = await directory.rotate({
      epoch: 3,
      now_unix_ms: NOW + 1,
      owner: OWNER,
      retired: [OLD],
      bootstrap_key: KEY,
      links: true,
      tokens: true,
    });
    checkEqual(
      sorted(proof),
      sorted({
        epoch: 3,
        applied: true,
        links_voided: 2,
        access_tokens_voided: 1,
        agents_revoked: 0,
        operator_tokens_kept: 1,
      }),
      "proof",
    );
    for (const each of [directory, other]) {
      const { epoch, owner, retired, bootstrap_key } = await each.facts();
      const facts = { epoch, owner, retired, bootstrap_key };
      const expected = { epoch: 3, owner: OWNER, retired: [OLD], bootstrap_key: KEY };
      checkEqual(sorted(facts), sorted(expected), "facts");
      checkEqual(await goodTokens(each, [10]), [], "access");
      checkEqual(await exchanged(each, exchangeOf(2, 2, 20)), "rotated", "an open link");
      checkEqual(await exchanged(each, exchangeOf(1, 1, 11)), "rotated", "a lost reply");
      checkEqual((await linkSeen(each, 3)).state, "rotated", "state");
      check((await each.findOperator(hashOf(50))) !== undefined, "an operator's token stays");
    }
    checkEqual((await linkSeen(other, 1)).state, "used", "a used link stays used");
    const { outcome } = await other.renew(renewalOf(1, 12));
    checkEqual(outcome, "renewed", "an agent proves itself again and goes on");
    await register(other, 5);
    checkEqual(await goodTokens(directory, [5, 12]), [5, 12], "tokens of the new epoch");
  });

  test("rotates only what it is told to", async ({ directory }) => {
    await register(directory, 1, 10);
    await directory.addLink(linkOf(2), LINKS);
    await directory.rotate({ epoch: 1, now_unix_ms: NOW, owner: OWNER, links: false, tokens: false });
    checkEqual(await goodTokens(directory, [10]), [10], "access");
    checkEqual(await exchanged(directory, exchangeOf(1, 1, 11)), "repeated", "a lost reply");
    await directory.rotate({ epoch: 2, now_unix_ms: NOW, links: false, tokens: true });
    checkEqual(await goodTokens(directory, [10, 11]), [], "access after the tokens");
    checkEqual(await exchanged(directory, exchangeOf(2, 2, 20)), "registered", "a link");
    const { owner } = await directory.facts();
    checkEqual(sorted(owner), sorted(OWNER), "the owner stays");
  });

  test("rotates once for an epoch, also when many ask at once", async (harness) => {
    const processes = [harness.directory, await harness.reopen(), await harness.reopen()];
    await harness.directory.addLink(linkOf(1), LINKS);
    const owners = Array.from({ length: 6 }, (_, nth) => ({ kind: "token" as const, verifier: `verifier-${nth}` }));
    const proofs = await Promise.all(
      owners.map((owner, nth) =>
        (processes[nth % 3] ?? harness.directory).rotate({
          epoch: 1,
          now_unix_ms: NOW,
          owner,
          retired: [{ kind: "token", verifier: `before-${nth}` }],
          links: true,
          tokens: true,
        }),
      ),
    );
    const winner = proofs.findIndex(({ applied }) => applied);
    checkEqual(proofs.filter(({ applied }) => applied).length, 1, "rotations that are in force");
    checkEqual(proofs.map(({ links_voided }) => links_voided).toSorted(), [0, 0, 0, 0, 0, 1], "links voided");
    const { owner, retired } = await harness.directory.facts();
    checkEqual([owner?.verifier, retired.length], [`verifier-${winner}`, 1], "owner, and how many were retired");
    await register(harness.directory, 2);
    const late = await harness.directory.rotate({ epoch: 0, now_unix_ms: NOW, links: true, tokens: true });
    checkEqual([late.epoch, late.applied], [1, false], "an earlier epoch");
    checkEqual(await goodTokens(harness.directory, [2]), [2], "access");
  });

  test("never forgets a retired credential, and keeps it once", async (harness) => {
    const retire = (epoch: number, ...verifiers: readonly string[]) =>
      harness.directory.rotate({
        epoch,
        now_unix_ms: NOW,
        retired: verifiers.map((verifier) => ({ kind: "token", verifier })),
        links: false,
        tokens: false,
      });
    await retire(1, "a", "b");
    await retire(2, "b", "c");
    const { retired } = await (await harness.reopen()).facts();
    checkEqual(
      retired.map(({ verifier }) => verifier),
      ["a", "b", "c"],
      "retired",
    );
  });

  test("retires the owner that a rotation replaces, also when whoever rotates never heard of it", async (harness) => {
    const owners = ["first", "second", "second"].map((verifier) => ({ kind: "token" as const, verifier }));
    for (const [nth, owner] of owners.entries())
      await harness.directory.rotate({ epoch: nth + 1, now_unix_ms: NOW, owner, links: false, tokens: false });
    const { owner, retired } = await (await harness.reopen()).facts();
    checkEqual(
      [owner, ...retired].map((one) => one?.verifier),
      ["second", "first"],
      "in force, and retired",
    );
  });

  test("revokes who registered since a time, with their access", async ({ directory }) => {
    await register(directory, 1, 10, NOW);
    await register(directory, 2, 20, NOW + 10);
    await register(directory, 3, 30, NOW + 20);
    await directory.revokeAgent(didOf(3), NOW + 20);
    // Known from before, but by a link of that time.
    await register(directory, 4, 40, NOW);
    await directory.addLink(linkOf(5), LINKS);
    await directory.exchange(exchangeOf(5, 4, 41, { now_unix_ms: NOW + 15 }));
    const rotation = { epoch: 1, now_unix_ms: NOW + 30, links: false, tokens: false };
    const proof = await directory.rotate({ ...rotation, agents_since_unix_ms: NOW + 10 });
    checkEqual([proof.agents_revoked, proof.access_tokens_voided], [2, 2], "agents and tokens");
    checkEqual(await goodTokens(directory, [10, 20, 30, 40, 41]), [10], "tokens that are good");
    checkEqual((await directory.agent(didOf(2)))?.revoked_unix_ms, NOW + 30, "since when");
    checkEqual((await directory.agent(didOf(3)))?.revoked_unix_ms, NOW + 20, "who was revoked before");
  });

  test("keeps the first of two keys, for every process, until a rotation", async (harness) => {
    const processes = [harness.directory, await harness.reopen(), await harness.reopen()];
    const kept = await Promise.all(processes.map((each, nth) => each.keepSecret("gateway_key", () => hashOf(nth))));
    check(
      kept.every((bytes) => String(bytes) === String(kept[0])),
      "all are told the same",
    );
    check(
      processes.some((_, nth) => String(hashOf(nth)) === String(kept[0])),
      "it is one of those that were made",
    );
    let made = 0;
    const again = await harness.directory.keepSecret("gateway_key", () => {
      made += 1;
      return hashOf(9);
    });
    checkEqual([String(again), made], [String(kept[0]), 0], "none is made when there is one");
    await harness.directory.keepSecret("bootstrap_key", () => hashOf(5));
    checkEqual((await harness.directory.facts()).bootstrap_key, hashOf(5), "another name, another key");
    const rotation = { epoch: 1, now_unix_ms: NOW, links: true, tokens: true, bootstrap_key: KEY };
    await harness.directory.rotate(rotation);
    const other = await harness.reopen();
    checkEqual(await other.keepSecret("bootstrap_key", () => hashOf(6)), KEY, "after a rotation");
    checkEqual(String(await other.keepSecret("gateway_key", () => hashOf(6))), String(kept[0]), "the other one stays");
  });

  test("forgets what has expired, so much at a time, and nothing else", async ({ directory }) => {
    await register(directory, 1, 10);
    await directory.addLink(linkOf(2), LINKS);
    checkEqual(await directory.forgetExpired(NOW + ACCESS_MS - 1), 0, "before its end");
    checkEqual(await directory.forgetExpired(NOW + ACCESS_MS), 1, "an access token at its end");
    checkEqual((await directory.links(NOW)).length, 2, "links are shown for a while");
    const end = NOW + TTL_MS + DIRECTORY_LINK_KEPT_MS;
    checkEqual(await directory.forgetExpired(end - 1), 0, "before that is over");
    checkEqual(await directory.forgetExpired(end), 2, "links after it");
    check((await directory.agent(didOf(1))) !== undefined, "the agent stays");
    const limits = { open_links_max: DIRECTORY_FORGET_MAX + 1 };
    for (let nth = 0; nth <= DIRECTORY_FORGET_MAX; nth++) await directory.addLink(linkOf(nth), limits);
    checkEqual(await directory.forgetExpired(end), DIRECTORY_FORGET_MAX, "in one call");
    checkEqual(await directory.forgetExpired(end), 1, "in the next");
  });
}
