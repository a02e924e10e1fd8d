/** What an operator configures about credentials: what it comes to, what is refused, and how it changes meanwhile. */
import { encodeUtf8, sha256, toHex } from "@tau-edge/encoding";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LIMITS } from "../limits.ts";
import type { Fault } from "../ports.ts";
import { type AuthSource, type AuthVariables, openAuthSource, withDefaultOwner } from "./auth-source.ts";

const TOKEN = "t".repeat(40);
const OTHER = "u".repeat(40);
const PHC = `$scrypt$ln=15,r=8,p=3$${"A".repeat(22)}$${"A".repeat(43)}`;
const hashOf = (token: string): string => toHex(sha256(encodeUtf8(token)));

/** Files as somebody wrote them; paths in them are beside the configuration. */
function written(files: Record<string, string | object>) {
  return {
    async read(path: string, size_bytes_max: number) {
      const content = files[path];
      if (content === undefined) throw new Error("ENOENT");
      const bytes = encodeUtf8(typeof content === "string" ? content : JSON.stringify(content));
      if (bytes.length > size_bytes_max) throw new Error("EFBIG");
      return bytes;
    },
    beside: (file: string, path: string) => (path.startsWith("/") ? path : file.replace(/[^/]*$/, path)),
  };
}

function open(auth: object | undefined, variables: AuthVariables = {}, more: Record<string, string> = {}) {
  const files = written({ "/etc/gw.json": { gateway: { auth } }, ...more });
  const file = auth === undefined ? undefined : { path: "/etc/gw.json", files };
  return openAuthSource({ variables, sha256, file });
}

it("keeps of a token its hash, and takes one from a value, a file beside, a hash or the environment", async () => {
  const verifier = hashOf(TOKEN);
  for (const [auth, variables] of [
    [{ token: TOKEN }, {}],
    [{ token: { file: "token.txt" } }, {}],
    [{ token: { file: "/run/token" } }, {}],
    [{ token: { hash: `sha256:${verifier}` } }, {}],
    [{ mode: "token", token: TOKEN, password: "not the one that counts" }, {}],
    [undefined, { TAU_EDGE_GATEWAY_TOKEN: TOKEN }],
    [undefined, { TAU_EDGE_GATEWAY_TOKEN: `sha256:${verifier}` }],
    [{ token: OTHER }, { TAU_EDGE_GATEWAY_TOKEN: TOKEN }],
  ] as const) {
    const source = await open(auth, variables, { "/etc/token.txt": `${TOKEN}\n`, "/run/token": TOKEN });
    expect(source.settings().owner, JSON.stringify(auth)).toEqual({ kind: "token", verifier });
    expect(JSON.stringify(source.settings())).not.toContain(TOKEN);
  }
});

it("takes a password or what it is verified by", async () => {
  const secret = "correct horse battery";
  expect((await open({ password: secret })).settings().owner).toEqual({ kind: "password", secret });
  expect((await open({ password: { file: "p" } }, {}, { "/etc/p": `${secret}\r\n` })).settings().owner).toEqual({
    kind: "password",
    secret,
  });
  for (const auth of [
    { password: PHC },
    { password: { hash: PHC } },
    { mode: "password", token: TOKEN, password: PHC },
  ])
    expect((await open(auth)).settings().owner).toEqual({ kind: "password", verifier: PHC });
  const variables = { TAU_EDGE_GATEWAY_PASSWORD: PHC };
  expect((await open(undefined, variables)).settings().owner).toEqual({ kind: "password", verifier: PHC });
});

it("takes the bootstrap secret under both of its names", async () => {
  const secret = "b".repeat(20);
  for (const variables of [
    { TAU_EDGE_BOOTSTRAP_SECRET: secret },
    { AGENTME_BOOTSTRAP_SECRET: secret },
    { TAU_EDGE_BOOTSTRAP_SECRET: secret, AGENTME_BOOTSTRAP_SECRET: secret },
  ])
    expect((await open({ bootstrap_secret: "c".repeat(20) }, variables)).settings().bootstrap_secret).toBe(secret);
  const two = { TAU_EDGE_BOOTSTRAP_SECRET: secret, AGENTME_BOOTSTRAP_SECRET: "d".repeat(20) };
  await expect(open({}, two)).rejects.toMatchObject({ code: "usage", at: "AGENTME_BOOTSTRAP_SECRET" });
});

