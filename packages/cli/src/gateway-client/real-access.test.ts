/** Access through a real gateway, and on the state directory that it serves: one truth, and what is dead is dead. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readBootstrapLink } from "@tau-edge/identity";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliRun, makeWorkplace, type Workplace } from "../cli.test-helper.ts";

interface Serving {
  readonly url: string;
  readonly token?: string;
  stop(): Promise<unknown>;
}

let at: Workplace;
let serving: Serving[] = [];
beforeEach(() => {
  at = makeWorkplace();
  serving = [];
});
afterEach(async () => {
  await Promise.all(serving.map(({ stop }) => stop()));
  at.leave();
});

async function serve(env: Record<string, string> = {}, ...argv: readonly string[]): Promise<Serving> {
  let stop: (exitCode: 0) => void = () => {};
  const untilStopped = () => new Promise<0>((resolve) => (stop = resolve));
  const printed = Promise.withResolvers<string>();
  const running = at.runWith({ env, untilStopped, stdout: printed.resolve }, "serve", "--port", "0", "--json", ...argv);
  const first = await Promise.race([printed.promise, running]);
  if (typeof first !== "string") throw new Error(first.stderr);
  const one: Serving = {
    ...JSON.parse(first),
    stop: () => {
      stop(0);
      return running;
    },
  };
  serving.push(one);
  return one;
}

const through = (url: string, token: string, ...argv: readonly string[]) =>
  at.runWith({ env: { TAU_EDGE_GATEWAY: url, TAU_EDGE_TOKEN: token } }, ...argv, "--json");
const here = (...argv: readonly string[]) => at.run(...argv, "--json");
const member = (run: CliRun, name: string) => String((run.json() as Record<string, unknown>)[name]);

const OWNER = "owner-token-0123456789abcdef0123456789";

describe("through a gateway", () => {
  it("is a token made for a run without credentials, with which everything can be done", async () => {
    const { url, token = "" } = await serve();
    const made = await through(url, token, "bootstrap", "link", "--subject", "kiosk-7");
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    const { gateway, link_id } = readBootstrapLink(member(made, "url"));
    expect(gateway).toBe(url);
    const listed = await through(url, token, "bootstrap", "list");
    expect(listed.json()).toMatchObject({ links: [{ link_id, state: "open", created_by: "owner" }] });
    expect((await here("bootstrap", "list")).json()).toEqual(listed.json());
    expect((await through(url, token, "bootstrap", "revoke", link_id)).json()).toMatchObject({ outcome: "revoked" });
    expect((await through(url, token, "agents", "list")).json()).toMatchObject({ agents: [] });
    expect((await through(url, "another-token-0123456789abcdef0123", "agents", "list")).exitCode).toBe(1);
  });

  it("are operator tokens, of which a name has two, and each does what its scopes say", async () => {
    const { url } = await serve({ TAU_EDGE_GATEWAY_TOKEN: OWNER });
    const first = member(await through(url, OWNER, "token", "create", "ci", "--scope", "bootstrap:create"), "token");
    expect((await through(url, first, "bootstrap", "link")).exitCode).toBe(0);
    expect((await through(url, first, "token", "list")).json()).toMatchObject({ code: "scope_insufficient" });
    const second = member(await here("token", "create", "ci", "--scope", "bootstrap:create"), "token");
    expect((await through(url, second, "bootstrap", "list")).exitCode).toBe(0);
    expect((await through(url, first, "bootstrap", "list")).exitCode).toBe(0);
    expect((await through(url, OWNER, "token", "revoke", "ci", "--slot", "current")).exitCode).toBe(0);
    expect((await through(url, first, "bootstrap", "list")).json()).toMatchObject({ code: "credentials_invalid" });
    expect((await through(url, second, "bootstrap", "list")).exitCode).toBe(0);
  });

  it("is a rotation after which the old token is dead, there and after a restart with the old configuration", async () => {
    const { url, stop } = await serve({ TAU_EDGE_GATEWAY_TOKEN: OWNER });
    await through(url, OWNER, "bootstrap", "link");
    const rotated = await through(url, OWNER, "rotate", "--after-incident", "--token-out", "new.token");
    expect(rotated.json()).toMatchObject({
      ...{ outcome: "rotated", token_file: "new.token" },
      proof: { links_voided: 1, credential_replaced: true, bootstrap_key_replaced: true },
    });
    const fresh = readFileSync(join(at.dir, "new.token"), "utf8").trim();
    expect((await through(url, OWNER, "token", "list")).json()).toMatchObject({ code: "credentials_invalid" });
    expect((await through(url, fresh, "token", "list")).exitCode).toBe(0);
    expect((await through(url, fresh, "bootstrap", "list")).json()).toMatchObject({ links: [{ state: "rotated" }] });
    await stop();
    const again = await serve({ TAU_EDGE_GATEWAY_TOKEN: OWNER });
    expect((await through(again.url, OWNER, "token", "list")).json()).toMatchObject({ code: "credentials_invalid" });
    expect((await through(again.url, fresh, "token", "list")).exitCode).toBe(0);
  });

  it("lets back in whoever lost what a rotation answered, and may write its state directory", async () => {
    const { url } = await serve({ TAU_EDGE_GATEWAY_TOKEN: OWNER });
    await through(url, OWNER, "rotate");
    const env = { TAU_EDGE_GATEWAY_TOKEN: OWNER };
    const fresh = member(await at.runWith({ env }, "rotate", "--json"), "new_token");
    expect((await through(url, OWNER, "token", "list")).exitCode).toBe(1);
    expect((await through(url, fresh, "token", "list")).exitCode).toBe(0);
  });

  it("counts at once what was rotated on its state directory, where its configuration was named", async () => {
    writeFileSync(join(at.dir, "owner.token"), `${OWNER}\n`);
    writeFileSync(join(at.dir, "g.json"), JSON.stringify({ gateway: { auth: { token: { file: "owner.token" } } } }));
    const { url } = await serve({}, "--config", "g.json");
    expect((await through(url, OWNER, "token", "list")).exitCode).toBe(0);
    const rotated = await here("rotate", "--config", "g.json");
    expect((await through(url, OWNER, "token", "list")).json()).toMatchObject({ code: "credentials_invalid" });
    expect((await through(url, member(rotated, "new_token"), "token", "list")).exitCode).toBe(0);
    writeFileSync(join(at.dir, "g.json"), '{"gateway": {"auth": {"token": "short and secret"}}}');
    const broken = await here("rotate", "--config", "g.json");
    expect(broken).toMatchObject({ exitCode: 2, stderr: "" });
    expect(broken.stdout).not.toContain("short and secret");
  });

  it("is a password that buys a session for each command, until another takes its place", async () => {
    const [old, next] = ["correct horse battery staple", "another five random words"];
    writeFileSync(join(at.dir, "old"), `${old}\n`);
    writeFileSync(join(at.dir, "next"), `${next}\n`);
    const { url } = await serve({ TAU_EDGE_GATEWAY_PASSWORD: old });
    const withFile = (file: string, ...argv: string[]) => here(...argv, "--gateway", url, "--password-file", file);
    expect((await withFile("old", "bootstrap", "link")).exitCode).toBe(0);
    const rotated = await withFile("old", "rotate", "--new-password-file", "next");
    expect(rotated.json()).toMatchObject({ outcome: "rotated", proof: { credential_replaced: true } });
    expect(rotated.json()).not.toHaveProperty("new_token");
    expect((await withFile("old", "token", "list")).json()).toMatchObject({ code: "session_invalid" });
    expect((await withFile("next", "token", "list")).exitCode).toBe(0);
  });
});

describe("serve", () => {
  it("refuses to be reached by others without a credential, and says what to do", async () => {
    const run = await here("serve", "--host", "0.0.0.0", "--public", "--port", "0");
    expect(run).toMatchObject({ exitCode: 2 });
    expect(run.json()).toMatchObject({ code: "no_credentials", remedy: expect.stringContaining("--read-only") });
  });

  it("prints the token that it made on a line of its own, and none where there is a credential or nothing to do", async () => {
    let stop: (exitCode: 0) => void = () => {};
    const text = Promise.withResolvers<string>();
    const untilStopped = () => new Promise<0>((resolve) => (stop = resolve));
    const running = at.runWith({ untilStopped, stdout: text.resolve }, "serve", "--port", "0");
    expect(await text.promise).toMatch(/^serving \.tau\/deployment at http:\S+\ntoken: tk_\S+\n$/);
    stop(0);
    await running;
    expect(await serve({ TAU_EDGE_GATEWAY_TOKEN: OWNER })).not.toHaveProperty("token");
    const { url, ...quiet } = await serve({}, "--read-only", "--state-dir", "none");
    expect(quiet).not.toHaveProperty("token");
    expect((await through(url, OWNER, "token", "list")).json()).toMatchObject({ code: "no_credentials_configured" });
  });
});
