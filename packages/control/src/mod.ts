/** The use cases: package, inspect, compare, report. They take ports as arguments and do no I/O of their own. */
export { type Catalog, type Deliverable, type Found, openCatalog, type StreamHead } from "./catalog.ts";
export { ARTIFACT_PACKAGED, draftPackaged, type PackagedFacts, readPackaged } from "./packaged-record.ts";
export { isBlueprintId, packagingStream, parseStreamName, type StreamName } from "./stream.ts";
