/**
 * What a gateway promises about the credentials of operators, whatever it runs on: what each lets do, how they are made and
 * ended, and what a guesser and a strange page are told. It serves the story of rollout-story.ts.
 */
import { check, checkEqual, type TestRegistrar } from "@tau-edge/ports/suites";
import { type AgentRequest, posted } from "./posted.ts";

export interface CredentialsUnderTest {
  send(path: string, init?: AgentRequest): Promise<Response>;
  /** Its token. A rotation puts another one here. */
  owner: string;
  readonly rollout_id: string;
  /** Where nothing is done with rollouts, what a command needs beyond the least is not asked. */
  readonly withoutCommands?: true;
  /** Header fields of a request that comes from another machine than all before. */
  fromElsewhere(): Record<string, string>;
}

type Told = Record<string, unknown>;

const RESOLVE = "/v1/resolve/dev/shop";

export function bearer(token: string, more: Record<string, string> = {}): Record<string, string> {
  return { authorization: `Bearer ${token}`, "content-type": "application/json", ...more };
}

async function told(response: Response, status: number, what: string): Promise<Told> {
  const text = await response.text();
  checkEqual(response.status, status, `${what} ${text}`);
  return JSON.parse(text) as Told;
}

async function refused(response: Response, status: number, code: string, what: string): Promise<void> {
  checkEqual((await told(response, status, what))["code"], code, what);
}

