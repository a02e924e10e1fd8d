const SECRET_VARIABLES = [
  "TAU_EDGE_TOKENS",
  "TAU_EDGE_TOKEN",
  "TAU_EDGE_GATEWAY_TOKEN",
  "TAU_EDGE_GATEWAY_PASSWORD",
  "TAU_EDGE_NEW_PASSWORD",
  "TAU_EDGE_BOOTSTRAP_SECRET",
  "AGENTME_BOOTSTRAP_SECRET",
  "TAU_EDGE_DID_ENTROPY",
  "TAU_DEPLOYMENT_WASM_BROWSER_DID_ENTROPY",
];

/** Secrets of this process. Checks of rollouts are programs of somebody else, and inherit its environment. */
export function withholdSecrets(): void {
  for (const name of SECRET_VARIABLES) delete process.env[name];
}
