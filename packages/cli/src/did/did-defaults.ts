/** S1's defaults (contract table 4). The sample of entropy is refused where the network is no devnet. */
export const DID_DEFAULTS = {
  method: "key",
  network: "tau-devnet",
  subject: "browser-agent",
  entropy: "tau-browser-seed",
  file_name: "browser-did.json",
} as const;
