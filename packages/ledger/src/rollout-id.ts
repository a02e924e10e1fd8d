/** The name of a rollout says where it stands: `<tenant>~<environment>~<blueprint>~<seq of its first record>`. */
import { LedgerError } from "./errors.ts";
import { isStreamName, SYSTEM_STREAM } from "./stream.ts";

export interface RolloutPlace {
  readonly stream: string;
  /** Of the record that began the rollout. */
  readonly seq: number;
}

/**
 * `~` stands in no id of a stream, so the place can be read back.
 * @throws LedgerError `rollout_id_malformed`
 */
export function formatRolloutId({ stream, seq }: RolloutPlace): string {
  if (!isStreamName(stream) || stream === SYSTEM_STREAM)
    throw malformed("A rollout stands in the stream of a blueprint");
  if (!Number.isSafeInteger(seq) || seq < 0) throw malformed("A rollout begins with a record, and its seq is from 0");
  return `${stream.replaceAll("/", "~")}~${seq}`;
}

const ID = /^([^/~]+)~([^/~]+)~([^/~]+)~(0|[1-9][0-9]{0,15})$/;

/** @throws LedgerError `rollout_id_malformed` */
export function parseRolloutId(id: string): RolloutPlace {
  const [, tenant, environment, blueprint, seq] = ID.exec(id) ?? [];
  const place = { stream: `${tenant}/${environment}/${blueprint}`, seq: Number(seq) };
  if (seq === undefined || formatRolloutId(place) !== id) throw malformed("Three ids and a seq, joined by ~");
  return place;
}

function malformed(detail: string): LedgerError {
  return new LedgerError("rollout_id_malformed", "", detail);
}
