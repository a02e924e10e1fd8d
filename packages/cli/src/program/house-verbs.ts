/** Verbs about the whole: serve it, check it, show it. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { type Finish, JSON_OUT, STATE_DIR, verb } from "./verb.ts";

export function addHouseVerbs(program: Command, io: CliIo, finish: Finish): void {
  addServe(program, io, finish);
  addDoctor(program, io, finish);
  addDemo(program, io, finish);
}

function addServe(program: Command, io: CliIo, finish: Finish): void {
  verb(program, "serve", "Serve artifacts, manifests and status over HTTP until stopped.", [
    "tau-edge serve",
    "tau-edge serve --port 0 --state-dir /var/lib/tau",
    "tau-edge serve --config gateway.json --host 0.0.0.0 --public --public-base-url https://gateway.example",
    "tau-edge serve --read-only",
  ])
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <number>", "port to listen on, 0 for any free one", "8787")
    .option("--config <file>", "credentials, network and proxies, looked at again every 2 s (docs/gateway.md)")
    .option("--pages <dir>", "pages for browsers of your own (default: those that come with this program)")
    .option("--read-only", "write nothing and take no credential")
    .option("--public", "needed for an address that other machines can reach")
    .option("--public-base-url <url>", "how clients reach it, where a proxy stands in front")
    .option("--allowed-host <name...>", "names to answer for beside those of the address")
    .option("--resolve-seconds <number>", "how long a client may keep the release that it was told (default: 5)")
    .option("--drain-ms <number>", "how long requests may go on after the first signal")
    .option(...STATE_DIR)
    .option("--json", "print the address as one JSON document, with the token if one was made")
    .addHelpText(
      "after",
      `
Credentials come from --config, TAU_EDGE_GATEWAY_TOKEN or TAU_EDGE_GATEWAY_PASSWORD, and TAU_EDGE_TOKENS. Without any, a
loopback address gets a token for this run, printed once; any other address needs one, or --read-only.`,
    )
    .action(async (options) => {
      const { serveVerb } = await import("../verbs/serve.ts");
      finish(await serveVerb(options, io));
    });
}

function addDoctor(program: Command, io: CliIo, finish: Finish): void {
  verb(program, "doctor", "Check this machine and the state directory.", ["tau-edge doctor", "tau-edge doctor --json"])
    .option(...STATE_DIR)
    .option("--rebuild-files", "move state.json aside and write it anew from the ledger")
    .option(...JSON_OUT)
    .action(async (options) => {
      const { doctorVerb } = await import("../verbs/doctor.ts");
      finish(await doctorVerb(options, io));
    });
}

function addDemo(program: Command, io: CliIo, finish: Finish): void {
  verb(
    program,
    "demo",
    "Package a component, serve it, roll it out to simulated agents, and stop a bad release. Leaves nothing behind.",
    ["tau-edge demo", "tau-edge demo my.wasm"],
  )
    .argument("[file]", "your own binary instead of the built-in example")
    .action(async (file: string | undefined) => {
      const { demoVerb } = await import("../verbs/demo.ts");
      finish(await demoVerb(file, io));
    });
}