it("says who may read, from which pages, and in front of whom it stands", async () => {
  const nothing = await open(undefined);
  expect(nothing.settings()).toEqual({ owner_generation: 0, readers: "anyone", origins: [] });
  expect([nothing.network, nothing.trustedProxies]).toEqual([undefined, []]);
  const gateway = {
    auth: { readers: "agents", origins: ["https://desk.example", "http://localhost:5173"] },
    network: "tau-devnet",
    trusted_proxies: ["10.0.0.0/8"],
  };
  const file = { path: "/etc/gw.json", files: written({ "/etc/gw.json": { gateway } }) };
  const source = await openAuthSource({ variables: {}, sha256, file });
  expect(source.settings()).toMatchObject(gateway.auth);
  expect([source.network, source.trustedProxies]).toEqual(["tau-devnet", ["10.0.0.0/8"]]);
});

it.each([
  [{ token: "s3cret-but-short" }, "$.gateway.auth.token"],
  [{ token: `${TOKEN} s3cret` }, "$.gateway.auth.token"],
  [{ token: { hash: hashOf("s3cret") } }, "$.gateway.auth.token"],
  [{ token: { hash: PHC } }, "$.gateway.auth.token"],
  [{ token: { file: "none" } }, "$.gateway.auth.token"],
  [{ token: { file: `/s3cret/${TOKEN}` } }, "$.gateway.auth.token"],
  [{ [`s3cret-${TOKEN}`]: "" }, "$.gateway.auth"],
  [{ token: { [`s3cret-${TOKEN}`]: "" } }, "$.gateway.auth.token"],
  [{ token: { file: "long" } }, "$.gateway.auth.token"],
  [{ token: { file: "binary" } }, "$.gateway.auth.token"],
  [{ token: { file: "empty" } }, "$.gateway.auth.token.file"],
  [{ token: { env: "X" } }, "$.gateway.auth.token"],
  [{ password: "s3cret" }, "$.gateway.auth.password"],
  [{ password: { hash: "s3cret-long-enough" } }, "$.gateway.auth.password"],
  [{ password: "$2b$10$s3cretbcrypt-hash-of-sixty-characters" }, "$.gateway.auth.password"],
  [{ password: `$scrypt$ln=20,r=8,p=1$${"A".repeat(22)}$${"A".repeat(43)}` }, "$.gateway.auth.password"],
  [{ token: TOKEN, password: "correct horse battery" }, "$.gateway.auth.password"],
  [{ mode: "password", token: TOKEN }, "$.gateway.auth.mode"],
  [{ mode: "token" }, "$.gateway.auth.mode"],
  [{ mode: "none" }, "$.gateway.auth.mode"],
  [{ bootstrap_secret: "s3cret" }, "$.gateway.auth.bootstrap_secret"],
  [{ bootstrap_secret: { hash: PHC } }, "$.gateway.auth.bootstrap_secret"],
  [{ readers: "nobody" }, "$.gateway.auth.readers"],
  [{ origins: ["https://desk.example/"] }, "$.gateway.auth.origins[0]"],
  [{ origins: ["*"] }, "$.gateway.auth.origins[0]"],
  [{ origins: ["https://*.desk.example"] }, "$.gateway.auth.origins[0]"],
  [{ origins: ["null"] }, "$.gateway.auth.origins[0]"],
  [{ origins: ["HTTPS://desk.example"] }, "$.gateway.auth.origins[0]"],
  [{ tokens: [] }, "$.gateway.auth"],
])("refuses %j, says where, and repeats no secret", async (auth, at) => {
  const more = { "/etc/long": TOKEN.repeat(200), "/etc/binary": "", "/etc/empty": "" };
  const files = written({ "/etc/gw.json": { gateway: { auth } }, ...more });
  const read = files.read;
  files.read = async (path, max) => (path === "/etc/binary" ? Uint8Array.of(0xff) : read(path, max));
  const opened = openAuthSource({ variables: {}, sha256, file: { path: "/etc/gw.json", files } });
  await expect(opened).rejects.toMatchObject({ code: "usage", at: expect.stringContaining(at) });
  await opened.catch((error: unknown) => {
    for (const secret of ["s3cret", TOKEN, "correct horse"]) expect(String(error)).not.toContain(secret);
  });
});

