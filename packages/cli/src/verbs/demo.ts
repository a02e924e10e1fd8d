/**
 * `tau-edge demo`: the whole way of a component in a directory that is gone afterwards. Every step uses what the other
 * verbs use, so what it shows is what they do.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
import { EXAMPLES, examplePath, programName } from "./demo/examples.ts";
import { showAgent } from "./demo/show-agent.ts";
import { type Packaged, showRollouts } from "./demo/show-rollouts.ts";
import { inspectVerb } from "./inspect.ts";

export async function demoVerb(file: string | undefined, io: CliIo): Promise<ExitCode> {
  const home = mkdtempSync(join(tmpdir(), "tau-edge-demo-"));
  const stopping = new AbortController();
  const running = new Demo(io, home, stopping.signal).run(file);
  try {
    return await Promise.race([running, io.untilStopped()]);
  } finally {
    stopping.abort();
    // What is under way takes less than a second to its end, and would make the directory again.
    await Promise.allSettled([running]);
    rmSync(home, { recursive: true, force: true });
  }
}

class Demo {
  readonly #io: CliIo;
  readonly #home: string;
  readonly #stateDir: string;
  readonly #signal: AbortSignal;
  #step = 0;

  constructor(io: CliIo, home: string, signal: AbortSignal) {
    this.#io = io;
    this.#home = home;
    this.#stateDir = join(home, "state");
    this.#signal = signal;
  }

  async run(file: string | undefined): Promise<ExitCode> {
    const component = file ?? examplePath(EXAMPLES.component, this.#io);
    this.#title(`What is in ${component}?`);
    const inspected = await inspectVerb([component], {}, this.#io);
    // Not compliant is worth showing on; a file that cannot be read has been said.
    if (inspected !== EXIT.done && inspected !== EXIT.refused) return inspected;
    this.#title("Package it: judge it, store it by digest with a manifest, record it");
    const blueprint = suggestBlueprintId(component.slice(component.lastIndexOf("/") + 1).replace(/\.wasm$/, ""));
    const report = await this.#package(component, blueprint);
    this.#print(report);
    if (report.outcome === "refused") {
      this.#io.stdout(
        "\nIt is refused, so there is nothing to serve. `tau-edge demo` shows the rest with an example.\n",
      );
      return EXIT.refused;
    }
    if (file === undefined) {
      this.#title("A module that was built for WASI preview 1 is refused, with reasons");
      this.#print(await this.#package(examplePath(EXAMPLES.refused_module, this.#io), "refused"));
    }
    await this.#fetchBack(component, report);
    await this.#rollOut({ file: component, report }, file === undefined);
    if (file === undefined)
      await showAgent({ dir: this.#home, signal: this.#signal, title: (text) => this.#title(text) }, this.#io);
    this.#farewell(component);
    return EXIT.done;
  }

  async #rollOut(first: Packaged, isExample: boolean): Promise<void> {
    const file = isExample ? examplePath(EXAMPLES.next_component, this.#io) : undefined;
    // Before the clock is simulated: packages of one blueprint are recorded in the order of their times.
    const next =
      file === undefined ? {} : { next: { file, report: await this.#package(file, first.report.blueprint_id) } };
    const show = { stateDir: this.#stateDir, first, ...next, signal: this.#signal };
    await showRollouts({ ...show, title: (text) => this.#title(text) }, this.#io);
  }

  async #package(file: string, blueprint: string): Promise<PackageReport> {
    this.#signal.throwIfAborted();
    const common = { stateDir: this.#stateDir, profile: DEFAULT_PROFILE, deep: true, dryRun: false };
    const packaging = new Packaging({ ...common, blueprint, acceptClock: false }, this.#io);
    try {
      return await packaging.run(file);
    } finally {
      await packaging.close();
    }
  }

  #print(report: PackageReport): void {
    this.#io.stdout(renderPackage(report, painter(usesColour(this.#io))));
  }

  async #fetchBack(file: string, report: PackageReport): Promise<void> {
    this.#title("Serve it, and fetch it back by its digest");
    const gateway = await serve({ stateDir: this.#stateDir, host: "127.0.0.1", port: 0, readOnly: true });
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

  ${programName()} inspect ${component} --features --deep
  ${programName()} package ${component} --blueprint first
  ${programName()} rollout plan --init --help
`);
  }
}