export function credentialsSuite(t: TestRegistrar, under: () => CredentialsUnderTest): void {
  const ask = (path: string, token: string, document?: unknown, more: Record<string, string> = {}) =>
    under().send(path, { ...(document === undefined ? {} : posted(document)), headers: bearer(token, more) });
  const made = async (name: string, scopes: readonly string[], more: object = {}): Promise<Told> =>
    told(await ask("/v1/tokens", under().owner, { name, scopes, ...more }), 201, `a token ${name}`);

  t.test("a token is made once, shown without itself, and one of two that a name may have", async () => {
    const first = await made("ci", ["operate", "report"]);
    const second = await made("ci", ["status:read"]);
    checkEqual([first["slot"], second["slot"]], ["current", "next"], "two slots");
    await refused(
      await ask("/v1/tokens", under().owner, { name: "ci", scopes: ["report"] }),
      409,
      "token_slots_taken",
      "a third",
    );
    const text = await (await ask("/v1/tokens", under().owner)).text();
    const { tokens } = JSON.parse(text) as { tokens: Told[] };
    checkEqual(
      tokens.filter(({ name }) => name === "ci").map(({ slot, scopes, created_by }) => [slot, scopes, created_by]),
      [
        ["current", ["operate", "report"], "owner"],
        ["next", ["status:read"], "owner"],
      ],
      "what is shown",
    );
    for (const { token } of [first, second]) check(!text.includes(String(token)), "no token is shown again");
    for (const { token } of [first, second])
      checkEqual((await ask(RESOLVE, String(token))).status, 200, "both are good");
    const revoked = await told(
      await ask("/v1/tokens/revoke", under().owner, { name: "ci", slot: "current" }),
      200,
      "revoked",
    );
    checkEqual(revoked["revoked"], 1, "one of them");
    checkEqual((await ask(RESOLVE, String(first["token"]))).status, 401, "the first is dead");
    checkEqual((await ask(RESOLVE, String(second["token"]))).status, 200, "the second took its place");
    await told(await ask("/v1/tokens/revoke", under().owner, { name: "ci" }), 200, "all of the name");
    checkEqual((await ask(RESOLVE, String(second["token"]))).status, 401, "none is left");
    await refused(await ask("/v1/tokens/revoke", under().owner, { name: "ci" }), 404, "token_unknown", "twice");
  });

  t.test("a token does what its scopes say and nothing else", async () => {
    const commands = `/v1/rollouts/${under().rollout_id}/commands`;
    const needs: readonly (readonly [string, string, unknown])[] = [
      ["admin", "/v1/tokens", undefined],
      ["admin", "/v1/agents", undefined],
      ["admin", "/v1/tokens", { name: "x", scopes: [] }],
      ["keys:rotate", "/v1/tokens/revoke", { name: "nobody" }],
      ["keys:rotate", "/v1/admin/rotate", { scope: [] }],
      ["bootstrap:create", "/v1/bootstrap/links", undefined],
      ["bootstrap:create", "/v1/bootstrap/links", { subject: "A B" }],
      ["manifest:write", "/v1/releases", {}],
      ["rollout:plan", "/v1/rollouts", {}],
      ["rollout:promote", "/v1/undos", {}],
      ["rollout:promote", "/v1/unfreezes", {}],
      ["rollout:rollback", "/v1/freezes", {}],
      ["rollout:promote", `${commands}?dry_run=true`, { do: "promote" }],
      ["rollout:rollback", commands, { do: "pause" }],
      ["rollout:rollback", `/v1/rollouts/${under().rollout_id}/replay`, undefined],
      ["events:write", "/v1/reports", { batches: 1 }],
    ];
    const scopes = [...new Set(needs.map(([scope]) => scope)), "status:read", "manifest:read"];
    for (const scope of scopes) {
      const { token } = await made("scoped", [scope]);
      for (const [needed, path, document] of needs) {
        const { status } = await ask(path, String(token), document);
        if (under().withoutCommands && path.startsWith(commands) && scope === "rollout:rollback") continue;
        // Who may expose may also stop.
        const stops = scope === "rollout:promote" && path.startsWith(commands);
        const may = scope === "admin" || scope === needed || stops;
        if (may) check(status !== 401 && status !== 403, `${scope} may ${path}, got ${status}`);
        else check(status === 403, `${scope} may not ${path}, got ${status}`);
      }
      await told(await ask("/v1/tokens/revoke", under().owner, { name: "scoped" }), 200, "gone");
    }
    await refused(
      await ask("/v1/tokens", under().owner, { name: "x", scopes: ["everything"] }),
      422,
      "scope_unknown",
      "a word that nobody knows",
    );
    await refused(
      await ask("/v1/tokens", under().owner, { name: "owner", scopes: ["report"] }),
      422,
      "token_name_malformed",
      "owner",
    );
  });

  t.test("who says who they are, and is not, is refused also where nobody need say so", async () => {
    for (const authorization of ["Bearer nobody-of-this-gateway", "Basic b2xnYTpvbGdh", "Bearer", "nonsense"])
      for (const path of [RESOLVE, "/v1/rollouts", "/gateway/status", "/v1/blueprints"]) {
        const headers = { ...under().fromElsewhere(), authorization };
        const response = await under().send(path, { headers });
        checkEqual(response.status, 401, `${authorization} ${path}`);
      }
    for (const path of ["/livez", "/readyz", "/openapi.json", "/.well-known/did.json"]) {
      const headers = { ...under().fromElsewhere(), authorization: "Bearer nobody-of-this-gateway" };
      checkEqual((await under().send(path, { headers })).status, 200, `${path} looks at no credential`);
    }
    for (const scheme of ["Bearer", "bearer", "BEARER"]) {
      const authorization = `${scheme} ${under().owner}`;
      checkEqual((await under().send("/v1/tokens", { headers: { authorization } })).status, 200, scheme);
    }
    for (const authorization of [`DPoP ${under().owner}`, `Basic ${under().owner}`, under().owner]) {
      const headers = { ...under().fromElsewhere(), authorization };
      checkEqual((await under().send("/v1/tokens", { headers })).status, 401, authorization.slice(0, 5));
    }
  });

  t.test("a guesser is told to wait, and nobody else (threat 17)", async () => {
    const elsewhere = under().fromElsewhere();
    const guess = (nth: number, from = elsewhere) => ask("/v1/tokens", `guess-number-${nth}-of-many`, undefined, from);
    for (let nth = 0; nth < 20; nth++) checkEqual((await guess(nth)).status, 401, `guess ${nth}`);
    const late = await guess(20);
    checkEqual([late.status, Number(late.headers.get("retry-after")) > 0], [429, true], "the 21st");
    checkEqual((await ask(RESOLVE, "guess-on-another-path", undefined, elsewhere)).status, 429, "on any path");
    checkEqual((await guess(22, under().fromElsewhere())).status, 401, "another address");
    checkEqual((await ask("/v1/tokens", under().owner, undefined, elsewhere)).status, 200, "who knows a token");
  });

  t.test("a page of another origin may not ask what operators may, whatever it sends (threat 21)", async () => {
    for (const origin of ["https://elsewhere.example", "null"])
      for (const path of ["/v1/tokens", "/v1/admin/rotate", "/v1/session", "/v1/bootstrap/links", "/v1/rollouts"])
        for (const type of ["application/json", "text/plain"]) {
          const response = await ask(path, under().owner, {}, { origin, "content-type": type });
          checkEqual(response.headers.get("access-control-allow-origin"), null, `${origin} ${path}`);
          await refused(response, 403, "origin_not_allowed", `${origin} ${path} ${type}`);
        }
  });

  t.test("a rotation ends the owner's token, and only once for all who ask with it (threat 26)", async () => {
    const old = under().owner;
    const kept = await made("kept", ["admin"]);
    const rotated = await Promise.all([1, 2, 3].map(() => ask("/v1/admin/rotate", old, {})));
    checkEqual(rotated.filter(({ status }) => status === 200).length, 1, "one of three at once");
    for (const response of rotated.filter(({ status }) => status !== 200))
      check(response.status === 409 || response.status === 401, `another one got ${response.status}`);
    const won = rotated.find(({ status }) => status === 200) ?? (await ask("/v1/admin/rotate", old, {}));
    const { new_token, proof } = (await won.json()) as Told & { proof: Told };
    check(typeof new_token === "string" && new_token !== old, "there is a new token");
    checkEqual(
      [proof["applied"], proof["credential_replaced"]],
      [true, true],
      "and the proof that the old one is dead",
    );
    for (const path of ["/v1/tokens", RESOLVE])
      checkEqual((await ask(path, old)).status, 401, `the old one at ${path}`);
    checkEqual((await ask("/v1/admin/rotate", old, {})).status, 401, "and once more");
    under().owner = String(new_token);
    checkEqual((await ask("/v1/tokens", under().owner)).status, 200, "the new one");
    checkEqual((await ask("/v1/tokens", String(kept["token"]))).status, 200, "an operator's token is not the owner's");
  });
}

