/** Components that browsers run only after a tool made JavaScript of them, and what the tool made. */
import { readFileSync } from "node:fs";
import { parse, transpile } from "@bytecodealliance/jco";
import type { StoryArtifact } from "../runtimes/rollout-story.ts";

const JCO = new URL("../../node_modules/@bytecodealliance/jco/package.json", import.meta.url);

/** Adds, and can be asked never to return. Both releases do the same; what they export besides tells them apart. */
const textOf = (name: string) => `(component
  (core module $m
    (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
    (func (export "spin") (loop br 0))
    (func (export "fail") unreachable))
  (core instance $i (instantiate $m))
  (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
  (func (export "spin") (canon lift (core func $i "spin")))
  (func (export "fail") (canon lift (core func $i "fail")))
  (func (export "is-${name}") (canon lift (core func $i "fail"))))`;

export async function adder(name: string): Promise<StoryArtifact> {
  const bytes = await parse(textOf(name));
  const options = { name: "adder", instantiation: "async", noTypescript: true, noNodejsCompat: true } as const;
  const { files } = await transpile(bytes, options);
  const kept = Object.entries(files).filter(([path]) => /\.(?:js|wasm)$/.test(path));
  const { version } = JSON.parse(readFileSync(JCO, "utf8")) as { readonly version: string };
  const description = {
    transpiler: "@bytecodealliance/jco",
    version,
    options: ["--instantiation=async"],
    entry: "adder.js",
  };
  return { bytes, derived: { description, files: new Map(kept) } };
}
