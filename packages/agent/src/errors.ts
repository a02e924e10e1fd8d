/** Every way in which an agent cannot go on. The codes are public API. */
export const AGENT_ERRORS = {
  ed25519_missing: {
    meaning: "This platform makes no Ed25519 keys that stay inside it.",
    remedy: "Use Chrome 137, Firefox 129, Safari 17 or later, over https or on localhost.",
  },
  store_unusable: {
    meaning: "The browser does not keep the key.",
    remedy: "Allow this site to store data, or open the page outside a private window.",
  },
  link_malformed: {
    meaning: "The text is not a bootstrap link.",
    remedy: "Copy the whole link, or ask for another: `tau-edge bootstrap link`.",
  },
  link_of_another_gateway: {
    meaning: "The link leads to another gateway than this agent asks.",
    remedy: "Open the link itself, or make one at this gateway: `tau-edge bootstrap link`.",
  },
  link_refused: {
    meaning: "The gateway does not take the link: it is used, expired, revoked, or never was.",
    remedy: "Ask for another link: `tau-edge bootstrap link`.",
  },
  gateway_key_differs: {
    meaning: "The gateway does not have the key that the link, or the first answer, named.",
    remedy: "Do not go on. Ask for a new link, and whether the gateway's key was replaced.",
  },
  gateway_proof_malformed: {
    meaning: "The gateway's proof is missing, or is not of this agent, request and token.",
    remedy: "Do not go on. Ask for a new link.",
  },
  gateway_proof_signature: {
    meaning: "The gateway's proof is not signed by the key that it names.",
    remedy: "Do not go on. Ask for a new link.",
  },
  needs_link: {
    meaning: "The gateway does not know this agent, or no longer.",
    remedy: "Ask for a bootstrap link (`tau-edge bootstrap link`) and open it here.",
  },
  clock_disagrees: {
    meaning: "The clock of this machine is more than a minute off the gateway's.",
    remedy: "Set the clock of this machine.",
  },
  scope_insufficient: {
    meaning: "The link of this agent did not allow this.",
    remedy: "Ask for a link with the scope: `tau-edge bootstrap link --scope SCOPE`.",
  },
  gateway_unreachable: {
    meaning: "The gateway does not answer, or its answer broke off.",
    remedy: "Look at the connection and at `GATEWAY/livez`; the agent may try again.",
  },
  gateway_refused: {
    meaning: "The gateway refused, for a reason that the message names.",
    remedy: "Look the named code up in docs/codes.md.",
  },
  answer_malformed: {
    meaning: "An answer of the gateway is not what it must be.",
    remedy: "See that nothing between agent and gateway changes answers.",
  },
  answer_too_large: {
    meaning: "An answer is longer than is read.",
    remedy: "See that nothing between agent and gateway changes answers.",
  },
  content_type: {
    meaning: "What was fetched says that it is something else.",
    remedy: "See that nothing between agent and gateway changes answers.",
  },
  content_truncated: {
    meaning: "Fewer bytes came than the manifest states.",
    remedy: "Try again; if it stays, look at the store with `tau-edge verify`.",
  },
  content_too_long: {
    meaning: "More bytes came than the manifest states or than are read.",
    remedy: "Do not run it. See that nothing between agent and gateway changes answers.",
  },
  content_digest: {
    meaning: "The bytes are not those that the digest names.",
    remedy: "Do not run it. See that nothing between agent and gateway changes answers.",
  },
  manifest_malformed: {
    meaning: "The manifest cannot be read, or lacks what an agent must know.",
    remedy: "Package the artifact anew: `tau-edge package x.wasm`.",
  },
  manifest_contradiction: {
    meaning: "The manifest is of another artifact or blueprint, or of another kind of artifact.",
    remedy: "Do not run it. Make the release anew: `tau-edge release create`.",
  },
  derived_missing: {
    meaning: "The release is a component and names no derived code, so nothing here can run it.",
    remedy: "Create the release with `--derived DIR/derived.json`.",
  },
  derived_malformed: {
    meaning: "The list of derived code cannot be read, or is not run here.",
    remedy: "Transpile with `jco transpile x.wasm --instantiation async`, which gives one file of JavaScript.",
  },
  derived_contradiction: {
    meaning: "The derived code is of another artifact.",
    remedy: "Do not run it. Transpile the artifact of this release.",
  },
  sandbox_missing: {
    meaning: "Derived code runs in a sandbox only, and this agent was opened without one.",
    remedy: "Open the agent with `sandbox`, which browsers have, or release a core module.",
  },
  sandbox_failed: {
    meaning: "The sandbox did not start.",
    remedy: "See that this page may frame the sandbox page.",
  },
  compile_failed: {
    meaning: "The engine does not take the module.",
    remedy: "Look at its features: `tau-edge inspect x.wasm`.",
  },
  compile_forbidden: {
    meaning: "This platform compiles no code at run time.",
    remedy: "Run it elsewhere: here an artifact can be fetched and verified only.",
  },
  instantiate_failed: {
    meaning: "The module or component did not start, or asks for an import that was not given.",
    remedy: "Give its imports to `run`, or build it without them.",
  },
  export_unknown: {
    meaning: "There is no function of that name.",
    remedy: "Call one of the names in `exports`.",
  },
  call_failed: {
    meaning: "The call ended with an error of its own.",
    remedy: "The message is the program's; it was reported as a failure.",
  },
  call_timed_out: {
    meaning: "The call did not end in time, and its instance was thrown away.",
    remedy: "Give it longer with `callMsMax`, or look for the endless loop.",
  },
  instance_stopped: {
    meaning: "The instance was stopped.",
    remedy: "Resolve again, and run what is answered.",
  },
} as const;

export type AgentErrorCode = keyof typeof AGENT_ERRORS;

/** Neither message nor cause holds a secret of the agent: no link, token, key or proof. */
export class AgentError extends Error {
  override readonly name = "AgentError";
  readonly code: AgentErrorCode;
  /** What to do next, in one sentence. */
  readonly remedy: string;
  /** The gateway's own code, where it refused. */
  readonly problem: string | undefined;
  /** How long the gateway asks to wait, where it does. */
  readonly retry_after_ms: number | undefined;

  constructor(code: AgentErrorCode, detail?: string, more: AgentErrorFacts = {}) {
    super(`${detail ?? AGENT_ERRORS[code].meaning} (${code})`, more.cause === undefined ? {} : { cause: more.cause });
    this.code = code;
    this.remedy = AGENT_ERRORS[code].remedy;
    this.problem = more.problem;
    this.retry_after_ms = more.retry_after_ms;
  }
}

export interface AgentErrorFacts {
  readonly cause?: unknown;
  readonly problem?: string;
  readonly retry_after_ms?: number | undefined;
}
