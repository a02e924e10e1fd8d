/** Who typed the command. */
import { userInfo } from "node:os";
import type { Actor } from "@tau-edge/ledger";

/** As the system knows them. */
export function localActor(): Actor {
  try {
    return { kind: "local", id: userInfo().username };
  } catch {
    // A user id without an entry in the system's user table, as in many containers.
    return { kind: "local", id: `uid-${process.getuid?.() ?? "unknown"}` };
  }
}
