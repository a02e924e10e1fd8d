/** Puts the use cases of rollouts together, over one catalog and one fold of each stream. */
import {
  askCollected,
  type Catalog,
  type Controller,
  makeController,
  makeFreezing,
  makeReports,
  makeResolver,
  makeRolloutFigures,
  makeRollouts,
  openCatalog,
  openRolloutStreams,
  type RolloutPorts,
} from "@tau-edge/control";
import type { LedgerStore, MetricWindows } from "@tau-edge/ports";
import type { RolloutAccess } from "../ports.ts";
import { type CollectedStores, type ReadingStores, readingPorts } from "./reading-ports.ts";

/** Only for lists, views and replays: who reads has no name in any record. */
const READER = { kind: "system", id: "gateway" } as const;

export interface WritingAccess extends RolloutAccess {
  readonly controller: Controller;
}

/** For a process that may write. */
export function openRollouts(stores: Omit<RolloutPorts, "catalog" | "streams"> & CollectedStores): WritingAccess {
  const streams = openRolloutStreams(stores.ledger);
  const ports: RolloutPorts = { ...stores, streams, catalog: catalogOf(stores) };
  const reports = makeReports(ports);
  return {
    catalog: ports.catalog,
    resolver: makeResolver(ports),
    reading: makeRollouts(ports, READER),
    figures: makeRolloutFigures(ports),
    as: (actor) => makeRollouts(ports, actor),
    freezing: (actor) => makeFreezing(ports, actor),
    report: (report) => reports.add(report),
    controller: makeController(ports),
  };
}

/** For a platform that has a ledger and counts observations, and where nobody drives rollouts. */
export function openObservedRollouts(
  stores: ReadingStores & { readonly ledger: LedgerStore; readonly windows: MetricWindows },
): RolloutAccess {
  const { ledger, windows, clock } = stores;
  const streams = openRolloutStreams(ledger);
  const ports: RolloutPorts = { ...readingPorts(stores), streams, catalog: openCatalog(ledger) };
  const reports = makeReports({ streams, windows, clock });
  return {
    catalog: ports.catalog,
    resolver: makeResolver(ports),
    reading: makeRollouts(ports, READER),
    figures: makeRolloutFigures(ports),
    report: (report) => reports.add(report),
    freezing: (actor) => makeFreezing({ ledger, streams, clock }, actor),
  };
}

/** For a process that only looks. */
export function readRollouts(stores: ReadingStores): RolloutAccess {
  const { collection } = stores;
  const knowing = collection === undefined ? {} : { collection };
  const { catalog, resolver, reading, figures } = openRollouts({ ...readingPorts(stores), ...knowing });
  return { catalog, resolver, reading, figures };
}

function catalogOf({
  ledger,
  objects,
  collection,
}: Pick<RolloutPorts, "ledger" | "objects"> & CollectedStores): Catalog {
  return openCatalog(ledger, collection && askCollected(collection, objects));
}
