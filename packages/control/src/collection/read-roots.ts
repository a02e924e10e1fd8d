/** Reads every stream of the ledger for what needs objects. */
import type { Sha256 } from "@tau-edge/encoding";
import { isStreamName, parseStream, SYSTEM_STREAM } from "@tau-edge/ledger";
import { type LedgerReader, PortError, READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import { ENVIRONMENTS, isEnvironment } from "@tau-edge/rollout";
import { CYCLE_STREAM } from "../stream.ts";
import { type StreamKind, StreamRoots } from "./stream-roots.ts";

/**
 * Where releases go last comes first: what was promoted is then known when the evidence comes that it was promoted by.
 * @throws PortError `ledger_corrupt` for a name that no stream of ours has: it may hold anything
 */
export async function streamNames(ledger: LedgerReader): Promise<readonly string[]> {
  const names = (await ledger.ends()).map(({ stream }) => stream);
  for (const name of names)
    if (!isStreamName(name)) throw new PortError("ledger_corrupt", name, "It is not the name of a stream");
  return names.toSorted((a, b) => rankOf(b) - rankOf(a) || (a < b ? -1 : 1));
}

function rankOf(stream: string): number {
  const name = parseStream(stream);
  return name === "system" ? -1 : ENVIRONMENTS.map(String).indexOf(name.environment);
}

/** Nothing is read yet. */
export function openRoots(stream: string, sha256: Sha256): StreamRoots {
  return new StreamRoots(stream, kindOf(stream), sha256);
}

function kindOf(stream: string): StreamKind {
  if (stream === SYSTEM_STREAM) return "system";
  if (stream === CYCLE_STREAM) return "projection";
  const name = parseStream(stream);
  return name !== "system" && isEnvironment(name.environment) ? "rollouts" : "other";
}

/** Up to the end of the stream as of now. @throws PortError `ledger_corrupt`, `ledger_newer` */
export async function readOn(roots: StreamRoots, ledger: LedgerReader): Promise<StreamRoots> {
  for (;;) {
    const page = await ledger.read(roots.stream, roots.next_seq, READ_PAGE_RECORDS_MAX);
    for (const stored of page) roots.take(stored);
    if (page.length < READ_PAGE_RECORDS_MAX) return roots;
  }
}
