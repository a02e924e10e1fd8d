/** Does this verifier say what `verifyEd25519` says, where verifiers differ? Asked when a process starts. */
import { fromHex } from "@tau-edge/encoding";
import type { LiveVerify } from "@tau-edge/ports";
import { SELF_TEST_CASES } from "./self-test-cases.ts";

/** False too where the platform has no Ed25519, or throws. */
export async function passesSelfTest(verify: LiveVerify): Promise<boolean> {
  try {
    for (const { message, public_key, signature, good } of SELF_TEST_CASES)
      if ((await verify(fromHex(signature), fromHex(message), fromHex(public_key))) !== good) return false;
    return true;
  } catch {
    return false;
  }
}
