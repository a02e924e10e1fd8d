import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeUtf8, sha256 } from "@tau-edge/encoding";
import { isSecretToken, readBootstrapLink } from "@tau-edge/identity";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliRun, makeWorkplace, type Workplace } from "../../cli.test-helper.ts";
import { placesOf } from "../../did/planted-secret.test-helper.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const BASE = "https://gw.example";
const link = (...argv: string[]) =>
  at.run("bootstrap", "link", "--public-base-url", BASE, "--unconfigured", "--json", ...argv);
const linksIn = async () => ((await at.run("bootstrap", "list", "--json")).json() as { links: object[] }).links;
const tokensIn = async () => ((await at.run("token", "list", "--json")).json() as { tokens: object[] }).tokens;
const secretOf = (run: CliRun, member: "url" | "token" | "new_token") => {
  const found = (run.json() as Record<string, unknown>)[member];
  if (typeof found !== "string") throw new Error(`no ${member} in ${run.stdout}`);
  return found;
};
/** What the ledger says of `system`, as text to look into. */
const files = () => readdirSync(at.dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

describe("bootstrap", () => {
  it("prints a link once, which leads to the gateway, and lists it without its secret", async () => {
    const run = await link("--subject", "kiosk-7", "--scope", "manifest:read,status:read", "--ttl", "1m");
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    const { gateway, link_id, secret, pin } = readBootstrapLink(secretOf(run, "url"));
    expect([gateway, secret.length, pin?.length]).toEqual([BASE, 43, 43]);
    expect(run.json()).toMatchObject({
      ...{ schema_version: 1, outcome: "created", dry_run: false, link_id, subject: "kiosk-7" },
      scopes: ["manifest:read", "status:read"],
    });
    const { expires_at } = run.json() as { expires_at: string };
    expect(Date.parse(expires_at) - Date.now()).toBeLessThanOrEqual(60_000);
    const list = await at.run("bootstrap", "list", "--json");
    expect(list.json()).toMatchObject({ links: [{ link_id, state: "open", subject: "kiosk-7" }] });
    expect(list.stdout).not.toContain(secret);
  });

  it("says to people that a link is a secret, when it ends, and how to end it", async () => {
    const run = await at.run("bootstrap", "link", "--public-base-url", BASE, "--unconfigured");
    const { link_id } = readBootstrapLink(run.stdout.split("\n")[0] ?? "");
    expect(run.stdout).toContain("This link is a secret and shown this once");
    expect(run.stdout).toMatch(/expires +\S+Z \(in /);
    expect(run.stdout).toContain(`tau-edge bootstrap revoke ${link_id}`);
    expect((await at.run("bootstrap", "revoke", link_id)).stdout).toBe("ended the link\n");
    expect(await linksIn()).toMatchObject([{ link_id, state: "revoked" }]);
    expect((await at.run("bootstrap", "revoke", link_id)).stdout).toContain("nothing changed");
  });

  it("warns that a link hangs on a credential that nobody named, and is quiet when it is named", async () => {
    const argv = ["bootstrap", "link", "--public-base-url", BASE];
    expect((await at.run(...argv)).stderr).toContain("note: links hang on the gateway's credential");
    const env = { TAU_EDGE_GATEWAY_TOKEN: "owner-token-0123456789abcdef0123456789" };
    expect((await at.runWith({ env }, ...argv)).stderr).toBe("");
  });

  it.each([
    [["--subject", "-x"], 3, "subject_malformed"],
    [["--scope", "admin"], 3, "scope_not_for_agents"],
    [["--scope", "everything"], 3, "scope_unknown"],
    [["--ttl", "29s"], 3, "ttl_out_of_range"],
    [["--ttl", "11m"], 3, "ttl_out_of_range"],
    [["--ttl", "soon"], 2, "usage"],
    [["--expected-did", "did:key:z6Mk"], 3, "expected_did_malformed"],
    [["--gateway", "https://gw.example"], 2, "usage_both"],
  ])("refuses %j, also in a dry run", async (argv, exitCode, code) => {
    const more = code === "usage_both" ? ["--state-dir", "s"] : [];
    for (const dry of [[], ["--dry-run"]]) {
      const run = await link(...argv, ...more, ...dry);
      expect(run.exitCode).toBe(exitCode);
      expect(run.json()).toMatchObject({ code: code.replace("_both", "") });
    }
    expect(existsSync(join(at.dir, ".tau"))).toBe(false);
  });

  it("needs an address that agents may be sent to", async () => {
    const none = await at.run("bootstrap", "link", "--unconfigured", "--json");
    expect(none).toMatchObject({ exitCode: 2 });
    expect(none.json()).toMatchObject({ code: "usage", remedy: expect.stringContaining("--public-base-url") });
    const clear = await at.run(
      "bootstrap",
      "link",
      "--unconfigured",
      "--public-base-url",
      "http://gw.example",
      "--json",
    );
    expect(clear.json()).toMatchObject({ code: "link_insecure" });
    expect(clear.exitCode).toBe(2);
    const argv = ["bootstrap", "link", "--unconfigured", "--dry-run"];
    expect((await at.run(...argv)).exitCode).toBe(2);
    expect((await at.run(...argv, "--public-base-url", "http://gw.example")).exitCode).toBe(2);
    for (const url of ["gw.example", "https://gw.example/", "https://GW.example", "https://gw.example:443", ""])
      expect((await at.run(...argv, "--public-base-url", url, "--json")).json(), url).toMatchObject({
        code: "usage",
        remedy: expect.stringContaining("--public-base-url"),
      });
    expect(await linksIn()).toEqual([]);
  });

  it("writes nothing in a dry run, and shows no link", async () => {
    const run = await link("--dry-run");
    expect(run.json()).toMatchObject({ outcome: "created", dry_run: true, scopes: ["manifest:read", "events:write"] });
    expect(run.stdout).not.toContain("boot#");
    expect(files()).toEqual([]);
    expect((await at.run("bootstrap", "revoke", "AAAAAAAAAAAAAAAA", "--dry-run")).exitCode).toBe(3);
    const { link_id } = (await link()).json() as { link_id: string };
    expect((await at.run("bootstrap", "revoke", link_id, "--dry-run")).stdout).toContain("nothing was written");
    expect(await linksIn()).toMatchObject([{ state: "open" }]);
  });
});

describe("token", () => {
  it("makes two for a name, and lets the next one take the place of the current one", async () => {
    const first = await at.run("token", "create", "ci", "--scope", "operate", "--expires-in", "30d", "--json");
    expect(isSecretToken(secretOf(first, "token"))).toBe(true);
    expect(first.json()).toMatchObject({ name: "ci", slot: "current", scopes: ["operate"] });
    const second = await at.run("token", "create", "ci", "--scope", "operate", "--scope", "keys:rotate", "--json");
    expect(second.json()).toMatchObject({ slot: "next", scopes: ["operate", "keys:rotate"] });
    const third = await at.run("token", "create", "ci", "--scope", "operate");
    expect(third).toMatchObject({ exitCode: 3, stdout: "", stderr: expect.stringContaining("token_slots_taken") });
    expect((await at.run("token", "create", "ci", "--scope", "operate", "--dry-run")).exitCode).toBe(3);
    expect((await at.run("token", "revoke", "ci", "--slot", "current", "--dry-run", "--json")).json()).toMatchObject({
      dry_run: true,
      revoked: 1,
    });
    expect(await tokensIn()).toHaveLength(2);
    expect((await at.run("token", "revoke", "ci", "--slot", "current", "--json")).json()).toMatchObject({ revoked: 1 });
    expect(await tokensIn()).toMatchObject([{ name: "ci", slot: "current", scopes: ["operate", "keys:rotate"] }]);
    expect((await at.run("token", "revoke", "ci")).stdout).toBe("ended 1 token\n");
    expect((await at.run("token", "revoke", "ci")).exitCode).toBe(3);
  });

  it("writes the token into a file of its own, which nobody else may read, and replaces none", async () => {
    const run = await at.run("token", "create", "ci", "--scope", "operate", "--token-out", "ci.token", "--json");
    const written = readFileSync(join(at.dir, "ci.token"), "utf8");
    expect(isSecretToken(written.trim())).toBe(true);
    expect(run.stdout).not.toContain(written.trim());
    expect(statSync(join(at.dir, "ci.token")).mode & 0o777).toBe(0o600);
    const again = await at.run("token", "create", "pager", "--scope", "operate", "--token-out", "ci.token", "--json");
    expect(again.json()).toMatchObject({ code: "file_exists" });
    expect(await tokensIn()).toHaveLength(1);
    expect(readFileSync(join(at.dir, "ci.token"), "utf8")).toBe(written);
    const refused = await at.run("token", "create", "Owner!", "--scope", "operate", "--token-out", "other.token");
    expect(refused.exitCode).toBe(3);
    expect(existsSync(join(at.dir, "other.token"))).toBe(false);
  });

  it.each([
    [["create", "owner", "--scope", "operate"], 3, "token_name_malformed"],
    [["create", "ci", "--scope", "everything"], 3, "scope_unknown"],
    [["create", "ci", "--scope", "operate", "--expires-in", "1s"], 3, "token_expiry_out_of_range"],
    [["create", "ci", "--scope", "operate", "--expires-in", "1y"], 2, "usage"],
    [["create", "ci"], 2, "usage"],
    [["create", "--scope", "operate"], 2, "usage"],
    [["create", "ci", "--scope", "operate", "--token-out", "no/such/dir"], 1, "file_unwritable"],
    [["revoke", "nobody"], 3, "token_unknown"],
    [["revoke", "ci", "--slot", "last"], 2, "usage"],
    [["revoke"], 2, "usage"],
    [["list", "extra"], 2, "usage"],
    [["list", "--token-file", "t"], 2, "usage"],
  ])("ends %j with %d and %s", async (argv, exitCode, code) => {
    const run = await at.run("token", ...argv, "--json");
    expect(run.json()).toMatchObject({ code });
    expect(run.exitCode).toBe(exitCode);
  });
});

describe("agents", () => {
  it("are none at first, and one that never came is not revoked by accident", async () => {
    expect((await at.run("agents", "list", "--json")).json()).toEqual({ schema_version: 1, agents: [] });
    expect((await at.run("agents", "list")).stdout).toContain("tau-edge bootstrap link");
    const run = await at.run("agents", "revoke", "did:key:z6Mk", "--json");
    expect(run.json()).toMatchObject({ outcome: "refused", code: "agent_unknown" });
    expect(run.exitCode).toBe(3);
    expect((await at.run("agents", "revoke")).exitCode).toBe(2);
  });
});

describe("rotate", () => {
  const OLD = "owner-token-0123456789abcdef0123456789";
  const env = { TAU_EDGE_GATEWAY_TOKEN: OLD };

  it("replaces the configured token, ends open links, and says what is dead", async () => {
    await at.runWith({ env }, "bootstrap", "link", "--public-base-url", BASE);
    await at.run("token", "create", "ci", "--scope", "operate");
    const run = await at.runWith({ env }, "rotate", "--json");
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(isSecretToken(secretOf(run, "new_token"))).toBe(true);
    expect(run.json()).toMatchObject({
      ...{ outcome: "rotated", epoch: 1 },
      proof: {
        ...{ applied: true, credential_replaced: true, bootstrap_key_replaced: false, sessions_voided: true },
        ...{ links_voided: 1, agents_revoked: 0, operator_tokens_kept: 1 },
      },
    });
    expect(await linksIn()).toMatchObject([{ state: "rotated" }]);
    const words = await at.runWith({ env }, "rotate", "--after-incident", "--token-out", "new.token");
    expect(words.stdout).toContain("the new token is in new.token");
    expect(words.stdout).toMatch(/bootstrap key +the one before/);
    expect(isSecretToken(readFileSync(join(at.dir, "new.token"), "utf8").trim())).toBe(true);
  });

  it("does not say of a credential that it is dead when it does not know which one counts", async () => {
    const run = await at.run("rotate", "--json");
    expect(run.json()).toMatchObject({ code: "usage", remedy: expect.stringContaining("--unconfigured") });
    expect(run.exitCode).toBe(2);
    expect((await at.run("rotate", "--after-incident", "--scope", "links")).exitCode).toBe(2);
    expect((await at.run("rotate", "--scope", "links,tokens")).exitCode).toBe(0);
    expect((await at.run("rotate", "--unconfigured", "--json")).exitCode).toBe(0);
  });

  it("takes a new password from a file, the standard input or a variable, and warns of an argument", async () => {
    const passwords = [
      "correct horse battery",
      "another five random words",
      "yet another five words",
      "and these are five more",
    ];
    writeFileSync(join(at.dir, "p"), `${passwords[0]}\n`);
    const owner = { TAU_EDGE_GATEWAY_PASSWORD: "the very first password" };
    const stdin = { env: owner, readStdin: async () => encodeUtf8(`${passwords[1]}\n`) };
    const runs = [
      await at.runWith({ env: owner }, "rotate", "--new-password-file", "p", "--json"),
      await at.runWith(stdin, "rotate", "--new-password-file", "-", "--json"),
      await at.runWith({ env: { ...owner, TAU_EDGE_NEW_PASSWORD: passwords[2] } }, "rotate", "--json"),
      await at.runWith({ env: owner }, "rotate", "--new-password", passwords[3] ?? "", "--json"),
    ];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    expect(runs.map(({ stderr }) => stderr.startsWith("warning: "))).toEqual([false, false, false, true]);
    for (const run of runs) expect(run.json()).not.toHaveProperty("new_token");
    const again = await at.runWith({ env: owner }, "rotate", "--new-password-file", "p", "--json");
    expect(again.json()).toMatchObject({ code: "credential_retired" });
    expect((await at.runWith({ env: owner }, "rotate", "--json")).json()).toMatchObject({
      code: "new_password_missing",
    });
  });

  it("rotates nothing in a dry run, and counts what would be dead", async () => {
    await at.runWith({ env }, "bootstrap", "link", "--public-base-url", BASE);
    const before = files().map((entry) => entry.name);
    const run = await at.runWith({ env }, "rotate", "--after-incident", "--dry-run", "--token-out", "t", "--json");
    expect(run.json()).toMatchObject({ outcome: "rotated", dry_run: true, proof: { links_voided: 1 } });
    expect(run.json()).not.toHaveProperty("new_token");
    expect(files().map((entry) => entry.name)).toEqual(before);
    expect(await linksIn()).toMatchObject([{ state: "open" }]);
  });

  it.each([
    [["--scope", "everything"], 3, "rotation_empty"],
    [["--agents-since", "yesterday"], 2, "usage"],
    [["--agents-since", "2026-11-21T17:00:00"], 2, "usage"],
    [["--agents-since", "2026-02-30T17:00:00Z"], 2, "usage"],
    [["--agents-since", "2999-01-01T00:00:00Z"], 3, "agents_since_malformed"],
    [["--new-password-file", "nope"], 1, "file_not_found"],
    [["--new-password-file", "two"], 2, "usage"],
    [["--new-password", "a", "--new-password-file", "b"], 2, "usage"],
    [["--new-password", ""], 2, "usage"],
    [["--new-password", "twelve letters or more"], 3, "new_password_unused"],
    [["extra"], 2, "usage"],
  ])("ends %j with %d and %s, and nothing is rotated", async (argv, exitCode, code) => {
    writeFileSync(join(at.dir, "two"), "two\nlines\n");
    const run = await at.run("rotate", "--unconfigured", "--json", ...argv);
    expect(run.json()).toMatchObject({ code });
    expect(run.exitCode).toBe(exitCode);
    expect(existsSync(join(at.dir, ".tau"))).toBe(false);
  });
});

describe("no secret is anywhere but where it was printed", () => {
  it("of a link, tokens, passwords, and of what they were mistaken for", async () => {
    const [owner, password] = ["canary-owner-token-0123456789abcdef01", "canary horse battery staple"];
    const env = { TAU_EDGE_GATEWAY_TOKEN: owner };
    const made = [
      await at.runWith({ env }, "bootstrap", "link", "--public-base-url", BASE, "--json"),
      await at.run("token", "create", "ci", "--scope", "operate", "--json"),
      await at.runWith({ env }, "rotate", "--json"),
    ] as const;
    const told = [
      readBootstrapLink(secretOf(made[0], "url")).secret,
      secretOf(made[1], "token"),
      secretOf(made[2], "new_token"),
    ];
    const runs = [
      await at.runWith({ env: { TAU_EDGE_GATEWAY_PASSWORD: owner, TAU_EDGE_NEW_PASSWORD: password } }, "rotate"),
      await at.run("rotate", "--unconfigured", "--new-passwrod", password),
      await at.run("rotate", `--new-passwrod=${password}`),
      await at.run("token", "list", `--token=${owner}`),
      await at.run("agents", "list", "--passw0rd", password, owner),
      await at.run("rotate", "--new-password-file", password, "--json"),
      await at.run("bootstrap", "list", "--json"),
      await at.run("token", "list", "--json"),
      await at.run("doctor"),
    ];
    const secrets = [...told, owner, password].flatMap((text) => [encodeUtf8(text), sha256(encodeUtf8(text))]);
    // The directory looks tokens up by their SHA-256, and knows what it retired; nothing else has even that.
    const hashes = new Set(["agents.db", "agents.db-wal", "agents.db-shm"]);
    const printed = runs.map(({ stdout, stderr }) => stdout + stderr).join("");
    const found = placesOf(secrets, at.dir, printed);
    expect(found.filter((place) => !hashes.has(place.split("/").at(-1) ?? ""))).toEqual([]);
    expect(placesOf([...told, owner, password].map(encodeUtf8), at.dir, printed)).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
    for (const path of files().filter((entry) => hashes.has(entry.name)))
      expect(statSync(join(path.parentPath, path.name)).mode & 0o077).toBe(0);
  });
});
