/** Whose is a bearer token (RFC 6750)? */
import type { Principal } from "./principal.ts";
import type { TokenTable } from "./tokens.ts";

export interface Bearers {
  /** Undefined for a token that is nobody's, or nobody's any more. */
  find(token: string): Principal | undefined | Promise<Principal | undefined>;
  /** Whether there is a credential with which anybody could come in. */
  any(): boolean | Promise<boolean>;
}

export function openBearers(tokens: TokenTable | undefined): Bearers {
  return {
    find: (token) => tokens?.find(token),
    any: () => tokens?.empty === false,
  };
}
