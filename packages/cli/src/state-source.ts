/** The rollouts of a state directory of this machine, in the name of whoever typed the command. */
import { existsSync } from "node:fs";
import { ledgerPath, openState } from "@tau-edge/adapter-node";
import {
  askCollected,
  type Catalog,
  type Controller,
  makeController,
  makeResolver,
  makeRollouts,
  openCatalog,
  openRolloutStreams,
  type Resolver,
  type RolloutPorts,
  storeDerived,
} from "@tau-edge/control";
import type { Digest } from "@tau-edge/encoding";
import { LedgerError } from "@tau-edge/ledger";
import type { ObjectStore } from "@tau-edge/ports";
import {
  type Asking,
  type DeploymentReport,
  type Environment,
  type Resolved,
  readDeploymentReport,
} from "@tau-edge/rollout";
import { CliError } from "./failure.ts";
import { followLedger } from "./follow-ledger.ts";
import { type CliIo, pathIn } from "./io.ts";
import { LazyValidator } from "./lazy-validator.ts";
import { localActor } from "./local-actor.ts";
import { printable, shellWord } from "./render/text.ts";
import type { GivenRelease, Resolution } from "./resolution.ts";
import type { RolloutsSource } from "./rollouts-source.ts";
import { stateDirOf } from "./state-dir.ts";

export interface StateSource extends RolloutsSource {
  readonly controller: Controller;
}

export async function openStateSource(
  option: string | undefined,
  io: CliIo,
  use: "reading" | "writing",
): Promise<StateSource> {
  const stateDir = stateDirOf(option, io);
  if (!existsSync(ledgerPath(pathIn(io, stateDir)))) noteMissing(stateDir, io);
  const state = await openState(pathIn(io, stateDir), { older: use === "reading" ? "read" : "refuse" });
  const validator = new LazyValidator();
  const streams = openRolloutStreams(state.ledger);
  const ports: RolloutPorts = {
    ...state,
    catalog: openCatalog(state.ledger, askCollected(state.collection, state.objects)),
    streams,
    validator,
  };
  const resolver = makeResolver(ports);
  return {
    rollouts: makeRollouts(ports, localActor()),
    follow: (rollout_id, followed) => followLedger(state.ledger, rollout_id, followed),
    controller: makeController(ports),
    resolve: (environment, blueprint, asking) => resolveIn(resolver, environment, blueprint, asking),
    storeDerived: (request) => storeDerived(request, ports),
    report: (digest) => reportIn(state.objects, ports.catalog, digest),
    flags: option === undefined ? "" : ` --state-dir ${shellWord(option)}`,
    close: async () => {
      await validator.close();
      await state.close();
    },
  };
}

/** No fault before anything is packaged; and whoever stands in another directory must not believe that nothing runs. */
function noteMissing(stateDir: string, io: CliIo): void {
  io.stderr(
    `note: there is no ledger in ${printable(stateDir)}\n      Another place is named by --state-dir or --gateway.\n`,
  );
}

async function resolveIn(
  resolver: Resolver,
  environment: Environment,
  blueprint: string,
  asking: Asking,
): Promise<Resolution> {
  const { resolved } = await resolver.resolve(environment, blueprint, asking);
  if (resolved.outcome === "none") throw unresolved(resolved.code, environment, blueprint);
  const place = { schema_version: 1, environment, blueprint } as const;
  if (resolved.outcome === "paused") return { ...place, outcome: "paused", ...resolved.frozen };
  const { release, by, bucket, arm } = resolved;
  const derived = resolver.derivedOf(blueprint, release.release);
  return {
    ...place,
    ...release,
    ...(derived === undefined ? {} : { derived }),
    assigned_by: by,
    ...(arm === undefined ? {} : { rollout: countedFor(arm) }),
    ...(bucket === undefined ? {} : { bucket }),
  };
}

type Arm = NonNullable<Extract<Resolved, { outcome: "release" }>["arm"]>;

function countedFor({ name, candidate }: Arm): NonNullable<GivenRelease["rollout"]> {
  const { rollout_id, attempt, stage, window } = candidate;
  return { rollout_id, attempt, stage, window, arm: name };
}

function unresolved(code: "no_release" | "override_unknown", environment: Environment, blueprint: string): CliError {
  const at = `${environment}/${blueprint}`;
  if (code === "no_release")
    return new CliError(code, "Nothing was ever committed here, and no rollout gives this key a release", {
      at,
      remedy: "`tau-edge rollout start PLAN --environment ENV` makes a first release.",
    });
  return new CliError(code, "The release that is asked for by name is neither the one served here nor a candidate", {
    at,
    remedy: `\`tau-edge history ${environment}\` shows what is served, and what is exposed.`,
  });
}

/** A report of a thousand windows has 100 KB. */
const REPORT_BYTES_MAX = 16 * 1024 * 1024;

async function reportIn(objects: ObjectStore, catalog: Catalog, digest: Digest): Promise<DeploymentReport> {
  const bytes = await objects.read(digest, REPORT_BYTES_MAX);
  if (bytes === undefined) {
    const by = await catalog.collected(digest);
    if (by === undefined) throw unknownReport(digest, "There is no report of this digest");
    throw unknownReport(digest, `What has this digest was collected by ${by.stream} #${by.seq}`);
  }
  try {
    return readDeploymentReport(bytes);
  } catch (error) {
    // Something else that is stored, such as a release.
    if (error instanceof LedgerError) throw unknownReport(digest, "This is the digest of something else than a report");
    throw error;
  }
}

function unknownReport(digest: Digest, message: string): CliError {
  const remedy = "`tau-edge rollout status ROLLOUT` shows the report of a rollout that has ended.";
  return new CliError("report_unknown", message, { at: digest, remedy });
}