it.each([
  ["{", "/etc/gw.json 1"],
  ['{"gateway":{},"gateway":{}}', "/etc/gw.json"],
  ["[]", "/etc/gw.json $"],
  ['{"gateway":{"trusted_proxies":["everybody"]}}', "/etc/gw.json $.gateway.trusted_proxies[0]"],
  ['{"gateway":{"network":"Tau Devnet"}}', "/etc/gw.json $.gateway.network"],
  ['{"gateway":{"port":1}}', "/etc/gw.json $.gateway"],
])("refuses the file %j", async (text, at) => {
  const file = { path: "/etc/gw.json", files: written({ "/etc/gw.json": text }) };
  await expect(openAuthSource({ variables: {}, sha256, file })).rejects.toMatchObject({
    code: "usage",
    at: expect.stringContaining(at),
  });
});

it("takes the owner that is made for it only where none is configured", async () => {
  const made = { kind: "token", verifier: hashOf(OTHER) } as const;
  const without = withDefaultOwner((await open({})).settings, made);
  expect(without().owner).toBe(made);
  expect(without()).toBe(without());
  expect(withDefaultOwner((await open({ token: TOKEN })).settings, made)().owner).toEqual({
    kind: "token",
    verifier: hashOf(TOKEN),
  });
});

describe("while it runs", () => {
  const contents: Record<string, string | object> = {};
  const faults: Fault[] = [];
  let source: AuthSource;

  beforeEach(async () => {
    vi.useFakeTimers();
    faults.length = 0;
    contents["/etc/gw.json"] = { gateway: { auth: { token: { file: "token" } } } };
    contents["/etc/token"] = TOKEN;
    const file = { path: "/etc/gw.json", files: written(contents) };
    source = await openAuthSource({ variables: {}, sha256, file });
    source.watch((fault) => faults.push(fault));
  });

  afterEach(() => {
    source.stop();
    vi.useRealTimers();
  });

  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it("takes another token within five seconds, and counts that as another owner", async () => {
    const before = source.settings();
    await pass(10 * LIMITS.config_poll_ms);
    expect(source.settings()).toBe(before);
    contents["/etc/token"] = OTHER;
    await pass(5_000);
    expect(source.settings().owner).toEqual({ kind: "token", verifier: hashOf(OTHER) });
    expect(source.settings().owner_generation).toBe(before.owner_generation + 1);
    contents["/etc/gw.json"] = { gateway: { auth: { token: { file: "token" }, readers: "agents" } } };
    await pass(5_000);
    expect(source.settings()).toMatchObject({ readers: "agents", owner_generation: before.owner_generation + 1 });
  });

  it("keeps what it has while a file cannot be used, and says so once each time", async () => {
    const before = source.settings();
    contents["/etc/token"] = "half a tok";
    await pass(30_000);
    expect(source.settings()).toBe(before);
    expect(faults.map(({ code }) => code)).toEqual(["configuration_kept"]);
    expect(String(faults[0]?.error)).not.toContain("half a tok");
    contents["/etc/token"] = TOKEN;
    await pass(5_000);
    delete contents["/etc/token"];
    await pass(30_000);
    expect(source.settings()).toBe(before);
    expect(faults).toHaveLength(2);
  });

  it("looks no more when it was stopped", async () => {
    source.stop();
    contents["/etc/token"] = OTHER;
    await pass(30_000);
    expect(source.settings().owner).toEqual({ kind: "token", verifier: hashOf(TOKEN) });
    expect(vi.getTimerCount()).toBe(0);
  });
});
