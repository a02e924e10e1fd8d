/** Gateways that a browser is sent to: one story on each runtime, behind a front that can change what they answer. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Digest } from "@tau-edge/encoding";
import { buildPages, writePages } from "../../scripts/build-pages.ts";
import { DENO, DENO_MAIN, NODE_MAIN } from "../runtimes/gateway-commands.ts";
import { startGateway } from "../runtimes/gateway-process.ts";
import { tellInMemory } from "../runtimes/memory-story.ts";
import { plantStory } from "../runtimes/planted-story.ts";
import type { StoryArtifact } from "../runtimes/rollout-story.ts";
import { plantWorkerState, startWorker } from "../runtimes/wrangler-dev.ts";
import { type Front, openFront } from "./front.ts";

export const OWNER = "owner-of-a-browser-test-".padEnd(48, "z");

export interface BrowsedGateway {
  readonly front: Front;
  /** Of the release that half of the agents get. */
  readonly manifest: Digest;
  end(): Promise<void>;
}

type ArtifactOf = (name: string) => StoryArtifact;

/** A process that has the pages itself, and serves them under its own header fields. */
async function onDisk(command: string, run: readonly string[], artifactOf: ArtifactOf): Promise<BrowsedGateway> {
  const story = await plantStory(artifactOf);
  const folder = await mkdtemp(join(tmpdir(), "tau-edge-browsed-"));
  const [config, pages] = [join(folder, "gateway.json"), join(folder, "pages")];
  await writePages(pages);
  await writeFile(config, JSON.stringify({ gateway: { auth: { token: OWNER } } }));
  const options = ["--state-dir", story.stateDir, "--port", "0", "--pages", pages, "--config", config];
  const gateway = await startGateway(command, [...run, ...options, "--resolve-seconds", "1"], {
    env: { TAU_EDGE_TOKENS: "" },
  });
  const front = await openFront();
  front.gateway = gateway.url;
  return {
    front,
    manifest: story.candidate.manifest,
    async end() {
      await front.close();
      await gateway.end("SIGTERM");
      await story.remove();
      await rm(folder, { recursive: true });
    },
  };
}

/** A Worker has no folder: the front has the pages, and the Worker knows under which name it is reached. */
async function onWorkerd(artifactOf: ArtifactOf): Promise<BrowsedGateway> {
  // As long ago as on disk, so that its windows are still open.
  const story = await tellInMemory(Date.now() - 2 * 60_000, artifactOf);
  const { ledger } = story.stores;
  const streams = await ledger.streams();
  const read = streams.map(async (stream) => [stream, await ledger.read(stream, 0, 256)] as const);
  const folder = await mkdtemp(join(tmpdir(), "tau-edge-browsed-"));
  await plantWorkerState({ objects: story.objects(), records: new Map(await Promise.all(read)) }, folder);
  const front = await openFront(await buildPages());
  const gateway = await startWorker(folder, {
    ...{ PUBLIC_BASE_URL: front.origin, TAU_EDGE_GATEWAY_TOKEN: OWNER, RESOLVE_SECONDS: "1", NETWORK: "tau-devnet" },
  });
  front.gateway = gateway.url;
  return {
    front,
    manifest: story.candidate.manifest,
    async end() {
      await front.close();
      await gateway.end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const GATEWAYS: readonly (readonly [
  name: string,
  start: (artifactOf: ArtifactOf) => Promise<BrowsedGateway>,
])[] = [
  ["node", (artifactOf) => onDisk(process.execPath, [NODE_MAIN], artifactOf)],
  ["deno", (artifactOf) => onDisk(DENO, ["run", "-A", "--no-check", "--quiet", DENO_MAIN], artifactOf)],
  ["workerd", onWorkerd],
];
