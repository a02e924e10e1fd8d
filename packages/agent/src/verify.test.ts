import { digestOf, encodeUtf8, sha256 } from "@tau-edge/encoding";
import { readManifest } from "@tau-edge/manifest";
import { describe, expect, it } from "vitest";
import { addingModule, openWorld, PLACE, type Tamper, type Watched, type World } from "./agent-world.test-helper.ts";
import { AGENT_LIMITS } from "./limits.ts";
import { readManifestClaims } from "./manifest-claims.ts";
import { type ReleaseResolution, readResolution } from "./resolution.ts";

const refused = (code: string, more: object = {}) => expect.objectContaining({ name: "AgentError", code, ...more });

async function resolved({ agent }: Watched, key = "somebody"): Promise<ReleaseResolution> {
  const resolution = await agent.resolve(...PLACE, { versionKey: key });
  if (resolution.outcome !== "release") throw new Error(resolution.outcome);
  return resolution;
}

/** Other bytes, with everything else as it was. */
function changing(part: "artifacts" | "manifests", change: (bytes: Uint8Array) => Uint8Array): Tamper {
  return async (path, response) => {
    if (!path.startsWith(`/v1/${part}/`)) return response;
    const { "content-length": _other, ...headers } = Object.fromEntries(response.headers);
    return new Response(Uint8Array.from(change(new Uint8Array(await response.arrayBuffer()))), { headers });
  };
}

describe("what was fetched", () => {
  it("is verified step by step, and runs", async () => {
    const world = await openWorld();
    const watched = await world.member();
    const resolution = await resolved(watched);
    const verified = await watched.agent.fetchVerified(resolution);
    expect(verified).toMatchObject({
      kind: "module",
      manifest: { blueprint_id: "shop", artifact: resolution.artifact },
    });
    const steps = watched.seen.flatMap((event) => (event.kind === "verified" ? [event.step] : []));
    expect(steps.map(({ what, digest }) => [what, digest])).toEqual([
      ["manifest", resolution.manifest],
      ["artifact", resolution.artifact],
    ]);
    const running = await watched.agent.run(verified);
    expect(running.exports).toEqual(["add", "boom"]);
    expect(await running.call("add", 2, 40)).toBe(42);
    await expect(running.call("subtract")).rejects.toThrow(refused("export_unknown"));
    await expect(running.call("boom")).rejects.toThrow(refused("call_failed"));
    running.stop();
    await expect(running.call("add", 1, 1)).rejects.toThrow(refused("instance_stopped"));
  });

  it("is refused after one flipped bit, wherever it is", async () => {
    const world = await openWorld();
    const watched = await world.member();
    const resolution = await resolved(watched);
    const size = addingModule("old").length;
    for (const part of ["artifacts", "manifests"] as const)
      for (let at = 0; at < size; at += 7) {
        world.tamper = changing(part, (bytes) => bytes.with(at, (bytes[at] ?? 0) ^ 1));
        await expect(watched.agent.fetchVerified(resolution)).rejects.toThrow(refused("content_digest"));
      }
  });

  it.each<[string, Tamper, string]>([
    ["a byte short", changing("artifacts", (bytes) => bytes.subarray(1)), "content_truncated"],
    ["empty", changing("artifacts", () => new Uint8Array()), "content_truncated"],
    ["a byte long", changing("artifacts", (bytes) => Uint8Array.of(...bytes, 0)), "content_too_long"],
    ["the artifact before it", changing("artifacts", () => addingModule("xyz")), "content_digest"],
    ["another manifest", changing("manifests", () => encodeUtf8("{}")), "content_digest"],
    [
      "a page",
      (path, response) =>
        path.startsWith("/v1/artifacts/")
          ? new Response(response.body, {
              headers: { ...Object.fromEntries(response.headers), "content-type": "text/html" },
            })
          : response,
      "content_type",
    ],
    [
      "elsewhere",
      (path, response) =>
        path.startsWith("/v1/artifacts/")
          ? new Response(null, { status: 302, headers: { location: "/other" } })
          : response,
      "gateway_refused",
    ],
    [
      "gone",
      (path, response) => (path.includes("sha256") ? new Response("{}", { status: 404 }) : response),
      "gateway_refused",
    ],
  ])("is refused when it is %s", async (_name, tamper, code) => {
    const world = await openWorld();
    const watched = await world.member();
    const resolution = await resolved(watched);
    world.tamper = tamper;
    await expect(watched.agent.fetchVerified(resolution)).rejects.toThrow(refused(code));
  });

  it("is given up at the first byte too many, and not read to its end", async () => {
    const world = await openWorld();
    const watched = await world.member();
    const resolution = await resolved(watched);
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1_024;
        controller.enqueue(new Uint8Array(1_024));
      },
    });
    world.tamper = (path, response) =>
      path.startsWith("/v1/artifacts/")
        ? new Response(endless, { headers: { "content-type": "application/wasm" } })
        : response;
    await expect(watched.agent.fetchVerified(resolution)).rejects.toThrow(refused("content_too_long"));
    expect(sent).toBeLessThanOrEqual(4_096);
  });

  it("is refused when the release names another artifact than its manifest", async () => {
    const world = await openWorld();
    const watched = await world.member();
    const { stable, candidate } = world.story;
    const resolution = { ...(await resolved(watched)), manifest: stable.manifest, artifact: candidate.artifact };
    await expect(watched.agent.fetchVerified(resolution)).rejects.toThrow(refused("manifest_contradiction"));
    const other = { ...(await resolved(watched)), blueprint: "another" };
    await expect(watched.agent.fetchVerified(other)).rejects.toThrow(refused("manifest_contradiction"));
  });
});

