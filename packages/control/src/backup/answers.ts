/** What the keys of a made-up crowd are answered, stream by stream: two states that answer alike serve alike. */
import { digestOf, encodeUtf8, type Sha256, type StartSha256, writeCanonicalJson } from "@tau-edge/encoding";
import type { LedgerReader } from "@tau-edge/ports";
import { DRILL_KEYS } from "../limits.ts";
import { makeResolver, type Resolver } from "../rollouts/resolve.ts";
import { openRolloutStreams, type RolloutStream } from "../rollouts/rollout-streams.ts";
import type { RecordedAssignment } from "./backup-document.ts";

/** Of a state that stands still: it is asked once. */
const NO_TIME = { nowUnixMs: () => 0 };

export interface AnswerPorts {
  readonly sha256: Sha256;
  readonly startSha256: StartSha256;
}

/**
 * Of each stream that serves anything, sorted by name.
 * @throws PortError `ledger_corrupt` when a stream cannot be folded
 */
export async function answersOf(ledger: LedgerReader, ports: AnswerPorts): Promise<readonly RecordedAssignment[]> {
  const streams = openRolloutStreams(ledger);
  const { streams: all, failures } = await streams.all();
  for (const error of failures.values()) throw error;
  const resolver = makeResolver({ streams, clock: NO_TIME, sha256: ports.sha256 });
  const recorded: RecordedAssignment[] = [];
  for (const known of all) if (isServing(known)) recorded.push(await answersIn(known, resolver, ports));
  return recorded;
}

function isServing({ assignment }: RolloutStream): boolean {
  return assignment.stable !== undefined || assignment.candidate !== undefined;
}

async function answersIn(known: RolloutStream, resolver: Resolver, ports: AnswerPorts): Promise<RecordedAssignment> {
  const { environment, blueprint, assignment, state } = known;
  const hash = ports.startSha256();
  for (let nth = 0; nth < DRILL_KEYS; nth += 1) {
    const { resolved } = await resolver.resolve(environment, blueprint, { version_key: `drill-${nth}` });
    hash.update(writeCanonicalJson(resolved));
    hash.update(LINE_FEED);
  }
  return {
    stream: state.stream,
    seq: state.next_seq - 1,
    assignment_hash: digestOf(ports.sha256(writeCanonicalJson(assignment))),
    answers_hash: digestOf(hash.digest()),
  };
}

const LINE_FEED = encodeUtf8("\n");
