/**
 * `artifact_store_partial_unavailable`: one object is missing, short, something else, or answers EIO. The others go on being
 * served, nothing is promoted on it, and a backup brings everything back.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { objectPath } from "@tau-edge/adapter-node";
import type { Digest } from "@tau-edge/encoding";
import { fixture } from "../../packages/cli/src/cli.test-helper.ts";
import { documentOf, PLAN_FILE, QUICK_POLICY } from "../../packages/cli/src/verbs/rollout/rollout.test-helper.ts";
import { NODE_MAIN } from "../runtimes/gateway-commands.ts";
import { startGateway } from "../runtimes/gateway-process.ts";
import { STRACE_MISSING } from "../scenario/strace.ts";
import { chainsIn, type House, must, openChaosHouse, restoredPlace, withCopy } from "./chaos-house.ts";
import { type ChaosReport, type Extent, Findings } from "./chaos-report.ts";
import { proveRecovery } from "./recovery-proof.ts";

interface Damage {
  readonly what: string;
  /** Undefined for a disk that answers EIO, which strace does. */
  readonly at?: (path: string) => void;
}

const DAMAGES: readonly Damage[] = [
  { what: "object missing", at: (path) => rmSync(path) },
  {
    what: "object cut",
    at: (path) => rewrite(path, readFileSync(path).subarray(0, 100)),
  },
  {
    what: "object with other bytes",
    at: (path) => rewrite(path, Buffer.from(readFileSync(path)).fill(7, 200, 201)),
  },
  {
    what: "object is a directory",
    at: (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  },
  { what: "object answers EIO" },
];

const START = ["rollout", "start", PLAN_FILE, "--environment", "dev", "--accept-noise"] as const;

interface Stored {
  readonly artifact: Digest;
  readonly manifest: Digest;
}

export async function partialObjects(extent: Extent): Promise<ChaosReport> {
  const house = await openChaosHouse();
  const findings = new Findings();
  const package_ = (name: string, blueprint: string) =>
    documentOf<Stored>(house.run("package", fixture(name), "--blueprint", blueprint, "--no-deep", "--json"));
  const good = await package_("component-empty", "good");
  const hit = await package_("c-component", "shop");
  const created = house.run("release", "create", hit.manifest, "--version", "2.0.0", "--json");
  const { release } = await documentOf<{ readonly release: { readonly release: string } }>(created);
  house.plan({ policy: QUICK_POLICY, release: release.release, baseline: house.release.release });
  // Nothing else stands against it.
  await must(house.run(...START, "--dry-run"));
  await must(house.run("backup", "create", "backup"));
  const whole = await chainsIn(house.state);
  const damages = extent === "full" ? DAMAGES : DAMAGES.filter(({ what }) => /missing|EIO/.test(what));
  for (const damage of damages) {
    if (damage.at === undefined && STRACE_MISSING !== undefined) continue;
    findings.inject(damage.what);
    await withCopy(house.state, join(house.dir, "damaged"), (copy) =>
      lookAt(damage, copy, { good, hit }, house, findings),
    );
  }
  await must(house.run("restore", join(house.dir, "backup"), "--state-dir", restoredPlace(house)));
  const name = "artifact_store_partial_unavailable";
  const report = await proveRecovery(name, findings.all, house, restoredPlace(house), whole);
  house.leave();
  return report;
}

async function lookAt(
  { what, at }: Damage,
  copy: string,
  { good, hit }: { readonly good: Stored; readonly hit: Stored },
  house: House,
  findings: Findings,
): Promise<void> {
  const path = objectPath(copy, hit.artifact);
  at?.(path);
  const serving = [NODE_MAIN, "--state-dir", copy, "--port", "0", "--read-only"];
  // Only what opens this one path fails; strace stands aside (-D), so that signals reach the gateway.
  const failing = [
    "-D",
    "-f",
    "-qq",
    "-o",
    "/dev/null",
    "-P",
    path,
    "-e",
    "trace=openat",
    "-e",
    "inject=openat:error=EIO",
  ];
  const gateway =
    at === undefined
      ? await startGateway("strace", [...failing, process.execPath, ...serving])
      : await startGateway(process.execPath, serving);
  try {
    const answer = await fetch(`${gateway.url}/v1/artifacts/${hit.artifact}`);
    findings.expect(answer.status >= 400, `${what}: the gateway answers ${answer.status} for it`);
    const problem = (await answer.json()) as { readonly code?: string };
    findings.code(problem.code ?? `http_${answer.status}`);
    const other = await fetch(`${gateway.url}/v1/artifacts/${good.artifact}`);
    findings.expect(other.status === 200, `${what}: the gateway answers ${other.status} for another object`);
    await other.arrayBuffer();
  } finally {
    await gateway.end("SIGTERM");
  }
  if (at === undefined) return;
  const before = await chainsIn(copy);
  const started = await house.run(...START, "--state-dir", copy, "--json");
  findings.expect(started.exitCode >= 3, `${what}: a promotion of it ends with ${started.exitCode}`);
  findings.code((started.json() as { readonly code?: string }).code ?? "preflight_failed");
  const status = await house.run("rollout", "list", "--state-dir", copy, "--json");
  const { rollouts } = status.json() as { readonly rollouts: readonly { readonly status: string }[] };
  findings.expect(
    rollouts.every(({ status }) => status !== "open"),
    `${what}: a rollout of it is open`,
  );
  const after = await chainsIn(copy);
  for (const [stream, hashes] of before)
    findings.expect(
      hashes.every((hash, nth) => after.get(stream)?.[nth] === hash),
      `${what}: ${stream} has changed`,
    );
}

/** Objects are read-only. */
function rewrite(path: string, bytes: Uint8Array): void {
  const copy = Uint8Array.from(bytes);
  rmSync(path);
  writeFileSync(path, copy);
}
