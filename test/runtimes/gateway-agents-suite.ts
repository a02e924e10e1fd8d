/**
 * What a gateway promises about agents, whatever it runs on: how they come in, what they may do, and how they are shut out.
 * It serves the story of rollout-story.ts, and has an owner's token.
 */
import { encodeUtf8, toBase64, toBase64url, toHex } from "@tau-edge/encoding";
import { check, checkEqual, type TestRegistrar } from "@tau-edge/ports/suites";
import { type Invitation, StrangersAgent } from "./gateway-agent.ts";
import {
  type AgentsUnderTest,
  actorsOf,
  expectOk,
  expectProblem,
  fromElsewhere,
  Owner,
  problemOf,
  RESOLVE,
  SEEN_SECRETS,
} from "./gateway-owner.ts";

export function agentsSuite(t: TestRegistrar, under: () => AgentsUnderTest): void {
  const { owner, born, exchanged, letIn } = actorsOf(under);

  t.test("a link lets in the agent whose key signs, with what the link says and nothing else", async () => {
    const agent = await born();
    const link = await owner().invite({ scopes: ["manifest:read"] });
    const response = await exchanged(agent, link);
    check(response.headers.get("dpop-nonce") !== null, "with a nonce for what comes next");
    checkEqual(response.headers.get("cache-control"), "no-store", "nobody keeps a token");
    const grant = await expectOk(response, "the exchange");
    checkEqual(
      [grant["token_type"], grant["expires_in"], grant["did"], grant["scope"], grant["subject"]],
      ["DPoP", 900, agent.did, "manifest:read", "browser-agent"],
      "the grant",
    );
    const resolved = await expectOk(await agent.ask(RESOLVE), "resolve");
    checkEqual(resolved["outcome"] ?? "release", "release", "a release");
    const state = await owner().linkState(link);
    checkEqual([state?.["state"], state?.["used_by"]], ["used", agent.did], "the link is used");
    check(!JSON.stringify(state).includes(link.secret), "its secret is shown to nobody");
  });

  t.test("looking at a link does not use it up: only POST does (threat 16)", async () => {
    const { send } = under();
    const link = await owner().invite();
    const query = `link_id=${link.link_id}&secret=${link.secret}&code=${link.secret}`;
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
      for (const path of [`/v1/bootstrap/exchange?${query}`, "/v1/bootstrap/exchange", "/v1/token"]) {
        const response = await send(path, { method });
        await response.body?.cancel();
        check([204, 404, 405].includes(response.status), `${method} ${path} ${response.status}`);
      }
    const page = await send(`/boot?${query}`);
    await page.body?.cancel();
    checkEqual((await owner().linkState(link))?.["state"], "open", "it is still open");
    await expectOk(await exchanged(await born(), link), "and lets somebody in");
  });

  t.test("of a crowd with one link exactly one gets in, and no second key ever (threat 15)", async () => {
    const link = await owner().invite();
    const crowd = await Promise.all(Array.from({ length: under().crowd }, born));
    const answers = await Promise.all(crowd.map((agent) => exchanged(agent, link)));
    const statuses = answers.map(({ status }) => status);
    const won = crowd.filter((_, nth) => statuses[nth] === 200);
    checkEqual(
      [won.length, statuses.filter((status) => status === 400).length],
      [1, crowd.length - 1],
      "one gets in, and the others nothing",
    );
    await Promise.all(answers.map((answer) => answer.body?.cancel()));
    await expectProblem(await exchanged(await born(), link), 400, "invalid_grant", "a key that comes later");
    const state = await owner().linkState(link);
    checkEqual([state?.["used_by"], state?.["second_uses"]], [won[0]?.did, crowd.length], "the leak shows");
    if (won[0] !== undefined)
      await expectOk(await exchanged(won[0], link), "the winner may ask again: a reply gets lost");
  });

  t.test("every link that lets nobody in is refused with the same bytes", async () => {
    const used = await owner().invite();
    await expectOk(await exchanged(await born(), used), "it is used");
    const burned = await owner().invite();
    for (let tries = 0; tries < 5; tries++)
      await expectProblem(
        await exchanged(await born(), { ...burned, secret: "x".repeat(43) }),
        400,
        "invalid_grant",
        "a wrong secret",
      );
    const revoked = await owner().invite();
    await owner().told("/v1/bootstrap/links/revoke", { link_id: revoked.link_id });
    const others = await owner().invite({ expected_did: (await born()).did });
    const open = await owner().invite();
    const wrong: readonly (readonly [string, Invitation])[] = [
      ["an unknown link", { link_id: "A".repeat(16), secret: "x".repeat(43) }],
      ["no link at all", { link_id: "../../etc/passwd", secret: "" }],
      ["a used link", used],
      ["a burned link with its right secret (threat 17)", burned],
      ["a revoked link", revoked],
      ["a link for another key", others],
      ["a wrong secret", { ...open, secret: "y".repeat(43) }],
    ];
    const bodies = new Set<string>();
    for (const [what, link] of wrong) {
      const response = await exchanged(await born(), link);
      const { request_id, ...body } = await problemOf(response.clone());
      check(typeof request_id === "string", "an answer has a name");
      checkEqual(response.status, 400, what);
      const text = (await response.text()).replace(String(request_id), "");
      checkEqual(body["code"], "invalid_grant", what);
      bodies.add(text);
    }
    checkEqual(bodies.size, 1, `one text: ${[...bodies].join("\n")}`);
    checkEqual((await owner().linkState(burned))?.["state"], "burned", "the owner is told why");
  });

  t.test("an agent renews with its key alone, until it is revoked, and then never again", async () => {
    const agent = await letIn();
    const first = agent.token;
    const grant = await expectOk(await agent.renew(), "a renewal");
    check(agent.token !== first && grant["did"] === agent.did, "it is a new token of the same agent");
    if (agent.token !== undefined) SEEN_SECRETS.push(agent.token);
    await expectOk(await agent.ask(RESOLVE), "the new token");
    const stranger = await born();
    stranger.nonce = agent.nonce;
    await expectProblem(await stranger.renew(), 401, "agent_needs_link", "a key that was never let in");

    const revoked = await owner().told("/v1/agents/revoke", { did: agent.did });
    checkEqual(revoked["outcome"], "revoked", "it is revoked");
    await expectProblem(await agent.once(RESOLVE), 401, "credentials_invalid", "its token is dead");
    await expectProblem(await agent.renew(), 401, "agent_needs_link", "its key renews nothing");
    const link = await owner().invite();
    await expectProblem(await exchanged(agent, link), 400, "invalid_grant", "nor does it come in again");
    const { agents } = (await owner().told("/v1/agents?limit=200")) as { agents: Record<string, unknown>[] };
    const row = agents.find(({ did }) => did === agent.did);
    check(typeof row?.["revoked_unix_ms"] === "number", "and the list says so");
  });

  t.test("an agent may do what its link said, and nothing of an operator", async () => {
    const reader = await letIn({ scopes: ["manifest:read"] });
    const reports = await reader.post("/v1/reports", { batches: [], states: [running()] });
    check(
      /scope="events:write"/.test(reports.headers.get("www-authenticate") ?? ""),
      "it is told which scope is missing",
    );
    await expectProblem(reports, 403, "scope_insufficient", "a report");
    const agent = await letIn({ scopes: ["status:read", "manifest:read", "events:write"] });
    for (const [path, document] of [
      ["/v1/bootstrap/links", { subject: "friend" }],
      ["/v1/bootstrap/links/revoke", { link_id: "x" }],
      ["/v1/agents/revoke", { did: reader.did }],
      ["/v1/admin/rotate", {}],
      ["/v1/tokens", { name: "mine", scopes: ["admin"] }],
      ["/v1/undos", {}],
    ] as const)
      await expectProblem(await agent.post(path, document), 403, "scope_insufficient", path);
    await expectProblem(await agent.ask("/v1/agents"), 403, "scope_insufficient", "/v1/agents");
    for (const scopes of [["admin"], ["rollout:promote"], ["events:write", "bootstrap:create"]])
      checkEqual(
        (await owner().told("/v1/bootstrap/links", { subject: "a", scopes }, 422))["code"],
        "scope_not_for_agents",
        "no link gives more",
      );
  });

  t.test("an agent reports in its own name, and what it runs is shown", async () => {
    const agent = await letIn();
    const batch = { batch_id: "b-1", rollout_id: "default~dev~shop~999", attempt: 1, stage: 0, window: 0 };
    const about = { ...batch, release: `sha256:${"0".repeat(64)}` };
    for (const reporter of ["somebody", (await born()).did, `${agent.did}#`, ""])
      await expectProblem(
        await agent.post("/v1/reports", { batches: [{ ...about, reporter }] }),
        403,
        "reporter_not_you",
        `as ${reporter}`,
      );
    const told = await expectOk(await agent.post("/v1/reports", { batches: [about], states: [running()] }), "a report");
    checkEqual((told["results"] as { reporter: string }[])[0]?.reporter, agent.did, "it is stored under its DID");
    await expectOk(await agent.post("/v1/reports", { batches: [{ ...about, reporter: agent.did }] }), "by its DID");
    const { agents } = (await owner().told("/v1/agents?limit=200")) as {
      agents: { did: string; states: { blueprint: string; state: string }[] }[];
    };
    const [state] = agents.find(({ did }) => did === agent.did)?.states ?? [];
    checkEqual([state?.blueprint, state?.state], ["shop", "running"], "what it runs");
  });

  t.test("an agent that names no key is one key to a rollout: what it gets stays", async () => {
    const agent = await letIn();
    const told = await expectOk(await agent.ask(RESOLVE), "resolve");
    const named = await expectOk(await agent.ask(`${RESOLVE}?key=${encodeURIComponent(agent.did)}`), "by its DID");
    checkEqual(told, named, "it is keyed by its DID");
    check(typeof told["bucket"] === "number", "it has a bucket");
    const other = await expectOk(await agent.ask(`${RESOLVE}?key=user-1`), "by another key");
    const anonymous = await under().send(`${RESOLVE}?key=user-1`);
    checkEqual(other, (await anonymous.json()) as object, "a key that it names is that key");
    const response = await agent.ask(RESOLVE);
    await response.body?.cancel();
    checkEqual(response.headers.get("cache-control"), "private, no-cache", "no cache gives it to others");
    check(/Authorization/i.test(response.headers.get("vary") ?? ""), "it varies with who asks");
  });

  t.test("a gateway says who it is and whom it knows, and asks nobody else (threat 22)", async () => {
    const agent = await letIn();
    const own = await expectOk(await under().send("/.well-known/did.json"), "its own document");
    check(/^did:(web|key):/.test(String(own["id"])), "it has a DID");
    const path = `/v1/dids/${agent.did}`;
    const payload = await under().send(path);
    checkEqual(payload.headers.get("access-control-allow-origin"), "*", "pages may read it");
    const { did, assurance } = await expectOk(payload, "an agent's payload");
    checkEqual([did, assurance], [agent.did, "strong"], "whom it knows");
    checkEqual((await expectOk(await under().send(`${path}/did.json`), "document"))["id"], agent.did, "its document");
    await expectProblem(await under().send(`/v1/dids/${(await born()).did}`), 404, "did_unknown", "nobody");

    const { port, visits, close } = await under().lure();
    const hosts = [
      `127.0.0.1%3A${port}`,
      `localhost%3A${port}`,
      `good.example%40127.0.0.1%3A${port}`,
      "169.254.169.254",
    ];
    try {
      for (const host of [...hosts, `127.0.0.1%3A${port}:x%2F..`]) {
        const web = `did:web:${host}`;
        for (const spelled of [web, encodeURIComponent(web)]) {
          const asked = await under().send(`/v1/dids/${spelled}`);
          check([400, 404].includes(asked.status), `${spelled} ${asked.status}`);
          await asked.body?.cancel();
        }
        await owner().told("/v1/bootstrap/links", { subject: "a", expected_did: web }, 422);
        await owner().told("/v1/agents/revoke", { did: web }, 404);
        await agent.once(RESOLVE, {}, { header: { kid: `${web}#1` } });
      }
    } finally {
      await close();
    }
    checkEqual(visits(), 0, "nothing was resolved");
  });

  t.test("no log has the secret of a link, nor a token, nor the id that burns it (threat 14)", async () => {
    const link = await owner().invite();
    await exchanged(await born(), { ...link, secret: "z".repeat(43) });
    await exchanged(await born(), link);
    await exchanged(await born(), link);
    const log = under().log();
    for (const secret of [link.link_id, "z".repeat(43), ...SEEN_SECRETS, under().owner])
      for (const [encoding, text] of encodingsOf(secret))
        check(!log.includes(text), `a log has a secret in ${encoding}`);
  });
}

