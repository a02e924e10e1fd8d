/** A request with a document, as plain as every runtime takes it. */
export interface AgentRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export function posted(document: unknown): AgentRequest & { readonly body: string } {
  const body = typeof document === "string" ? document : JSON.stringify(document);
  return { method: "POST", headers: { "content-type": "application/json" }, body };
}
