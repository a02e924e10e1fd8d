/** A Prometheus of this machine (Debian: prometheus), which scrapes one gateway and keeps what it saw in a directory of its own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const tried = ["prometheus", "promtool"].map((program) => spawnSync(program, ["--version"]).status === 0);

export const PROMETHEUS_MISSING = tried.every(Boolean) ? undefined : "no Prometheus here: apt-get install prometheus";

const READY_MS = 20_000;

export interface Prometheus {
  /** The value of each series that the query gives. */
  query(query: string): Promise<readonly number[]>;
  /** What the target said of a family, when it was scraped last. */
  metadata(family: string): Promise<{ readonly type: string; readonly unit: string } | undefined>;
  stop(): Promise<void>;
}

/** @param target `127.0.0.1:8787` */
export async function startPrometheus(directory: string, target: string): Promise<Prometheus> {
  const config = join(directory, "prometheus.yml");
  const scrape = { job_name: "gateway", scrape_interval: "200ms", static_configs: [{ targets: [target] }] };
  await writeFile(config, JSON.stringify({ scrape_configs: [scrape] }));
  const listens = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    "prometheus",
    [
      ...[`--config.file=${config}`, `--storage.tsdb.path=${join(directory, "tsdb")}`],
      ...[`--web.listen-address=${listens}`, "--log.level=warn"],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const said: string[] = [];
  child.stderr.on("data", (data: Buffer) => said.push(data.toString()));
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`http://${listens}${path}`);
    return response.ok ? response.json() : undefined;
  };
  await untilReady(child, () => ask("/api/v1/status/buildinfo"), said);
  return {
    async query(query) {
      const answer = (await ask(`/api/v1/query?query=${encodeURIComponent(query)}`)) as
        | { readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] } }
        | undefined;
      return answer?.data.result.map(({ value: [, text] }) => Number(text)) ?? [];
    },
    async metadata(family) {
      const answer = (await ask(`/api/v1/metadata?metric=${family}`)) as
        | { readonly data: Record<string, readonly { readonly type: string; readonly unit: string }[]> }
        | undefined;
      return answer?.data[family]?.[0];
    },
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function untilReady(
  child: ChildProcess,
  isReady: () => Promise<unknown>,
  said: readonly string[],
): Promise<void> {
  const until = Date.now() + READY_MS;
  while ((await isReady().catch(() => undefined)) === undefined) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`Prometheus does not answer: ${said.join("")}`);
    await pause(50);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  return address.port;
}
