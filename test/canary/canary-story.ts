/**
 * Everything that is done about access, told to a real gateway with secrets that are random for each run. What may be told
 * where is said beside each of them: the one answer and the one line that hand it out, and files that the operator wrote.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readBootstrapLink } from "@tau-edge/identity";
import { z } from "zod";
import { secretsOf } from "../../packages/cli/src/did/planted-secret.test-helper.ts";
import { type AgentRequest, posted, StrangersAgent } from "../runtimes/gateway-agent.ts";
import { plantStory } from "../runtimes/planted-story.ts";
import { CanaryRun, type Program, type ProgramAnswer } from "./canary-run.ts";
import { elsewhere, operationsOf, sendAll, wrongFields, wrongOperations } from "./wrong-input.ts";

export type Mode = "token" | "password";

const newSecret = () => randomBytes(32).toString("base64url");
const CONFIG = "gateway.json";
/** What was configured is in the file that the operator wrote, whenever one looks. */
const WHENS = ["at the crash", "at the end"] as const;
const fileAlways = (name: string) => WHENS.map((when) => `file ${when}: home/${name}`);
const DATABASE = "state/tau-edge/agents.db";

export class CanaryStory {
  readonly run: CanaryRun;
  readonly mode: Mode;
  readonly #gatewayArgs: readonly string[];
  readonly #gatewayEnv: Readonly<Record<string, string>>;
  /** How the command line says who it is to the gateway. */
  #client: Readonly<Record<string, string>>;
  /** How HTTP requests do. */
  #authorization = "";
  #owner: string;
  readonly #keys = new Map<string, Uint8Array>();
  /** Whatever somebody may mistype. */
  readonly #mistyped = new Map<string, string>();