describe("a manifest", () => {
  const manifest = async (world: World): Promise<Record<string, unknown>> => {
    const bytes = world.story.objects().find(({ digest }) => digest === world.story.stable.manifest)?.bytes;
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  };

  it("is read as the manifest package reads it", async () => {
    const document = await manifest(await openWorld());
    const bytes = encodeUtf8(JSON.stringify(document));
    const { manifest: whole } = readManifest(bytes);
    expect(readManifestClaims(bytes)).toEqual({
      blueprint_id: whole.blueprint_id,
      artifact: `sha256:${whole.artifact_sha256}`,
      artifact_size_bytes: whole.artifact_size_bytes,
      artifact_kind: whole.tau_edge?.artifact_kind,
      profile_id: whole.tau_edge?.profile_id,
    });
  });

  it.each<[string, object]>([
    ["schema_version", { schema_version: 2 }],
    ["deploy_target", { deploy_target: "native" }],
    ["blueprint_id", { blueprint_id: " " }],
    ["artifact_sha256", { artifact_sha256: "0".repeat(63) }],
    ["artifact_size_bytes", { artifact_size_bytes: 0 }],
    ["tau_edge", { tau_edge: { manifest_version: 2 } }],
    [
      "compliance",
      { tau_edge: { manifest_version: 1, artifact_kind: "module", profile_id: "p", compliance: "maybe" } },
    ],
  ])("is refused by both readers for its %s", async (_name, change) => {
    const bytes = encodeUtf8(JSON.stringify({ ...(await manifest(await openWorld())), ...change }));
    expect(() => readManifestClaims(bytes)).toThrow(refused("manifest_malformed"));
    expect(() => readManifest(bytes)).toThrow();
  });

  it("of the original is read without what it does not say", async () => {
    const { tau_edge: _ours, ...original } = await manifest(await openWorld());
    expect(readManifestClaims(encodeUtf8(JSON.stringify(original)))).not.toHaveProperty("artifact_kind");
  });

  it("that says a key twice is refused", () => {
    expect(() => readManifestClaims(encodeUtf8('{"schema_version":1,"schema_version":1}'))).toThrow(
      refused("manifest_malformed"),
    );
  });

  it("of an artifact larger than is read is refused before that is fetched", async () => {
    const document = { ...(await manifest(await openWorld())), artifact_size_bytes: 2 ** 40 };
    expect(() => readManifestClaims(encodeUtf8(JSON.stringify(document)))).toThrow(refused("content_too_long"));
  });
});

