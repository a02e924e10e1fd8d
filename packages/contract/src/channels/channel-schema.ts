/** `schema.json` of a channel: whose directory this is. */
import { EncodingError, readJson, writePrettyJson } from "@tau-edge/encoding";
import { CONTRACT_LIMITS } from "../limits.ts";
import { isObject, own } from "../state-document.ts";
import type { ChannelName } from "./channel-name.ts";

/** Two spaces a level and a newline at the end, as the original writes it. */
export function channelSchema(name: ChannelName): Uint8Array {
  const document = writePrettyJson({ schema_version: 1, transport: "deployment", channel_id: name });
  return Uint8Array.of(...document, 0x0a);
}

/** @returns what is wrong with the file, in words; undefined when it is this channel's, whatever else it says */
export function channelSchemaFault(bytes: Uint8Array, name: string): string | undefined {
  const document = read(bytes);
  if (!isObject(document)) return "schema.json is no JSON object";
  if (own(document, "schema_version") !== 1) return "schema.json has another schema version than 1";
  if (own(document, "transport") !== "deployment") return "schema.json is of another transport than deployment";
  if (own(document, "channel_id") !== name) return "schema.json is of another channel";
  return undefined;
}

function read(bytes: Uint8Array): unknown {
  try {
    return readJson(bytes, { integers: "exact", size_bytes_max: CONTRACT_LIMITS.channel_schema_bytes_max });
  } catch (error) {
    if (error instanceof EncodingError) return undefined;
    throw error;
  }
}