export interface PasswordUnderTest extends Omit<CredentialsUnderTest, "owner"> {
  /** A rotation puts another one here. */
  password: string;
}

export function passwordSuite(t: TestRegistrar, under: () => PasswordUnderTest): void {
  const login = (password: string, from = under().fromElsewhere()) => {
    const { headers, ...rest } = posted({ password });
    return under().send("/v1/session", { ...rest, headers: { ...headers, ...from } });
  };
  const session = async (password: string): Promise<string> => {
    const { access_token, token_type, expires_in } = await told(await login(password), 200, "a session");
    checkEqual([token_type, expires_in], ["Bearer", 3_600], "what it is");
    return String(access_token);
  };

  t.test("the password buys an hour for everything, and is no token itself", async () => {
    const token = await session(under().password);
    checkEqual((await under().send("/v1/tokens", { headers: bearer(token) })).status, 200, "the session");
    for (const wrong of [`${under().password}x`, under().password.toUpperCase()]) {
      const response = await login(wrong);
      check(response.headers.get("www-authenticate")?.startsWith("Bearer ") === true, "RFC 9110 section 15.5.2");
      await refused(response, 401, "session_invalid", wrong);
    }
    const asToken = await under().send("/v1/tokens", {
      headers: bearer(under().password.replaceAll(" ", "-"), under().fromElsewhere()),
    });
    checkEqual(asToken.status, 401, "the password as a token");
    checkEqual((await under().send("/v1/session")).status, 405, "GET");
    for (const document of [{}, { password: 1 }, { password: "" }, { password: "x", user: "root" }]) {
      const { headers, ...rest } = posted(document);
      const response = await under().send("/v1/session", {
        ...rest,
        headers: { ...headers, ...under().fromElsewhere() },
      });
      checkEqual(response.status, 422, JSON.stringify(document));
    }
  });

  t.test("an address may try five passwords a minute, the right one included (threat 17)", async () => {
    const from = under().fromElsewhere();
    checkEqual((await login("a guess", from)).status, 401, "a guess");
    // Counted before anything is looked at, so that the rest need not cost a stretching each.
    for (let nth = 1; nth < 5; nth++) checkEqual((await login("", from)).status, 422, `guess ${nth}`);
    const late = await login(under().password, from);
    checkEqual([late.status, Number(late.headers.get("retry-after")) > 0], [429, true], "the sixth");
  });

  t.test("a rotation ends every session and the password, also as it stands in the configuration", async () => {
    const token = await session(under().password);
    const rotate = (document: object) =>
      under().send("/v1/admin/rotate", { ...posted(document), headers: bearer(token) });
    await refused(await rotate({}), 422, "new_password_missing", "without a new one");
    await refused(await rotate({ new_password: "short" }), 422, "new_password_weak", "a weak one");
    await refused(await rotate({ new_password: under().password }), 409, "credential_retired", "the same again");
    const next = "another horse, another staple";
    const done = await told(await rotate({ new_password: next }), 200, "rotated");
    check(!("new_token" in done), "no token where there is a password");
    const after = await under().send("/v1/tokens", { headers: bearer(token, under().fromElsewhere()) });
    checkEqual(after.status, 401, "the session is dead");
    checkEqual((await login(under().password)).status, 401, "the old password");
    under().password = next;
    checkEqual((await under().send("/v1/tokens", { headers: bearer(await session(next)) })).status, 200, "the new one");
  });
}

