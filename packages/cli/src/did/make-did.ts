/** What `did init` and S1's flags for it do alike. */
import { NATIVE_KEY_DERIVATION, openState } from "@tau-edge/adapter-node";
import { type DidReport, initDid, type RefusedDid } from "@tau-edge/control";
import { DERIVATION_REFUSALS, normalizeName, parseDidMethod } from "@tau-edge/identity";
import type { FailureDocument } from "../failure.ts";
import { type CliIo, pathIn } from "../io.ts";
import { localActor } from "../local-actor.ts";

export interface AskedDid {
  /** As typed, like the other names. */
  readonly method: string;
  readonly network: string;
  readonly subject: string;
  readonly entropy: string;
  readonly allowWeakEntropy: boolean;
  readonly output: string;
  readonly stateDir: string;
  /** Whoever runs this vouches for the clock; the record says so where it mattered. */
  readonly acceptClock: boolean;
}

/** @throws IdentityError, PortError as `initDid` */
export async function makeDid(asked: AskedDid, io: CliIo): Promise<DidReport | RefusedDid> {
  const request = {
    method: parseDidMethod(asked.method),
    network: normalizeName("network", asked.network),
    subject: normalizeName("subject", asked.subject),
    entropy: asked.entropy,
    allow_weak_entropy: asked.allowWeakEntropy,
    output_path: asked.output,
    actor: localActor(),
    accept_clock: asked.acceptClock,
  };
  const state = await openState(pathIn(io, asked.stateDir));
  try {
    const { ledger, files, clock } = state;
    const payload_file = state.publicFile(pathIn(io, asked.output));
    const ports = { ledger, files, clock, payload_file, derivation: NATIVE_KEY_DERIVATION };
    return await io.uninterrupted(() => initDid(request, ports));
  } finally {
    await state.close();
  }
}

export function refusedDid({ code }: RefusedDid): FailureDocument {
  const { meaning, remedy } = DERIVATION_REFUSALS[code];
  return { code, message: meaning, remedy };
}
