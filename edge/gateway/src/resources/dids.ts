/**
 * Who is who here: the gateway's own document, and what may be known of its agents. A DID that it does not know is
 * unknown, whatever its method: nothing is ever fetched because a client named it.
 */
import { decodeUtf8 } from "@tau-edge/encoding";
import { type bootstrapPayloadSchema, writeBootstrapPayload } from "@tau-edge/identity";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { ACCESS_READ_PROBLEMS } from "../problems/problem-sets.ts";
import type { Call, Route } from "../route.ts";

/** DID 1.1 section 4, as far as anything needs it that reads keys. */
export const DidDocumentSchema = z.looseObject({
  "@context": z.array(z.string()),
  id: z.string(),
  verificationMethod: z.array(
    z.looseObject({ id: z.string(), type: z.string(), controller: z.string(), publicKeyMultibase: z.string() }),
  ),
});

/** Its id is not for pages of another origin alone: whoever verifies a document looks at it. */
const DOCUMENT_TYPE = "application/did+json";
const PARAMS = { did: { schema: z.string(), description: "The DID, percent-encoded where its characters need it" } };
const PROBLEMS_OF_DIDS = ["did_unknown", "not_supported_here", ...ACCESS_READ_PROBLEMS] as const;

export const gatewayDidRoute: Route = {
  method: "GET",
  path: "/.well-known/did.json",
  operationId: "getGatewayDocument",
  summary: "The DID document of this gateway",
  audience: "agents",
  answers: { 200: { description: "The document", content: { [DOCUMENT_TYPE]: { schema: "DidDocument" } } } },
  problems: ["not_supported_here", ...ACCESS_READ_PROBLEMS],
  async answer(call) {
    const { access } = call.services;
    if (access === undefined) return call.problem("not_supported_here");
    const { document } = await access.gatewayIdentity();
    return call.json(200, document, { "content-type": DOCUMENT_TYPE });
  },
};

export const payloadRoute: Route = {
  method: "GET",
  path: "/v1/dids/:did",
  operationId: "getPayload",
  summary: "What may be known of an agent, or of an identity that was made here",
  audience: "agents",
  params: PARAMS,
  answers: { 200: { description: "Its payload", content: { "application/json": { schema: "BootstrapPayload" } } } },
  problems: PROBLEMS_OF_DIDS,
  async answer(call) {
    const payload = await payloadOf(call);
    if (payload instanceof Response) return payload;
    // As it stands in the file of an identity that was made here: whoever has its digest finds it again.
    const text = decodeUtf8(writeBootstrapPayload(payload));
    return call.text(200, { "content-type": "application/json", "cache-control": "no-store" }, text);
  },
};

export const didDocumentRoute: Route = {
  method: "GET",
  path: "/v1/dids/:did/did.json",
  operationId: "getDocument",
  summary: "The DID document of an agent, or of an identity that was made here",
  audience: "agents",
  params: PARAMS,
  answers: { 200: { description: "The document", content: { [DOCUMENT_TYPE]: { schema: "DidDocument" } } } },
  problems: PROBLEMS_OF_DIDS,
  async answer(call) {
    const payload = await payloadOf(call);
    return payload instanceof Response ? payload : call.json(200, payload.document, { "content-type": DOCUMENT_TYPE });
  },
};

async function payloadOf(call: Call): Promise<z.infer<typeof bootstrapPayloadSchema> | Response> {
  const { access } = call.services;
  if (access === undefined) return call.problem("not_supported_here");
  const did = call.c.req.param("did") ?? "";
  const payload = did.length > LIMITS.access_text_chars_max ? undefined : await access.payloadOf(did);
  return payload ?? call.problem("did_unknown");
}
