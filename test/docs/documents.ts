/** Finds the documents of the house and takes them apart: fenced examples, tables, links. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Document {
  /** Path from the root. */
  readonly path: string;
  readonly text: string;
}

export interface Fence {
  readonly language: string;
  readonly body: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
}

export function documents(): Document[] {
  return globSync("**/*.md", { cwd: ROOT, exclude: ["**/node_modules", "**/dist", "**/.tau"] })
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

export function fences(document: Document): Fence[] {
  const found: Fence[] = [];
  let open: { language: string; line: number; body: string[] } | undefined;
  for (const [index, line] of document.text.split("\n").entries()) {
    if (!line.startsWith("```")) {
      open?.body.push(line);
    } else if (open === undefined) {
      open = { language: line.slice(3).trim(), line: index + 1, body: [] };
    } else {
      found.push({ language: open.language, line: open.line, body: open.body.join("\n") });
      open = undefined;
    }
  }
  return found;
}

/** Targets of inline links that stay in the repository. */
export function localLinks(document: Document): string[] {
  return [...document.text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => (match[1] ?? "").split("#")[0] ?? "")
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target));
}

/** Rows of the first table below the heading, cells trimmed, without header and rule. */
export function tableUnder(document: Document, heading: string): string[][] {
  const lines = document.text.split("\n");
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`${document.path} has no heading ${heading}`);
  const first = lines.findIndex((line, index) => index > start && line.startsWith("|"));
  const rows: string[][] = [];
  for (let at = first; at >= 0 && (lines[at] ?? "").startsWith("|"); at += 1) {
    rows.push(
      (lines[at] ?? "")
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  }
  return rows.slice(2);
}