/** Where the configuration says that reading is for those who are known. */
export function readersSuite(t: TestRegistrar, under: () => CredentialsUnderTest): void {
  t.test("nobody reads without a credential that is for it", async () => {
    const paths = [RESOLVE, "/v1/rollouts", "/v1/blueprints", "/gateway/status", `/v1/rollouts/${under().rollout_id}`];
    const unknown = `/v1/artifacts/sha256:${"0".repeat(64)}`;
    for (const path of [...paths, unknown, "/v1/manifests/nonsense"]) {
      await refused(await under().send(path), 401, "credentials_missing", path);
      checkEqual((await under().send(path, { method: "HEAD" })).status, 401, `HEAD ${path}`);
      checkEqual((await under().send(path, { headers: bearer("nobody", under().fromElsewhere()) })).status, 401, path);
    }
    for (const path of paths)
      checkEqual((await under().send(path, { headers: bearer(under().owner) })).status, 200, path);
    checkEqual((await under().send(unknown, { headers: bearer(under().owner) })).status, 404, unknown);
    const write = await under().send("/v1/tokens", {
      ...posted({ name: "w", scopes: ["report"] }),
      headers: bearer(under().owner),
    });
    const { token } = await told(write, 201, "a token that is for reports");
    for (const path of paths)
      checkEqual((await under().send(path, { headers: bearer(String(token)) })).status, 403, `${path} for a reporter`);
  });

  t.test("everybody sees that it lives, what it can do and who it is", async () => {
    for (const path of ["/livez", "/readyz", "/openapi.json", "/.well-known/did.json"])
      checkEqual((await under().send(path)).status, 200, path);
  });
}
