/** Tokens of this process. Checks of rollouts are programs of somebody else, and inherit its environment. */
export function withholdSecrets(): void {
  for (const name of ["TAU_EDGE_TOKENS", "TAU_EDGE_TOKEN"]) delete process.env[name];
}
