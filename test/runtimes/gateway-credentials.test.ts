/** The suites about operators' credentials in memory, and against processes on Node and on Deno; and how those start. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MEMORY_OWNER, openAgentsInMemory } from "./gateway-agents-memory.ts";
import { DENO, DENO_MAIN, NODE_MAIN } from "./gateway-commands.ts";
import {
  bearer,
  type CredentialsUnderTest,
  credentialsSuite,
  type PasswordUnderTest,
  passwordSuite,
  readersSuite,
} from "./gateway-credentials-suite.ts";
import { type GatewayProcess, startGateway } from "./gateway-process.ts";
import { type PlantedStory, plantStory } from "./planted-story.ts";

const registrar = { test: (name: string, run: () => Promise<void>) => void it(name, run) };
const PASSWORD = "correct horse battery staple";
const OWNER = "the-owner-s-token-of-the-configuration";

let addresses = 0;
function fromElsewhere(): Record<string, string> {
  addresses += 1;
  return { "x-forwarded-for": `198.51.${addresses >> 8}.${addresses & 255}` };
}

describe("memory", async () => {
  const open = async (options: Parameters<typeof openAgentsInMemory>[0] = {}) => {
    const { send, story } = await openAgentsInMemory(options);
    return { send, owner: MEMORY_OWNER, rollout_id: story.rollout_id, fromElsewhere };
  };
  const [owned, closed] = await Promise.all([
    open(),
    open({ ports: { settings: () => ({ owner_generation: 0, readers: "agents", origins: [] }) } }),
  ]);
  const locked = { ...(await open({ owner: { kind: "password", secret: PASSWORD } })), password: PASSWORD };
  credentialsSuite(registrar, () => owned);
  passwordSuite(registrar, () => locked);
  readersSuite(registrar, () => closed);
});

const RUNTIMES = [
  ["node", process.execPath, [NODE_MAIN]],
  ["deno", DENO, ["run", "-A", "--no-check", "--quiet", DENO_MAIN]],
] as const;

for (const [name, command, run] of RUNTIMES)
  describe(name, () => {
    let story: PlantedStory;
    let directory: string;
    let owned: GatewayProcess & CredentialsUnderTest;
    let locked: GatewayProcess & PasswordUnderTest;

    const start = (stateDir: string, options: readonly string[] = [], env: Record<string, string> = {}) =>
      startGateway(command, [...run, "--state-dir", stateDir, "--port", "0", ...options], { env });

    /** With a configuration that believes this machine about where requests come from. */
    async function configured(file: string, auth: object, env: Record<string, string> = {}) {
      const config = join(directory, file);
      await writeFile(config, JSON.stringify({ gateway: { auth, trusted_proxies: ["127.0.0.1"] } }));
      const running = await start(story.stateDir, ["--config", config], env);
      const send = (path: string, init: RequestInit = {}) => fetch(running.url + path, init);
      return { ...running, send, rollout_id: story.rollout_id, fromElsewhere };
    }

    beforeAll(async () => {
      [story, directory] = await Promise.all([plantStory(), mkdtemp(join(tmpdir(), "tau-edge-credentials-"))]);
      await writeFile(join(directory, "token"), `${OWNER}\n`);
      owned = { ...(await configured("owned.json", { token: { file: "token" } })), owner: OWNER };
    });

    afterAll(async () => {
      expect(await Promise.all([owned.end("SIGTERM"), locked.end("SIGTERM")])).toEqual([0, 0]);
      await story.remove();
      await rm(directory, { recursive: true });
    });

    credentialsSuite(registrar, () => owned);

    describe("with a password, over the same state", () => {
      beforeAll(async () => {
        // The rotation above has put a token in force that nobody configured: this state is another one.
        await story.remove();
        story = await plantStory();
        const variables = { TAU_EDGE_GATEWAY_PASSWORD: PASSWORD };
        locked = { ...(await configured("locked.json", { readers: "anyone" }, variables)), password: PASSWORD };
      });
      passwordSuite(registrar, () => locked);
    });

    it("takes another token in a file within five seconds, and none of before", async () => {
      const stateDir = join(directory, "reloaded");
      const token = join(directory, "reloaded-token");
      const config = join(directory, "reloaded.json");
      await writeFile(config, JSON.stringify({ gateway: { auth: { token: { file: token } } } }));
      const [first, second] = ["1", "2"].map((digit) => digit.repeat(40)) as [string, string];
      await writeFile(token, first);
      const gateway = await start(stateDir, ["--config", config]);
      const status = async (secret: string) =>
        (await fetch(`${gateway.url}/v1/tokens`, { headers: bearer(secret) })).status;
      expect([await status(first), await status(second)]).toEqual([200, 401]);
      await writeFile(token, "broken");
      await pause(3_000);
      expect([await status(first), await status(second)]).toEqual([200, 401]);
      await writeFile(token, second);
      const changed = Date.now();
      while ((await status(second)) !== 200 && Date.now() - changed < 5_000) await pause(100);
      expect([await status(first), await status(second)]).toEqual([401, 200]);
      expect(await gateway.end("SIGTERM")).toBe(0);
    });

    it("makes a token for itself on loopback, says it once, and forgets it with the process", async () => {
      const stateDir = join(directory, "alone");
      const gateway = await start(stateDir);
      const lines = gateway.said().filter((line) => line.startsWith("token: "));
      expect(lines).toHaveLength(1);
      const token = lines[0]?.slice("token: ".length).trim() ?? "";
      expect(token).toMatch(/^tk_[a-z0-9]{8}_[\w-]{43}_[a-z2-7]{6}$/);
      const answers = [];
      for (const secret of [token, `${token}x`, OWNER])
        answers.push((await fetch(`${gateway.url}/v1/tokens`, { headers: bearer(secret) })).status);
      expect(answers).toEqual([200, 401, 401]);
      expect((await fetch(`${gateway.url}/v1/tokens`)).status).toBe(401);
      expect(await gateway.end("SIGTERM")).toBe(0);
      const again = await start(stateDir);
      expect((await fetch(`${again.url}/v1/tokens`, { headers: bearer(token) })).status).toBe(401);
      expect(await again.end("SIGTERM")).toBe(0);
    });

    it("is not reached by others without a credential, and leaves nothing where it refused to start", async () => {
      const stateDir = join(directory, "refused");
      const open = ["--host", "0.0.0.0", "--public"];
      await expect(start(stateDir, open)).rejects.toThrow(/no_credentials.*\n.*TAU_EDGE_GATEWAY_TOKEN/);
      await expect(readdir(stateDir)).rejects.toMatchObject({ code: "ENOENT" });
      for (const [options, env] of [
        [["--read-only"], {}],
        [[], { TAU_EDGE_GATEWAY_TOKEN: OWNER }],
      ] as const) {
        const gateway = await start(stateDir, [...open, ...options], env);
        expect(gateway.said().filter((line) => line.startsWith("token: "))).toEqual([]);
        expect(await gateway.end("SIGTERM")).toBe(0);
      }
    });

    it("refuses a configuration that it cannot use, says where, and repeats no secret", async () => {
      const config = join(directory, "wrong.json");
      for (const [auth, at] of [
        [{ token: "s3cret" }, "$.gateway.auth.token"],
        [{ password: "$scrypt$s3cret" }, "$.gateway.auth.password"],
        [{ readers: "agents" }, "--read-only"],
      ] as const) {
        await writeFile(config, JSON.stringify({ gateway: { auth } }));
        const options = at === "--read-only" ? [at] : [];
        const ended = start(join(directory, "wrong"), [...options, "--config", config]);
        await expect(ended).rejects.toThrow(at);
        await ended.catch((error: unknown) => expect(String(error)).not.toContain("s3cret"));
      }
    });
  });
