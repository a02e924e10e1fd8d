/** What a page loads for an agent, minified and compressed: bytes, so a busy machine does not matter. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { BenchRow } from "./row.ts";

const SOURCE = fileURLToPath(new URL("../../packages/agent/src", import.meta.url));

export const AGENT_GZIP_BYTES_MAX = 15_000;
export const WITH_VERIFIER_GZIP_BYTES_MAX = 40_000;

/** @param modules of packages/agent, without `.ts`; all that they export is kept */
export async function agentGzipBytes(...modules: readonly string[]): Promise<number> {
  const contents = modules.map((name) => `export * from ${JSON.stringify(`./${name}.ts`)};`).join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: SOURCE },
    ...{ bundle: true, minify: true, format: "esm", platform: "browser", target: "es2022", write: false },
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}

export async function bench(): Promise<BenchRow[]> {
  const [agent, whole] = [await agentGzipBytes("mod"), await agentGzipBytes("mod", "strict-verifier")];
  return [
    row("agent in a page", agent, AGENT_GZIP_BYTES_MAX),
    row("agent with its own verifier", whole, WITH_VERIFIER_GZIP_BYTES_MAX),
  ];
}

function row(name: string, figure: number, most: number): BenchRow {
  return { name, figure, unit: "bytes gzip", bar: `< ${most.toLocaleString("en")}`, pass: figure < most };
}
