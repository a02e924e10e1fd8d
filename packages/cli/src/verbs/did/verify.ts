/** `tau-edge did verify`: is it an identity, does it come from this entropy, or what did the original mean by it? */
import { NATIVE_KEY_DERIVATION } from "@tau-edge/adapter-node";
import { deriveIdentity, parseDidKey, parseDidWeb } from "@tau-edge/identity";
import { type EntropyOptions, entropyOf } from "../../did/entropy-source.ts";
import { payloadPathOf, readPayloadFile } from "../../did/payload-file.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import type { CliIo } from "../../io.ts";
import { renderDid, renderVerifiedDid } from "../../render/did.ts";
import { verifyLegacy } from "./verify-legacy.ts";

export interface DidVerifyOptions extends EntropyOptions {
  readonly legacy?: boolean;
  readonly method?: string;
  readonly network?: string;
  readonly subject?: string;
  readonly stateDir?: string;
  readonly json?: boolean;
}

/** @param operand a DID, or the file of a payload */
export async function didVerifyVerb(
  operand: string | undefined,
  options: DidVerifyOptions,
  io: CliIo,
): Promise<ExitCode> {
  const entropy = await entropyOf(options, io);
  if (options.legacy === true) return verifyLegacy(operand, entropy, options, io);
  if (operand?.startsWith("did:")) return verifyDid(operand, entropy, options, io);
  const file = payloadPathOf(operand, options.stateDir, io);
  const payload = readPayloadFile(file, io);
  const proven = entropy === undefined ? undefined : comesFrom(entropy, payload);
  const outcome = proven === false ? "other_entropy" : "valid";
  const { did, key_id, method, network, subject, assurance } = payload;
  const facts = { did, key_id, method, network, subject, assurance };
  const document = {
    ...{ schema_version: 1, outcome, file, ...facts },
    ...(proven !== undefined && { entropy_proven: proven }),
  };
  if (options.json === true) io.stdout(`${JSON.stringify(document, undefined, 2)}\n`);
  else io.stdout(renderDid(payload, ["verified", verdictWords(proven)]));
  return proven === false ? EXIT.refused : EXIT.done;
}

function verdictWords(proven: boolean | undefined): string {
  if (proven === undefined) return "all of it follows from its key and its names";
  return proven ? "it follows from this entropy" : "no: another entropy made it";
}

function comesFrom(entropy: string, payload: ReturnType<typeof readPayloadFile>): boolean {
  const { method, network, subject } = payload;
  const request = { method, network, subject, entropy, allow_weak_entropy: true };
  const derived = deriveIdentity(request, NATIVE_KEY_DERIVATION);
  // A sample of the documentation makes nothing outside devnets, so it did not make this.
  return derived.outcome === "derived" && derived.identity.keyId === payload.key_id;
}

function verifyDid(text: string, entropy: string | undefined, { json }: DidVerifyOptions, io: CliIo): ExitCode {
  if (entropy !== undefined)
    throw new CliError("usage", "A DID alone does not say which names it was made from", {
      remedy: "Name the file of its payload, or leave the entropy out.",
    });
  const { did } = text.startsWith("did:web:") ? parseDidWeb(text) : parseDidKey(text);
  const document = { schema_version: 1, outcome: "valid", did };
  io.stdout(json === true ? `${JSON.stringify(document, undefined, 2)}\n` : renderVerifiedDid(did));
  return EXIT.done;
}
