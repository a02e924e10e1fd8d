/** Node: the golden bytes, and the same from other surroundings ("two machines"). */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { identityInputs, readGolden } from "./identity-inputs.ts";
import { differences, type Identity, identityOf } from "./identity-suite.ts";

const nativeSha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const program = fileURLToPath(new URL("print-identity.ts", import.meta.url));

describe("identical bytes", () => {
  const identity = identityOf(identityInputs(), nativeSha256);

  // Changed on purpose? `node test/runtimes/print-identity.ts --bless`, and say in the commit what changed and why.
  it("are the golden ones on Node", () => {
    expect(differences(readGolden(), identity)).toEqual([]);
  });

  it("cover every fixture", () => {
    expect(Object.keys(readGolden().rows)).toEqual(identityInputs().map((input) => input.name));
  });

  it("do not depend on which SHA-256 is handed in", () => {
    const portable = identityOf(
      identityInputs().filter((input) => input.bytes.length < 100_000),
      sha256,
    );
    const native = identityOf(
      identityInputs().filter((input) => input.bytes.length < 100_000),
      nativeSha256,
    );
    expect(portable).toEqual(native);
  });

  it.each([
    ["another time zone and locale", { TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" }],
    ["another epoch in the environment", { SOURCE_DATE_EPOCH: "1700000000", TZ: "America/St_Johns" }],
  ])("do not depend on %s", (_what, env) => {
    expect(differences(readGolden(), printedBy([process.execPath], env))).toEqual([]);
  });

  it("do not depend on the engine's optimising compilers", () => {
    expect(differences(readGolden(), printedBy([process.execPath, "--no-opt", "--no-sparkplug"], {}))).toEqual([]);
  });
});

/** Another HOME, an empty working directory and a closed umask, every time. */
function printedBy(command: readonly string[], env: Record<string, string>): Identity {
  const directory = mkdtempSync(join(tmpdir(), "tau-edge-identity-"));
  try {
    const line = `umask 077; exec "$@"`;
    const found = spawnSync("sh", ["-c", line, "sh", ...command, program], {
      cwd: directory,
      env: { PATH: process.env["PATH"] ?? "", HOME: directory, ...env },
      encoding: "utf8",
      maxBuffer: 16 * 1024 * 1024,
    });
    if (found.status !== 0) throw new Error(`the child failed: ${found.stderr}`);
    return JSON.parse(found.stdout) as Identity;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
