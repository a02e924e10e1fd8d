/** Who really deploys, where there is somebody: a case succeeds only when they take it. */

export interface BackendRequest {
  /** The same for every attempt, also after a crash: whoever got it before may answer the same again. */
  readonly case_key: string;
  /** From 1 on. */
  readonly attempt: number;
  /** The case as one JSON document. */
  readonly document: Uint8Array;
}

/** `unavailable`: it may be asked again. */
export type BackendAnswer =
  | { readonly outcome: "accepted" }
  | { readonly outcome: "unavailable" /** One line of bounded length. */; readonly detail: string };

export interface DeploymentBackend {
  /** Never throws for what the other side does: no answer is `unavailable` too. */
  apply(request: BackendRequest): Promise<BackendAnswer>;
}
