import { encodeUtf8 } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { readBuiltPages } from "./built-pages.ts";

const page = { file: "index.html", media_type: "text/html", policy: "default-src 'none'" };

/** A folder with these files. */
const folder = (files: Readonly<Record<string, string>>) => ({
  read: async (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error(`no ${path}`);
    return encodeUtf8(text);
  },
  beside: (file: string, name: string) => file.replace(/[^/]*$/, name),
});

it("hands out what the index lists, under the policy that it states, and nothing else of the folder", async () => {
  const files = { "/p/pages.json": JSON.stringify({ boot: page }), "/p/index.html": "<p>", "/p/secret": "x" };
  const pages = await readBuiltPages("/p", folder(files));
  expect(await pages.page("boot")).toEqual({
    bytes: encodeUtf8("<p>"),
    media_type: page.media_type,
    policy: page.policy,
  });
  for (const path of ["secret", "index.html", "pages.json", "../p/secret", "__proto__", ""])
    expect(await pages.page(path), path).toBeUndefined();
});

it.each<[string, Readonly<Record<string, string>>]>([
  ["has no index", {}],
  ["has an index that is no JSON", { "/p/pages.json": "<" }],
  ["lists a file that is not there", { "/p/pages.json": JSON.stringify({ boot: page }) }],
  [
    "lists a file elsewhere",
    { "/p/pages.json": JSON.stringify({ boot: { ...page, file: "../secret" } }), "/secret": "x" },
  ],
  [
    "lists a page without a policy",
    { "/p/pages.json": JSON.stringify({ boot: { ...page, policy: "" } }), "/p/index.html": "" },
  ],
])("refuses a folder that %s, and says how pages are built", async (_name, files) => {
  await expect(readBuiltPages("/p", folder(files))).rejects.toThrow(
    expect.objectContaining({ code: "usage", at: "--pages", remedy: expect.stringContaining("build-pages") }),
  );
});
