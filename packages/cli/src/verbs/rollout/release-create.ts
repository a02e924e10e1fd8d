/** `tau-edge release create`: a manifest, and where it came from, under one digest. */
import type { CreateRelease, CreateReleaseResult } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderRefusal } from "../../render/command-result.ts";
import { renderRelease } from "../../render/rollout-list.ts";
import type { RolloutsSource, SourceOptions } from "../../rollouts-source.ts";
import { digestArgument, optionalDigest } from "./arguments.ts";
import { readDerivedFile } from "./derived-file.ts";
import { fileDigest } from "./evidence-options.ts";
import { withSource } from "./with-source.ts";

export interface ReleaseCreateOptions extends SourceOptions {
  readonly version?: string;
  readonly commit?: string;
  readonly lockfile?: string;
  readonly toolchainHash?: string;
  readonly sbomHash?: string;
  readonly derived?: string;
}

export async function releaseCreateVerb(manifest: string, options: ReleaseCreateOptions, io: CliIo): Promise<ExitCode> {
  const request = releaseRequest(manifest, options, io);
  const code = options.derived === undefined ? undefined : readDerivedFile(io, options.derived);
  return withSource<CreateReleaseResult>(options, io, {
    doing: request.manifest_digest,
    ask: (source) => io.uninterrupted(() => create(source, request, code)),
    render: (result, paint, flags) => {
      if (result.outcome === "refused") return renderRefusal(result, { paint, flags, now_unix_ms: Date.now() });
      const head = result.outcome === "created" ? "" : "it was recorded before\n";
      return `${head}${renderRelease(result.release, paint)}`;
    },
    exitCode: ({ outcome }) => (outcome === "refused" ? EXIT.refused : EXIT.done),
    refuses: ({ outcome }) => outcome === "refused",
  });
}

async function create(
  { rollouts, storeDerived }: RolloutsSource,
  request: CreateRelease,
  code: ReturnType<typeof readDerivedFile> | undefined,
): Promise<CreateReleaseResult> {
  if (code === undefined) return rollouts.createRelease(request);
  const stored = await storeDerived({ ...code, manifest_digest: request.manifest_digest });
  if (stored.outcome === "refused") return stored;
  return rollouts.createRelease({ ...request, derived_hash: stored.derived_hash });
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
