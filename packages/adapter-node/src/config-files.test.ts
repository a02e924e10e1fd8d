/** Files of an operator: read as they are laid out, and no further than they may go. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { configFiles } from "./config-files.ts";

const directory = mkdtempSync(join(tmpdir(), "tau-edge-config-"));
afterAll(() => rmSync(directory, { recursive: true }));
const at = (name: string): string => join(directory, name);

it("reads a file within its bound, also behind the links of a mounted secret", async () => {
  writeFileSync(at("token"), "0123456789");
  symlinkSync("token", at("link"));
  for (const name of ["token", "link"])
    expect(Buffer.from(await configFiles.read(at(name), 10)).toString(), name).toBe("0123456789");
  await expect(configFiles.read(at("token"), 9)).rejects.toMatchObject({ code: "EFBIG" });
});

it("waits for nothing and takes nothing for a file that is none", async () => {
  mkdirSync(at("directory"));
  execFileSync("mkfifo", [at("fifo")]);
  for (const name of ["directory", "fifo"])
    await expect(configFiles.read(at(name), 10), name).rejects.toMatchObject({ code: "EFTYPE" });
  await expect(configFiles.read("/dev/zero", 10)).rejects.toMatchObject({ code: "EFTYPE" });
  await expect(configFiles.read(at("none"), 10)).rejects.toMatchObject({ code: "ENOENT" });
});

it("looks for what a file names beside that file", () => {
  expect(configFiles.beside("/etc/tau/gateway.json", "token")).toBe("/etc/tau/token");
  expect(configFiles.beside("/etc/tau/gateway.json", "/run/token")).toBe("/run/token");
});
