/** Whoever runs a gateway and its command line finds a secret where it was handed out, and nowhere else. */
import { toMultibase } from "@tau-edge/encoding";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "./canary-run.ts";
import { CanaryStory } from "./canary-story.ts";

const RUNS = [["node", "token"]] as const;

/** They ask the same of the same code, half a minute each; scripts/campaign-canary.ts wants them too. */
const MORE_RUNS = [
  ["node", "password"],
  ["deno", "token"],
  ["deno", "password"],
] as const;

const WANTED = process.env["CANARY_RUNS"] === "all" ? [...RUNS, ...MORE_RUNS] : RUNS;

/** Some sixty processes. */
const STORY_MS_MAX = 600_000;

const ENCODINGS: Readonly<Record<string, (secret: Buffer) => string>> = {
  utf8: (secret) => secret.toString("latin1"),
  hex: (secret) => secret.toString("hex"),
  base64: (secret) => Buffer.concat([Buffer.from("owner:"), secret]).toString("base64"),
  base64url: (secret) => secret.toString("base64url"),
  base58: (secret) => toMultibase("z", secret),
  reversed: (secret) => Array.from(secret.toString("latin1")).reverse().join(""),
};

describe.each(WANTED)("a gateway on %s, whose owner has a %s", (runtime, mode) => {
  let story: CanaryStory;
  beforeAll(async () => {
    story = await CanaryStory.begin(PROGRAMS[runtime], mode);
    await story.tell(runtime === "node" && mode === "token");
  }, STORY_MS_MAX);
  afterAll(() => story?.run.close());

  it("leaves every secret where it was handed out, and nowhere else", () => {
    expect(story.run.surprises()).toEqual([]);
  });

  it("was asked enough, and refused what was wrong", () => {
    expect(story.run.secrets.size).toBeGreaterThan(20);
    expect(story.statuses.get(200)).toBeGreaterThan(100);
    for (const status of [400, 401, 404, 405, 415, 421, 422])
      expect(story.statuses.get(status), `answers with ${status}`).toBeGreaterThan(0);
    expect([...story.statuses.keys()].filter((status) => status >= 500)).toEqual([]);
    const places = story.run.readables().map(([place]) => place);
    for (const place of ["log 1", "log 2", "stderr: rotate", "answer: renewal"]) expect(places).toContain(place);
    for (const file of ["agents.db", "agents.db-wal", "agents.db-shm", "ledger.db"])
      expect(places).toContain(`file at the crash: state/tau-edge/${file}`);
    expect(places.filter((place) => place.includes("/objects/")).length).toBeGreaterThan(10);
  });

  it("would be told of each of them in a line of a log, whole or cut off, in whatever way it is written", () => {
    for (const [name, { bytes }] of story.run.secrets)
      for (const [encoding, write] of Object.entries(ENCODINGS)) {
        const written = write(Buffer.from(bytes));
        for (const text of encoding === "base58" ? [written] : [written, written.slice(0, -1)]) {
          const line = Buffer.from(`{"level":"info","detail":"${text}"}\n`, "latin1");
          expect(story.run.surprises([["a log", line]]), `${name} as ${encoding}`).toContain(`${name} in a log`);
        }
      }
  });
});

/** Writes who asks into its log, and into its answers. */
const LEAKING = `
  import http from "node:http";
  const { emit } = http.Server.prototype;
  http.Server.prototype.emit = function (event, request, response, ...rest) {
    if (event === "request") {
      const asked = Buffer.from(request.headers.authorization ?? "");
      process.stderr.write(JSON.stringify({ asked: asked.toString("hex") }) + "\\n");
      response.setHeader("x-asked", asked.toString("base64"));
    }
    return emit.call(this, event, request, response, ...rest);
  };`;

describe("a gateway that writes down who asks", () => {
  let story: CanaryStory;
  beforeAll(async () => {
    story = await CanaryStory.begin(PROGRAMS.node, "token");
    await story.start({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LEAKING)}` });
    await story.links();
    await story.run.end("SIGTERM");
  });
  afterAll(() => story?.run.close());

  it("is found out, by its log and by its answers", () => {
    expect(story.run.surprises()).toEqual(
      expect.arrayContaining(["owner in log 1", "owner in answer: bootstrap link", "owner in answer: bootstrap list"]),
    );
  });
});
