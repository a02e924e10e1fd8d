/** Rows of the directory's tables as values. What nobody here wrote is refused: no word of it may let anybody in. */
import {
  decodeUtf8,
  EncodingError,
  encodeUtf8,
  isDigest,
  type JsonValue,
  readJson,
  writeCanonicalJson,
} from "@tau-edge/encoding";
import type { Assurance } from "@tau-edge/identity";
import type { AgentScope, AgentState, FoundAccess, OperatorTokenRow, OwnerCredential } from "./agent-directory.ts";
import type { StoredAccess, StoredAgent, StoredLink } from "./directory-rows.ts";
import { PortError } from "./errors.ts";

export type SqlValue = string | number | Uint8Array | null;
/** What SQLite gives: BLOBs as Uint8Array on Node and Deno, as ArrayBuffer in a Durable Object. */
export type SqlRow = Readonly<Record<string, unknown>>;

const SCOPES: readonly AgentScope[] = ["status:read", "manifest:read", "events:write"];
const ASSURANCES: readonly Assurance[] = ["strong", "dev"];
const LINK_STATES = ["open", "used", "burned", "revoked", "rotated"] as const;
const AGENT_STATES = ["running", "paused"] as const;
const KINDS = ["token", "password"] as const;
const SLOTS = ["current", "next"] as const;

/** Reads the columns of one row. `place` is for `at` of errors. */
export class RowReader {
  readonly #row: SqlRow;
  readonly #place: string;

  constructor(row: SqlRow, place: string) {
    this.#row = row;
    this.#place = place;
  }

  text(column: string): string {
    const value = this.#row[column];
    return typeof value === "string" ? value : this.#refuse(column);
  }

  optionalText(column: string): string | undefined {
    return this.#row[column] === null ? undefined : this.text(column);
  }

  number(column: string): number {
    const value = this.#row[column];
    return typeof value === "number" ? value : this.#refuse(column);
  }

  optionalNumber(column: string): number | undefined {
    return this.#row[column] === null ? undefined : this.number(column);
  }

  bytes(column: string): Uint8Array {
    const value = this.#row[column];
    if (value instanceof Uint8Array) return value;
    return value instanceof ArrayBuffer ? new Uint8Array(value) : this.#refuse(column);
  }

  word<W extends string>(column: string, words: readonly W[]): W {
    const text = this.text(column);
    return words.find((word) => word === text) ?? this.#refuse(column);
  }

  words(column: string): readonly string[] {
    const text = this.text(column);
    return text === "" ? [] : text.split(" ");
  }

  scopes(): readonly AgentScope[] {
    return this.words("scopes").map((word) => SCOPES.find((scope) => scope === word) ?? this.#refuse("scopes"));
  }

  states(): readonly AgentState[] {
    const list = this.#json("states");
    if (!Array.isArray(list)) return this.#refuse("states");
    return list.map((value) => stateOf(value) ?? this.#refuse("states"));
  }

  #json(column: string): JsonValue {
    try {
      return readJson(encodeUtf8(this.text(column)));
    } catch (error) {
      if (error instanceof EncodingError) return this.#refuse(column);
      throw error;
    }
  }

  #refuse(column: string): never {
    throw new PortError("directory_corrupt", `${this.#place} ${column}`, "It holds what this program never writes", {
      remedy: "The file is kept. Restore it from a backup, or move it aside: agents then need new links.",
    });
  }
}

export function linkOf(row: RowReader): StoredLink {
  const [expected_did, used_by] = [row.optionalText("expected_did"), row.optionalText("used_by")];
  const used_unix_ms = row.optionalNumber("used_unix_ms");
  return {
    link_id: row.text("link_id"),
    check: row.bytes("secret_check"),
    subject: row.text("subject"),
    scopes: row.scopes(),
    ...(expected_did === undefined ? {} : { expected_did }),
    created_unix_ms: row.number("created_unix_ms"),
    expires_unix_ms: row.number("expires_unix_ms"),
    created_by: row.text("created_by"),
    state: row.word("state", LINK_STATES),
    ...(used_by === undefined ? {} : { used_by }),
    ...(used_unix_ms === undefined ? {} : { used_unix_ms }),
    wrong_secrets: row.number("wrong_secrets"),
    second_uses: row.number("second_uses"),
    repeatable: row.number("repeatable") === 1,
  };
}

export function agentOf(row: RowReader): StoredAgent {
  const revoked_unix_ms = row.optionalNumber("revoked_unix_ms");
  return {
    did: row.text("did"),
    jkt: row.text("jkt"),
    subject: row.text("subject"),
    scopes: row.scopes(),
    assurance: row.word("assurance", ASSURANCES),
    registered_unix_ms: row.number("registered_unix_ms"),
    renewed_unix_ms: row.number("renewed_unix_ms"),
    ...(revoked_unix_ms === undefined ? {} : { revoked_unix_ms }),
    states: row.states(),
  };
}

export function foundOf(row: RowReader): FoundAccess {
  return {
    did: row.text("did"),
    jkt: row.text("jkt"),
    scopes: row.scopes(),
    expires_unix_ms: row.number("expires_unix_ms"),
  };
}

export function accessOf(row: RowReader): StoredAccess {
  return { token_hash: row.bytes("token_hash"), did: row.text("did"), expires_unix_ms: row.number("expires_unix_ms") };
}

export function operatorOf(row: RowReader): OperatorTokenRow {
  const expires_unix_ms = row.optionalNumber("expires_unix_ms");
  return {
    name: row.text("name"),
    slot: row.word("slot", SLOTS),
    token_hash: row.bytes("token_hash"),
    scopes: row.words("scopes"),
    created_unix_ms: row.number("created_unix_ms"),
    ...(expires_unix_ms === undefined ? {} : { expires_unix_ms }),
    created_by: row.text("created_by"),
  };
}

export function credentialOf(row: RowReader): OwnerCredential {
  return { kind: row.word("kind", KINDS), verifier: row.text("verifier") };
}

export function statesText(states: readonly AgentState[]): string {
  return decodeUtf8(writeCanonicalJson(states));
}

function stateOf(value: JsonValue): AgentState | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  const { environment, blueprint, release, at_unix_ms } = value;
  const state = AGENT_STATES.find((word) => word === value["state"]);
  if (typeof environment !== "string" || typeof blueprint !== "string" || state === undefined) return undefined;
  if (typeof at_unix_ms !== "number") return undefined;
  if (release === undefined) return { environment, blueprint, state, at_unix_ms };
  return typeof release === "string" && isDigest(release)
    ? { environment, blueprint, state, release, at_unix_ms }
    : undefined;
}
