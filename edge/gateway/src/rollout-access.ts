/** Puts the use cases of rollouts together, over one catalog and one fold of each stream. */
import {
  type Controller,
  makeController,
  makeReports,
  makeResolver,
  makeRollouts,
  openCatalog,
  openRolloutStreams,
  type RolloutPorts,
} from "@tau-edge/control";
import type { RolloutAccess } from "./ports.ts";
import { type ReadingStores, readingPorts } from "./reading-ports.ts";

/** Only for lists, views and replays: who reads has no name in any record. */
const READER = { kind: "system", id: "gateway" } as const;

export interface WritingAccess extends RolloutAccess {
  readonly controller: Controller;
}

/** For a process that may write. */
export function openRollouts(stores: Omit<RolloutPorts, "catalog" | "streams">): WritingAccess {
  const streams = openRolloutStreams(stores.ledger);
  const ports: RolloutPorts = { ...stores, streams, catalog: openCatalog(stores.ledger) };
  const reports = makeReports(ports);
  return {
    catalog: ports.catalog,
    resolver: makeResolver(ports),
    reading: makeRollouts(ports, READER),
    as: (actor) => makeRollouts(ports, actor),
    report: (report) => reports.add(report),
    controller: makeController(ports),
  };
}

/** For a process that only looks, and for platforms that cannot write. */
export function readRollouts(stores: ReadingStores): RolloutAccess {
  const { catalog, resolver, reading } = openRollouts(readingPorts(stores));
  return { catalog, resolver, reading };
}
