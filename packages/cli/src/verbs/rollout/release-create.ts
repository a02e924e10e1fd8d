/** `tau-edge release create`: a manifest, and where it came from, under one digest. */
import type { CreateRelease, CreateReleaseResult } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderRefusal } from "../../render/command-result.ts";
import { renderRelease } from "../../render/rollout-list.ts";
import type { SourceOptions } from "../../rollouts-source.ts";
import { digestArgument, optionalDigest } from "./arguments.ts";
import { fileDigest } from "./evidence-options.ts";
import { withSource } from "./with-source.ts";

export interface ReleaseCreateOptions extends SourceOptions {
  readonly version?: string;
  readonly commit?: string;
  readonly lockfile?: string;
  readonly toolchainHash?: string;
  readonly sbomHash?: string;
}

export async function releaseCreateVerb(manifest: string, options: ReleaseCreateOptions, io: CliIo): Promise<ExitCode> {
  const request = releaseRequest(manifest, options, io);
  return withSource<CreateReleaseResult>(options, io, {
    doing: request.manifest_digest,
    ask: ({ rollouts }) => io.uninterrupted(() => rollouts.createRelease(request)),
    render: (result, paint, flags) => {
      if (result.outcome === "refused") return renderRefusal(result, { paint, flags, now_unix_ms: Date.now() });
      const head = result.outcome === "created" ? "" : "it was recorded before\n";
      return `${head}${renderRelease(result.release, paint)}`;
    },
    exitCode: ({ outcome }) => (outcome === "refused" ? EXIT.refused : EXIT.done),
    refuses: ({ outcome }) => outcome === "refused",
  });
}

function releaseRequest(manifest: string, options: ReleaseCreateOptions, io: CliIo): CreateRelease {
  const { version, commit, lockfile } = options;
  const toolchain_hash = optionalDigest(options.toolchainHash, "--toolchain-hash");
  const sbom_hash = optionalDigest(options.sbomHash, "--sbom-hash");
  return {
    manifest_digest: digestArgument(manifest, "The manifest"),
    ...(version === undefined ? {} : { version }),
    ...(commit === undefined ? {} : { code_commit_hash: commit }),
    ...(lockfile === undefined ? {} : { lockfile_hash: fileDigest(io, lockfile) }),
    ...(toolchain_hash === undefined ? {} : { toolchain_hash }),
    ...(sbom_hash === undefined ? {} : { sbom_hash }),
  };
}