describe("an answer", () => {
  const digest = digestOf(sha256(encodeUtf8("x")));
  const answer = {
    ...{
      schema_version: 1,
      environment: "dev",
      blueprint: "shop",
      release: digest,
      manifest: digest,
      artifact: digest,
    },
    ...{ max_age_ms: 5_000, assigned_by: "committed" },
  };

  it.each<[string, object]>([
    ["of another form", { schema_version: 2 }],
    ["for another place", { environment: "prod" }],
    ["for another blueprint", { blueprint: "other" }],
    ["with an outcome that nobody knows", { outcome: "burn" }],
    ["without a release", { release: undefined }],
    ["with half a digest", { artifact: "sha256:00" }],
    ["without an age", { max_age_ms: undefined }],
    ["with a negative age", { max_age_ms: -1 }],
    ["with a derived digest that is none", { derived: "x" }],
    ["with a rollout without an arm", { rollout: { rollout_id: "r", attempt: 1, stage: 0, window: 0 } }],
    ["that pauses without saying why", { outcome: "paused", since_unix_ms: 1 }],
  ])("%s is none", (_name, change) => {
    const said = JSON.parse(JSON.stringify({ ...answer, ...change }));
    expect(() => readResolution(said, "dev", "shop")).toThrow(refused("answer_malformed"));
  });

  it("that pauses is read, and names no release", () => {
    const said = { ...answer, outcome: "paused", reason: "broken", since_unix_ms: 7 };
    expect(readResolution(said, "dev", "shop")).toEqual({
      ...{ environment: "dev", blueprint: "shop", max_age_ms: 5_000 },
      ...{ outcome: "paused", reason: "broken", since_unix_ms: 7 },
    });
  });

  it("counts until it is as old as it may be, and is then asked for again with its tag", async () => {
    const world = await openWorld();
    const watched = await world.member();
    const first = await resolved(watched);
    world.asked.length = 0;
    await world.clock.advance(first.max_age_ms - 1);
    expect(await resolved(watched)).toBe(first);
    expect(world.asked).toEqual([]);
    await world.clock.advance(1);
    const statuses: number[] = [];
    world.tamper = (_path, response) => {
      statuses.push(response.status);
      return response;
    };
    expect(await resolved(watched)).toBe(first);
    expect(statuses).toEqual([304]);
  });

  it("is forgotten when many others came after it: whoever asks for each user keeps no list of users", async () => {
    const world = await openWorld();
    const { agent } = await world.member();
    for (let nth = 0; nth <= AGENT_LIMITS.remembered_answers_max; nth++)
      await agent.resolve(...PLACE, { versionKey: `user-${nth}` });
    world.asked.length = 0;
    await agent.resolve(...PLACE, { versionKey: `user-${AGENT_LIMITS.remembered_answers_max}` });
    expect(world.asked).toEqual([]);
    await agent.resolve(...PLACE, { versionKey: "user-0" });
    expect(world.asked).toHaveLength(1);
  });
});

describe("a cache", () => {
  it("that holds what was damaged once is passed by", async () => {
    const world = await openWorld();
    const watched = await world.member();
    const resolution = await resolved(watched);
    const asked: (string | undefined)[] = [];
    const honest = world.fetch;
    const { agent } = await world.member({
      fetch: async (url, init) => {
        const response = await honest(url, init);
        if (!url.includes("/v1/artifacts/")) return response;
        asked.push(init.cache);
        return init.cache === "reload"
          ? response
          : changing("artifacts", () => addingModule("xyz"))("/v1/artifacts/", response);
      },
    });
    expect((await agent.fetchVerified(resolution)).bytes.length).toBe(addingModule("old").length);
    expect(asked).toEqual([undefined, "reload"]);
  });
});
