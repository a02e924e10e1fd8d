/** Verbs about releases: what was built, under one digest. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { type Finish, fromSource, group, verb } from "./verb.ts";

export function addReleaseVerbs(program: Command, io: CliIo, finish: Finish): void {
  const release = group(program, "release", "Name what was built: a manifest and where it came from.");
  addRelease(release, io, finish);
}

function addRelease(release: Command, io: CliIo, finish: Finish): void {
  fromSource(
    verb(release, "create", "Record a release of a packaged manifest, and print its digest.", [
      "tau-edge release create sha256:… --version 1.4.2",
      'tau-edge release create sha256:… --commit "$(git rev-parse HEAD)" --lockfile package-lock.json',
      "tau-edge release create sha256:… --version 1.4.2 --derived out/derived.json",
    ]),
  )
    .argument("<manifest>", "its digest, as `tau-edge package` printed it")
    .option("--version <text>", "a version for people")
    .option("--commit <hex>", "of the source, as `git rev-parse HEAD` prints it")
    .option("--lockfile <file>", "the lockfile that it was built from; its hash is recorded, and checked at each start")
    .option("--toolchain-hash <digest>", "of the tools that built it")
    .option("--sbom-hash <digest>", "of its bill of materials")
    .option("--derived <file>", "what was made of the artifact for browsers: a document beside the files that it names")
    .action(async (manifest: string, options) => {
      const { releaseCreateVerb } = await import("../verbs/rollout/part.ts");
      finish(await releaseCreateVerb(manifest, options, io));
    });
  fromSource(verb(release, "list", "List the releases of a blueprint, newest first.", ["tau-edge release list shop"]))
    .argument("<blueprint>", "whose releases")
    .action(async (blueprint: string, options) => {
      const { releaseListVerb } = await import("../verbs/rollout/part.ts");
      finish(await releaseListVerb(blueprint, options, io));
    });
}