function running(): object {
  return { environment: "dev", blueprint: "shop", state: "running" };
}

export function encodingsOf(secret: string): readonly (readonly [string, string])[] {
  const bytes = encodeUtf8(secret);
  return [
    ["utf8", secret],
    ["hex", toHex(bytes)],
    ["base64", toBase64(bytes).replace(/=+$/, "")],
    ["base64url", toBase64url(bytes)],
    ["percent", encodeURIComponent(secret)],
    ["reversed", [...secret].reverse().join("")],
  ];
}

/** Ends the story's tokens and agents: comes last. */
export function rotationSuite(t: TestRegistrar, under: () => AgentsUnderTest): void {
  t.test("a rotation kills links and tokens; agents prove themselves again and go on", async () => {
    const owner = new Owner(under());
    const agent = await StrangersAgent.born(under());
    await expectOk(await agent.exchange(await owner.invite(), {}, {}, fromElsewhere()), "it is let in");
    await expectOk(await agent.ask(RESOLVE), "it may read");
    const link = await owner.invite();
    await owner.told("/v1/admin/rotate", { scope: ["links", "tokens"] });
    await expectProblem(await agent.once(RESOLVE), 401, "credentials_invalid", "its token is dead");
    const late = await StrangersAgent.born(under());
    const refused = await late.exchange(link, {}, {}, fromElsewhere());
    await expectProblem(refused, 400, "invalid_grant", "the link is dead");
    await expectOk(await agent.renew(), "its key gets another token");
    await expectOk(await agent.ask(RESOLVE), "and it goes on");
  });

  t.test("a rotation of agents ends their renewals, too", async () => {
    const owner = new Owner(under());
    const agent = await StrangersAgent.born(under());
    await expectOk(await agent.exchange(await owner.invite(), {}, {}, fromElsewhere()), "it is let in");
    await owner.told("/v1/admin/rotate", { scope: ["agents", "tokens", "links"] });
    await expectProblem(await agent.once(RESOLVE), 401, "credentials_invalid", "its token is dead");
    await expectProblem(await agent.renew(), 401, "agent_needs_link", "its key renews nothing");
  });
}
