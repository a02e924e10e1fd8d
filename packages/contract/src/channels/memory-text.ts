/** `MEMORY.md` of a channel: where a blueprint stands, one line a rollout. */
import { readCounter } from "../health.ts";
import { isObject, type JsonObject, own } from "../state-document.ts";
import { lineValue } from "../text/key-value-line.ts";

/**
 * Piece by piece, so that a blueprint may have any number of rollouts.
 * @param records JSON texts of the blueprint's rollouts, as `state.json` has them; the original's may lack any field
 */
export function* memoryText(blueprintId: string, records: Iterable<string>): Iterable<string> {
  yield `# Tau Deployment Snapshot (${onOneLine(blueprintId)})\n\n`;
  for (const record of records) {
    // Read strictly when it came; the platform's parser is several times as fast, and this runs over all of them.
    const rollout: unknown = JSON.parse(record);
    yield memoryLine(isObject(rollout) ? rollout : {});
  }
}

function memoryLine(rollout: JsonObject): string {
  const target = textOf(rollout, "deploy_target");
  const runtime = textOf(rollout, "runtime_profile");
  const artifact = textOf(rollout, "artifact");
  const replicas = readCounter(own(rollout, "replicas")) ?? 0;
  const status = readCounter(own(rollout, "status_code")) ?? 0;
  const about = `target=${target} runtime=${runtime} artifact=${artifact} replicas=${replicas} status=${status}`;
  return `- ${textOf(rollout, "case_id")} ${about} outcome=${textOf(rollout, "outcome")}\n`;
}

function textOf(rollout: JsonObject, key: string): string {
  const value = own(rollout, key);
  return lineValue(typeof value === "string" ? value : "");
}

/** A heading may have any letters, but it must not end before its end, nor be shown in another order. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, " ");
}
