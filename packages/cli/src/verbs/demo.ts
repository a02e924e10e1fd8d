/**
 * `tau-edge demo`: the whole way of one artifact in a directory that is gone afterwards. Every step uses what the other
 * verbs use, so what it shows is what they do.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { nativeSha256 } from "@tau-edge/adapter-node";
import type { PackageReport } from "@tau-edge/control";
import { serve } from "@tau-edge/edge-node";
import { digestOf } from "@tau-edge/encoding";
import { DEFAULT_PROFILE, suggestBlueprintId } from "@tau-edge/manifest";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { CliError } from "../failure.ts";
import { type CliIo, usesColour } from "../io.ts";
import { readFileOnce } from "../operands.ts";
import { Packaging } from "../packaging.ts";
import { renderPackage } from "../render/reports.ts";
import { painter } from "../render/text.ts";
import { inspectVerb } from "./inspect.ts";

const COMPONENT = "assemblyscript-component.wasm";
const REFUSED_MODULE = "assemblyscript-preview1.wasm";

export async function demoVerb(file: string | undefined, io: CliIo): Promise<ExitCode> {
  const home = mkdtempSync(join(tmpdir(), "tau-edge-demo-"));
  const running = new Demo(io, join(home, "state")).run(file);
  try {
    return await Promise.race([running, io.untilStopped()]);
  } finally {
    // An interrupted run takes less than a second to its end, and would make the directory again.
    await Promise.allSettled([running]);
    rmSync(home, { recursive: true, force: true });
  }
}

class Demo {
  readonly #io: CliIo;
  readonly #stateDir: string;
  #step = 0;

  constructor(io: CliIo, stateDir: string) {
    this.#io = io;
    this.#stateDir = stateDir;
  }

  async run(file: string | undefined): Promise<ExitCode> {
    const component = file ?? shipped(COMPONENT, this.#io);
    this.#title(`What is in ${component}?`);
    const inspected = await inspectVerb([component], {}, this.#io);
    // Not compliant is worth showing on; a file that cannot be read has been said.
    if (inspected !== EXIT.done && inspected !== EXIT.refused) return inspected;
    this.#title("Package it: judge it, store it by digest with a manifest, record it");
    const report = await this.#package(component);
    if (report.outcome === "refused") {
      this.#io.stdout(
        "\nIt is refused, so there is nothing to serve. `tau-edge demo` shows the rest with an example.\n",
      );
      return EXIT.refused;
    }
    if (file === undefined) {
      this.#title("A module that was built for WASI preview 1 is refused, with reasons");
      await this.#package(shipped(REFUSED_MODULE, this.#io));
    }
    await this.#fetchBack(component, report);
    this.#farewell(component);
    return EXIT.done;
  }

  async #package(file: string): Promise<PackageReport> {
    const blueprint = suggestBlueprintId(file.slice(file.lastIndexOf("/") + 1).replace(/\.wasm$/, ""));
    const common = { stateDir: this.#stateDir, profile: DEFAULT_PROFILE, deep: true, dryRun: false };
    const packaging = new Packaging({ ...common, blueprint, acceptClock: false }, this.#io);
    try {
      const report = await packaging.run(file);
      this.#io.stdout(renderPackage(report, painter(usesColour(this.#io))));
      return report;
    } finally {
      await packaging.close();
    }
  }

  async #fetchBack(file: string, report: PackageReport): Promise<void> {
    this.#title("Serve it, and fetch it back by its digest");
    const gateway = await serve({ stateDir: this.#stateDir, host: "127.0.0.1", port: 0 });
    try {
      const url = `${gateway.url}/v1/artifacts/${report.artifact}`;
      this.#io.stdout(`  GET ${url}\n`);
      const response = await fetch(url);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const wanted = readFileOnce(this.#io, file);
      const same = bytes.length === wanted.length && bytes.every((byte, at) => byte === wanted[at]);
      if (!response.ok || !same || digestOf(nativeSha256(bytes)) !== report.artifact)
        throw new CliError("gateway_failed", `The gateway answered ${response.status} with other bytes`, { at: url });
      const type = response.headers.get("content-type") ?? "";
      this.#io.stdout(`  ${response.status} ${type}, ${bytes.length} bytes, the same ones\n`);
    } finally {
      await gateway.stop();
    }
  }

  #title(text: string): void {
    this.#step += 1;
    const paint = painter(usesColour(this.#io));
    this.#io.stdout(`${this.#step === 1 ? "" : "\n"}${paint("bold", `${this.#step}. ${text}`)}\n\n`);
  }

  #farewell(component: string): void {
    this.#io.stdout(`
Nothing is left behind. Three commands to try next:

  ${program()} inspect ${component} --features --deep
  ${program()} package ${component} --blueprint first
  ${program()} serve
`);
  }
}

/** How this program was called: from the repository, or as what is published. */
function program(): string {
  return existsSync(new URL("../../../../package-lock.json", import.meta.url)) ? "npm run tau-edge --" : "npx tau-edge";
}

/** What is published has the examples beside it; the repository has them among its fixtures. */
function shipped(name: string, io: CliIo): string {
  const places = [`../demo/${name}`, `../../../../wasm-fixtures/built/${name}`];
  for (const place of places) {
    const path = fileURLToPath(new URL(place, import.meta.url));
    if (!existsSync(path)) continue;
    const near = relative(io.cwd, path);
    return near.startsWith("..") ? path : near;
  }
  throw new CliError("file_not_found", `The example ${name} is missing`, {
    at: name,
    remedy: "`tau-edge demo my.wasm` takes a file of yours.",
  });
}