  private constructor(run: CanaryRun, mode: Mode) {
    this.run = run;
    this.mode = mode;
    this.#owner = newSecret();
    const [table, bootstrap] = [newSecret(), newSecret()];
    const proxies = { trusted_proxies: ["127.0.0.1", "::1"] };
    const TAU_EDGE_TOKENS = JSON.stringify([{ name: "pager", scopes: ["operate-safe", "status:read"], token: table }]);
    if (mode === "token") {
      run.write(CONFIG, JSON.stringify({ gateway: { ...proxies } }));
      this.#gatewayEnv = { TAU_EDGE_GATEWAY_TOKEN: this.#owner, TAU_EDGE_BOOTSTRAP_SECRET: bootstrap, TAU_EDGE_TOKENS };
      this.#client = { TAU_EDGE_TOKEN: this.#owner };
      run.plant("owner", this.#owner);
      run.plant("bootstrap secret", bootstrap);
    } else {
      const auth = { mode: "password", password: this.#owner, bootstrap_secret: bootstrap };
      run.write(CONFIG, JSON.stringify({ gateway: { auth, ...proxies } }));
      this.#gatewayEnv = { TAU_EDGE_TOKENS };
      this.#client = { TAU_EDGE_GATEWAY_PASSWORD: this.#owner };
      run.plant("owner", this.#owner, ...fileAlways(CONFIG));
      run.plant("bootstrap secret", bootstrap, ...fileAlways(CONFIG));
    }
    run.plant("token of the table", table);
    this.#gatewayArgs = ["--config", join(run.home, CONFIG)];
    for (const [name, secret] of Object.entries({ owner: this.#owner, bootstrap, table }))
      this.#mistyped.set(name, secret);
  }

  static async begin(program: Program, mode: Mode): Promise<CanaryStory> {
    const run = await CanaryRun.open(program);
    const planted = await plantStory();
    renameSync(planted.stateDir, run.stateDir);
    return new CanaryStory(run, mode);
  }

  /** @param withEveryVerb also those that leave the gateway alone, and what is wrong before it is asked */
  async tell(withEveryVerb: boolean): Promise<void> {
    await this.start();
    for (const password of [`${this.#owner}x`, this.#owner.slice(0, -1)])
      await this.#asked("log in wrongly", "/v1/session", { password });
    await this.#logIn("log in");
    await this.operatorTokens();
    await this.links();
    await this.agents();
    await this.wrongInput();
    if (withEveryVerb) await Promise.all([this.identities(), this.wrongVerbs(), this.wrongStarts()]);
    await this.#configureWrongly();
    await this.#crash();
    await this.rotations();
    await this.#end();
  }

  start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    return this.run.start(this.#gatewayArgs, { ...this.#gatewayEnv, ...env });
  }

  /** In the mode of passwords each command buys a session; what buys it by hand is kept for the requests. */
  async #logIn(step: string): Promise<void> {
    if (this.mode === "token") {
      this.#authorization = `Bearer ${this.#owner}`;
      return;
    }
    const { access_token } = await this.#told(step, "/v1/session", { password: this.#owner });
    this.#authorization = `Bearer ${access_token}`;
    this.run.plant(`session: ${step}`, access_token, `answer: ${step}`);
    this.#mistyped.set("session", access_token);
  }

  async operatorTokens(): Promise<void> {
    const first = await this.#cli("token create ops", ["token", "create", "ops", "--scope", "operate,report"]);
    const made = first.stdout.match(/tk_\S+/)?.[0] ?? fail(first);
    this.run.plant("operator token", made, "answer: token create ops", "stdout: token create ops");
    this.#mistyped.set("operator", made);
    if (this.mode === "password") {
      // A session for each command is more than the gateway gives one address in a minute.
      const { token } = await this.#told("token of the desk", "/v1/tokens", { name: "desk", scopes: ["admin"] });
      this.run.plant("token of the desk", token, "answer: token of the desk");
      this.#client = { TAU_EDGE_TOKEN: token };
    }
    await this.#cli("token create to a file", [
      "token",
      "create",
      "ops",
      "--scope",
      "operate",
      "--token-out",
      "ops.next",
    ]);
    const next = readFileSync(join(this.run.home, "ops.next"), "utf8").trim();
    this.run.plant("second operator token", next, "answer: token create to a file", ...fileAlways("ops.next"));
    const { token } = await this.#told("token by HTTP", "/v1/tokens", { name: "web", scopes: ["bootstrap:create"] });
    this.run.plant("token by HTTP", token, "answer: token by HTTP");
    for (const verb of [
      ["token", "list"],
      ["token", "list", "--json"],
      ["status", "--json"],
      ["rollout", "list"],
    ])
      await this.#cli(verb.join(" "), verb);
    await this.#asked("with the operator token", "/v1/bootstrap/links", undefined, `Bearer ${made}`);
  }

  async links(): Promise<void> {
    const byVerb = await this.#cli("bootstrap link", ["bootstrap", "link", "--subject", "kiosk-7"]);
    this.#plantLink("link", byVerb.stdout, "answer: bootstrap link", "stdout: bootstrap link");
    const step = "bootstrap link on the directory";
    const here = ["--state-dir", this.run.stateDir, "--config", join(this.run.home, CONFIG)];
    const args = ["bootstrap", "link", "--json", "--public-base-url", this.run.url, ...here];
    const onDisk = await this.run.cli(step, args, this.#gatewayEnv);
    this.#plantLink("link on the directory", onDisk.stdout, `stdout: ${step}`);
    await this.#cli("bootstrap list", ["bootstrap", "list"]);
  }

  #plantLink(name: string, printed: string, ...places: readonly string[]): { link_id: string; secret: string } {
    const url = /http:\/\/[^\s"]+\/boot#v1[^\s"]+/.exec(printed)?.[0] ?? fail(printed);
    const { link_id, secret } = readBootstrapLink(url);
    this.run.plant(name, secret, ...places);
    this.#mistyped.set(name, secret);
    return { link_id, secret };
  }

  async identities(): Promise<void> {
    const entropy = `hex:${randomBytes(32).toString("hex")}`;
    this.run.write("did.entropy", `${entropy}\n`);
    const names = { method: "key", network: "tau-prod", subject: "browser-agent" } as const;
    for (const [nth, secret] of secretsOf({ ...names, entropy }).entries()) {
      // The entropy itself, and the bytes that it is: the file has both.
      const isEntropy = nth === 0 || Buffer.from(secret).toString("hex") === entropy.slice(4);
      this.run.plant(`entropy ${nth}`, secret, ...(isEntropy ? fileAlways("did.entropy") : []));
    }
    const options = ["--network", "tau-prod", "--state-dir", this.run.stateDir];
    const file = ["--entropy-file", "did.entropy"];
    const verify = ["did", "verify", "--state-dir", this.run.stateDir];
    const steps: Promise<ProgramAnswer>[] = [];
    for (const [args, env] of [
      [["did", "init", ...options, ...file], {}],
      [["did", "init", ...options, "--output", "other.json", "--json"], { TAU_EDGE_DID_ENTROPY: entropy }],
      [["did", "init", ...options, "--entropy", entropy, "--accept-clock"], {}],
      [["did", "init", ...options, "--entropy", `hex:${entropy}`], {}],
      [["did", "init", ...options, "--subject", entropy, ...file], {}],
      [[...verify, ...file], {}],
      [["did", "verify", "--legacy", "--entropy", entropy, "did:key:z6Mkabc"], {}],
      [["did", "show", "--json", "--state-dir", this.run.stateDir], {}],
    ] as const)
      steps.push(this.run.cli(`did: ${steps.length}`, args, env));
    await Promise.all(steps);
  }

  async agents(): Promise<void> {
    const url = (await this.#told("link by HTTP", "/v1/bootstrap/links", { subject: "browser-agent" })).url;
    const link = this.#plantLink("link by HTTP", url, "answer: link by HTTP");
    const agent = await this.#born();
    for (const secret of [newSecret(), ...this.#mistyped.values()].slice(0, 3)) {
      this.run.proxy.step = "exchange with a wrong secret";
      await drained(agent.exchange({ ...link, secret }));
    }
    await this.#letIn("agent", agent, link);
    this.run.proxy.step = "a second agent with a used link";
    await drained((await this.#born()).exchange(link));
    this.run.proxy.step = "an agent at work";
    await drained(agent.ask("/v1/resolve/dev/shop"));
    for (const reporter of this.#mistyped.values()) {
      const batch = { batch_id: "b-1", rollout_id: "default~dev~shop~999", attempt: 1, stage: 0, window: 0 };
      const release = `sha256:${"0".repeat(64)}`;
      await drained(agent.post("/v1/reports", { batches: [{ ...batch, release, reporter }] }));
    }
    await drained(agent.post("/v1/reports", { batches: [] }));
    await this.#renewed("renewal", agent);
    const listed = await this.#cli("agents list", ["agents", "list", "--json"]);
    if (!listed.stdout.includes(agent.did)) fail(listed);
    await this.#cli("agents revoke", ["agents", "revoke", agent.did]);
    this.run.proxy.step = "a revoked agent";
    await drained(agent.renew());
  }

  async #letIn(name: string, agent: StrangersAgent, link: { link_id: string; secret: string }): Promise<void> {
    for (const step of [`exchange of ${name}`, `repeated exchange of ${name}`]) {
      this.run.proxy.step = step;
      const response = await agent.exchange(link);
      if (agent.token === undefined) fail(await response.text());
      else this.run.plant(`access token: ${step}`, agent.token, `answer: ${step}`);
      await drained(Promise.resolve(response));
    }
    this.#mistyped.set("access token", agent.token ?? "");
  }

  async #renewed(step: string, agent: StrangersAgent): Promise<void> {
    this.run.proxy.step = step;
    const before = agent.token;
    await drained(agent.renew());
    if (agent.token === undefined || agent.token === before) fail(`${step} gave no token`);
    else this.run.plant(`access token: ${step}`, agent.token, `answer: ${step}`);
  }

  /** Every secret in every place of every request. */
  async wrongInput(): Promise<void> {
    const operations = operationsOf(await (await this.run.fetch("openapi", "/openapi.json")).text());
    const statuses = new Map<number, number>();
    for (const [name, secret] of this.#mistyped) {
      for (const operation of operations) {
        this.run.proxy.step = `${operation.method} ${operation.path} with: ${name}`;
        const sent = await sendAll(this.run.url, wrongOperations(operation, secret, this.#authorization));
        for (const status of sent) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      this.run.proxy.step = `header fields with: ${name}`;
      const sent = await sendAll(this.run.url, wrongFields(secret));
      for (const status of sent) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    this.statuses = statuses;
  }

  /** How often each was answered to wrong input. */
  statuses: ReadonlyMap<number, number> = new Map();

  /** A secret in the place of something else, on the command line. */
  async wrongVerbs(): Promise<void> {
    const [secret = ""] = [...this.#mistyped.values()].slice(-1);
    const asked: Promise<ProgramAnswer>[] = [];
    for (const args of [
      ["bootstrap", "revoke", secret],
      ["agents", "revoke", secret],
      ["token", "revoke", secret],
      ["token", "create", secret, "--scope", "operate"],
      ["token", "create", "x", "--scope", secret],
      ["token", "list", "--token-file", secret],
      ["token", "list", "--password-file", secret],
      ["token", "list", "--token", `${secret} ${secret}`],
      ["bootstrap", "link", "--ttl", secret],
      ["bootstrap", "link", "--expected-did", secret],
      ["token", "create", "x", "--scope", "operate", "--expires-in", secret],
      ["rotate", "--agents-since", secret],
      ["rotate", "--scope", secret],
      ["rotate", "--config", secret, "--state-dir", this.run.stateDir],
    ])
      asked.push(this.#cli(`wrong: ${args.map((arg) => (arg.includes(secret) ? "SECRET" : arg)).join(" ")}`, args));
    await Promise.all(asked);
  }

  /** A secret in the place of something else, where a gateway is configured. */
  async wrongStarts(): Promise<void> {
    const secret = this.#owner;
    const config = (name: string, gateway: object) => ["--config", this.run.write(name, JSON.stringify({ gateway }))];
    const starts: [string, readonly string[], Readonly<Record<string, string>>][] = [
      ["weak.json", config("weak.json", { auth: { token: `${secret} ${secret}` } }), {}],
      ["member.json", config("member.json", { auth: { [secret]: secret } }), {}],
      ["file.json", config("file.json", { auth: { token: { file: secret } } }), {}],
      ["hash.json", config("hash.json", { auth: { password: { hash: secret } } }), {}],
      ["origin.json", config("origin.json", { auth: { origins: [secret] } }), {}],
      ["both.json", config("both.json", { auth: { mode: secret, token: secret, password: secret } }), {}],
      ["text.json", ["--config", this.run.write("text.json", `{"gateway": ${secret}}`)], {}],
      ["table", [], { TAU_EDGE_TOKENS: secret }],
      ["member of the table", [], { TAU_EDGE_TOKENS: JSON.stringify([{ [secret]: secret }]) }],
      ["token", [], { TAU_EDGE_GATEWAY_TOKEN: `${secret} ` }],
      ["password", [], { TAU_EDGE_GATEWAY_PASSWORD: `$scrypt$${secret}` }],
      ["bootstrap secret", [], { TAU_EDGE_BOOTSTRAP_SECRET: secret.slice(0, 15) }],
      ["option", [`--tokn=${secret}`], {}],
    ];
    for (const [name] of starts.filter(([name]) => name.endsWith(".json")))
      this.run.plant("owner", secret, ...fileAlways(name));
    const answers = starts.map(async ([name, args, env]) => {
      const answer = await this.run.startWrongly(`wrong start: ${name}`, args, env);
      if (answer.exitCode !== 2) fail({ name, ...answer });
    });
    await Promise.all(answers);
  }

  /** A file that is broken while the gateway runs: it keeps what it had, and says so. */
  async #configureWrongly(): Promise<void> {
    const good = readFileSync(join(this.run.home, CONFIG), "utf8");
    this.run.write(CONFIG, JSON.stringify({ gateway: { auth: { [this.#owner]: this.#owner } } }));
    await this.run.untilLogged("configuration_kept");
    this.run.write(CONFIG, good);
  }

  async #crash(): Promise<void> {
    await this.run.end("SIGKILL");
    this.run.keepFiles("at the crash");
    this.#plantKeys("at the crash");
    await this.start();
    await this.#logIn("log in again");
  }

  async rotations(): Promise<void> {
    const agent = await this.#born();
    const { url } = await this.#told("link before the rotation", "/v1/bootstrap/links", { subject: "browser-agent" });
    await this.#letIn(
      "the agent before",
      agent,
      this.#plantLink("link before", url, "answer: link before the rotation"),
    );
    await this.#rotate("rotate", []);
    await this.#renewed("renewal after the rotation", agent);
    await this.#rotate("rotate after an incident", ["--after-incident"]);
    await this.#renewed("renewal after the incident", agent);
    await this.#cli("token revoke ops", ["token", "revoke", "ops"]);
    await this.#cli("bootstrap list at the end", ["bootstrap", "list", "--json"]);
    await this.#cli("doctor", ["doctor", "--json", "--state-dir", this.run.stateDir]);
  }

  async #rotate(step: string, more: readonly string[]): Promise<void> {
    const old = { owner: this.#owner, authorization: this.#authorization };
    if (this.mode === "token") {
      const rotated = await this.#cli(step, ["rotate", ...more]);
      this.#owner = rotated.stdout.match(/tk_\S+/)?.[0] ?? fail(rotated);
      this.#client = { TAU_EDGE_TOKEN: this.#owner };
      this.run.plant(`owner: ${step}`, this.#owner, `answer: ${step}`, `stdout: ${step}`);
    } else {
      const next = newSecret();
      this.run.plant(`owner: ${step}`, next);
      const env = { TAU_EDGE_GATEWAY_PASSWORD: this.#owner, TAU_EDGE_NEW_PASSWORD: next };
      const rotated = await this.run.cli(step, ["rotate", ...more, "--gateway", this.run.url], env);
      if (rotated.exitCode !== 0) fail(rotated);
      this.#plantSession(step);
      this.#owner = next;
    }
    await this.#asked(`${step}: the old one`, "/v1/tokens", undefined, old.authorization);
    if (this.mode === "password") await this.#asked(`${step}: the old one`, "/v1/session", { password: old.owner });
    await this.#logIn(`log in after: ${step}`);
  }

  async #end(): Promise<void> {
    await this.run.end("SIGTERM");
    this.run.keepFiles("at the end");
    this.#plantKeys("at the end");
  }

  /** The gateway's own keys have to be somewhere, and that is one table. One that was replaced may stay in its free pages. */
  #plantKeys(when: (typeof WHENS)[number]): void {
    const database = new DatabaseSync(join(this.run.dir, DATABASE), { readOnly: true });
    for (const row of database.prepare("SELECT name, bytes FROM secret").all()) {
      const { name, bytes } = KeySchema.parse(row);
      this.#keys.set(`${name} ${Buffer.from(bytes).toString("hex", 0, 4)}`, bytes);
    }
    database.close();
    for (const [name, bytes] of this.#keys) {
      const places = this.run.readables().filter(([place, there]) => {
        const isDatabase = [DATABASE, `${DATABASE}-wal`].some((file) => place === `file ${when}: ${file}`);
        return isDatabase && Buffer.from(there).includes(bytes);
      });
      this.run.plant(name, bytes, ...places.map(([place]) => place));
    }
  }

  async #born(): Promise<StrangersAgent> {
    const base = this.run.url;
    return StrangersAgent.born({ base, send: (path, init: AgentRequest = {}) => fetch(base + path, init) });
  }

  async #cli(step: string, args: readonly string[]): Promise<ProgramAnswer> {
    const answer = await this.run.cli(step, [...args, "--gateway", this.run.url], this.#client);
    this.#plantSession(step);
    return answer;
  }

  /** One that a command bought, where it did. */
  #plantSession(step: string): void {
    if (this.mode !== "password") return;
    const answered = Buffer.concat(this.run.proxy.answers.get(step) ?? []).toString("latin1");
    const session = /"access_token":"([^"]+)"/.exec(answered)?.[1];
    if (session !== undefined) this.run.plant(`session: ${step}`, session, `answer: ${step}`);
  }

  async #asked(step: string, path: string, document?: unknown, authorization = this.#authorization): Promise<Response> {
    const init: AgentRequest = document === undefined ? {} : posted(document);
    const who: Record<string, string> = authorization === "" ? {} : { authorization };
    return this.run.fetch(step, path, {
      ...init,
      headers: { ...init.headers, ...who, "x-forwarded-for": elsewhere() },
    });
  }

  async #told(step: string, path: string, document?: unknown): Promise<z.output<typeof ToldSchema>> {
    const response = await this.#asked(step, path, document);
    const text = await response.text();
    return response.ok ? ToldSchema.parse(JSON.parse(text)) : fail(`${step}: ${text}`);
  }
}

const KeySchema = z.object({ name: z.string(), bytes: z.instanceof(Uint8Array) });
/** Of every answer that tells a secret, what it calls it. */
const ToldSchema = z.object({
  access_token: z.string().default(""),
  token: z.string().default(""),
  url: z.string().default(""),
});

async function drained(response: Promise<Response>): Promise<void> {
  await (await response).arrayBuffer();
}

function fail(what: unknown): never {
  throw new Error(JSON.stringify(what));
}
