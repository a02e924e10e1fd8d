/** What a page loads for an agent: bytes, not milliseconds, so it is the same everywhere. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";

const AGENT_GZIP_BYTES_MAX = 15_000;
const WITH_VERIFIER_GZIP_BYTES_MAX = 40_000;

async function gzippedBytes(...entries: readonly string[]): Promise<number> {
  const contents = entries.map((entry) => `export * from ${JSON.stringify(`./${entry}.ts`)};`).join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    ...{ bundle: true, minify: true, format: "esm", platform: "browser", target: "es2022", write: false },
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}

it("an agent is small, and still small with its own verifier", async () => {
  const [agent, whole] = [await gzippedBytes("mod"), await gzippedBytes("mod", "strict-verifier")];
  console.log(`agent: ${agent} bytes gzip, with the strict verifier ${whole}`);
  expect(agent).toBeLessThan(AGENT_GZIP_BYTES_MAX);
  expect(whole).toBeLessThan(WITH_VERIFIER_GZIP_BYTES_MAX);
});
