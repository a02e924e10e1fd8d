/** Which chain does a record belong to? One stream a blueprint in an environment, and one for privileged acts. */
import { LedgerError } from "./errors.ts";

/** Keys, privileged acts, collection (decisions 15). */
export const SYSTEM_STREAM = "system";

export interface BlueprintStream {
  readonly tenant: string;
  readonly environment: string;
  readonly blueprint: string;
}

const ID = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** Lowercase letters, digits, `.`, `_` and `-`, 1 to 63 of them, the first a letter or digit; no `..` (decisions 5). */
export function isStreamId(text: string): boolean {
  return ID.test(text) && !text.includes("..");
}

/** @throws LedgerError `stream_malformed` */
export function formatStream(stream: BlueprintStream): string {
  for (const part of ["tenant", "environment", "blueprint"] as const)
    if (!isStreamId(stream[part])) throw new LedgerError("stream_malformed", part, "Not an id of a stream");
  return `${stream.tenant}/${stream.environment}/${stream.blueprint}`;
}

/** @throws LedgerError `stream_malformed` */
export function parseStream(name: string): typeof SYSTEM_STREAM | BlueprintStream {
  if (name === SYSTEM_STREAM) return SYSTEM_STREAM;
  const [tenant, environment, blueprint, ...rest] = name.split("/");
  if (tenant === undefined || environment === undefined || blueprint === undefined || rest.length > 0)
    throw new LedgerError("stream_malformed", "", "A stream is `system` or three ids joined by `/`");
  const stream = { tenant, environment, blueprint };
  formatStream(stream);
  return stream;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}(?:\/[a-z0-9][a-z0-9._-]{0,62}){2}$/;

/** What `parseStream` accepts, in one step: it is asked of every record that is read. */
export function isStreamName(name: string): boolean {
  return name === SYSTEM_STREAM || (NAME.test(name) && !name.includes(".."));
}
