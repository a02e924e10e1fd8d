/**
 * Builds the pages of edge/dashboard into a folder: `node scripts/build-pages.ts DIR`. A gateway hands out what
 * `pages.json` there lists, each page under a policy of its own.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "edge/dashboard/src");
const sandboxSource = join(root, "packages/agent/src/sandbox");

export interface BuiltPage {
  readonly media_type: string;
  readonly policy: string;
  readonly bytes: Uint8Array;
}

/**
 * Nothing but this origin's scripts and styles, and nobody else's frames; what is shown is text, so no policy for HTML is
 * ever made (Trusted Types).
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/**
 * Of the frame in which components run. It has no origin, so its one script is named by digest; what it makes from
 * verified bytes are blobs. It may ask nobody: `connect-src` falls back to none.
 */
function sandboxPolicy(script: string): string {
  const digest = createHash("sha256").update(script).digest("base64");
  const rules = [
    `script-src 'sha256-${digest}' blob: 'wasm-unsafe-eval'`,
    "worker-src blob:",
    "frame-ancestors 'self'",
  ];
  return ["default-src 'none'", ...rules, "base-uri 'none'", "form-action 'none'", "sandbox allow-scripts"].join("; ");
}

const OPTIONS = {
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  write: false,
} as const;

/** By path of the request. */
export async function buildPages(): Promise<ReadonlyMap<string, BuiltPage>> {
  const pages = new Map<string, BuiltPage>();
  const html = readFileSync(join(source, "index.html"));
  for (const path of ["boot", "dashboard", "dashboard/"])
    pages.set(path, { media_type: "text/html; charset=utf-8", policy: PAGE_POLICY, bytes: html });
  const style = readFileSync(join(source, "style.css"));
  pages.set("dashboard/style.css", { media_type: "text/css; charset=utf-8", policy: PAGE_POLICY, bytes: style });
  const scripts = await build({
    ...OPTIONS,
    ...{ entryPoints: { page: join(source, "page.ts") }, outdir: "/", splitting: true, chunkNames: "[name]-[hash]" },
  });
  for (const { path, contents } of scripts.outputFiles)
    pages.set(`dashboard/${basename(path)}`, { media_type: "text/javascript", policy: PAGE_POLICY, bytes: contents });
  const script = await sandboxScript();
  const frame = readFileSync(join(source, "sandbox.html"), "utf8").replace(
    /<script>[\s\S]*<\/script>/,
    () => `<script>${script}</script>`,
  );
  pages.set("dashboard/sandbox.html", {
    ...{ media_type: "text/html; charset=utf-8", policy: sandboxPolicy(script) },
    bytes: new TextEncoder().encode(frame),
  });
  return pages;
}

async function sandboxScript(): Promise<string> {
  const worker = await build({ ...OPTIONS, format: "iife", entryPoints: [join(sandboxSource, "worker.ts")] });
  const define = { WORKER_TEXT: JSON.stringify(worker.outputFiles[0]?.text ?? "") };
  const frame = await build({ ...OPTIONS, format: "iife", define, entryPoints: [join(sandboxSource, "frame.ts")] });
  const script = (frame.outputFiles[0]?.text ?? "").trim();
  // It stands in a page, where this would end it.
  if (/<\/script|<!--/i.test(script)) throw new Error("the script of the sandbox cannot stand in a page");
  return script;
}

/** Files, and `pages.json` beside them. */
export async function writePages(folder: string): Promise<void> {
  const index: Record<string, object> = {};
  for (const [path, { bytes, media_type, policy }] of await buildPages()) {
    const file = extname(path) === "" ? "index.html" : path.replaceAll("/", "-");
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), bytes);
    index[path] = { file, media_type, policy };
  }
  writeFileSync(join(folder, "pages.json"), `${JSON.stringify(index, null, 2)}\n`);
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error("usage: node scripts/build-pages.ts DIR");
  await writePages(folder);
}
