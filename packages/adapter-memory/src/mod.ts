/** Every port in memory: for tests, examples and simulations. */
export { type Fault, Faults, SimulatedCrash } from "./faults.ts";
export { ManualClock } from "./manual-clock.ts";
export { MemoryArtifactFiles } from "./memory-artifacts.ts";
export { MemoryBackend } from "./memory-backend.ts";
export { type MemoryBookOptions, MemoryCaseBook, MemoryCases } from "./memory-case-book.ts";
export { type MemoryChannelOptions, MemoryChannelStore } from "./memory-channels.ts";
export { MemoryChecks } from "./memory-checks.ts";
export { MemoryAgentDirectory, MemoryAgents, type MemoryDirectoryOptions } from "./memory-directory.ts";
export { MemoryEventLog, type MemoryEventsOptions, type MemoryLog } from "./memory-events.ts";
export { MemoryDeploymentFiles, type MemoryFilesOptions } from "./memory-files.ts";
export { type MemoryLedgerOptions, MemoryLedgerStore } from "./memory-ledger.ts";
export { type MemoryObjectOptions, MemoryObjectStore } from "./memory-objects.ts";
export { MemoryCommitPointers, type MemoryPointerOptions } from "./memory-pointers.ts";
export { MemoryPublicFile, type MemoryPublicFileOptions } from "./memory-public-file.ts";
export { MemorySpace } from "./memory-space.ts";
export { MemoryFileTree, type MemoryTreeOptions } from "./memory-tree.ts";
export { type MemoryArms, MemoryMetricWindows, type MemoryWindowsOptions } from "./memory-windows.ts";
export { philox4x32, SeededChance } from "./seeded-chance.ts";
