/** What an operator configures about who may come in. It may change while the gateway runs. */
import type { ConfiguredCredentials } from "@tau-edge/control";

export interface AuthSettings extends ConfiguredCredentials {
  /** Another number after every change of the owner's credential: sessions bought with an earlier one end. */
  readonly owner_generation: number;
  /** `agents`: reading needs a credential, too. */
  readonly readers: "anyone" | "agents";
  /** Pages of these may send what only operators may, beside those of the gateway's own origin. */
  readonly origins: readonly string[];
}

export const NO_SETTINGS: AuthSettings = { owner_generation: 0, readers: "anyone", origins: [] };
