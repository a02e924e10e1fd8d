/** What can be wrong with keys, tokens, links and documents that come from somebody else. Part of `IDENTITY_ERRORS`. */
export const FORMAT_ERRORS = {
  jwk_malformed: {
    meaning: "The key is not a JWK with exactly `kty` OKP, `crv` Ed25519 and `x` (RFC 8037 section 2).",
    remedy: "Send the public key alone: these three members and no other.",
  },
  jwk_key: {
    meaning: "The `x` of the JWK is no key that only its owner can sign with.",
    remedy: "Do not trust who sent it. An agent makes its key with `generateAgentKey`.",
  },
  jws_too_long: {
    meaning: "The token has more than 8,192 characters.",
    remedy: "Send a token with the claims that are asked for, and no others.",
  },
  jws_form: {
    meaning: "The token is not three parts in canonical base64url, the last of them 64 bytes (RFC 7515 section 7.1).",
    remedy: "Send it as it was signed: header, payload and signature with dots between them.",
  },
  jws_json: {
    meaning: "The header or the payload of the token is not one strict JSON object.",
    remedy: "Write each as one JSON object without duplicate keys.",
  },
  jws_alg: {
    meaning: "The token is not signed with Ed25519: `alg` is neither `EdDSA` (RFC 8037) nor `Ed25519` (RFC 9864).",
    remedy: "Sign with an Ed25519 key.",
  },
  jws_header: {
    meaning:
      "The header of the token asks for something that is never done: `crit`, `b64`, `zip`, or a key from elsewhere.",
    remedy: "Leave these parameters out of the header.",
  },
  dpop_type: {
    meaning: "The token is no DPoP proof: its `typ` is not `dpop+jwt` (RFC 9449 section 4.2).",
    remedy: "Make a proof for this request and send it in the header DPoP.",
  },
  dpop_header: {
    meaning: "The header of the DPoP proof has other parameters than `typ`, `alg` and `jwk`.",
    remedy: "Leave the others out; the key in `jwk` says who signs.",
  },
  dpop_claim: {
    meaning: "A claim of the DPoP proof is missing or breaks its rule (RFC 9449 section 4.2).",
    remedy: "Send `jti`, `htm`, `htu` and `iat`, and with an access token its `ath`.",
  },
  did_jwt_type: {
    meaning: "The token is no DID-JWT: its `typ` is not `JWT`.",
    remedy: "Send a DID-JWT where one is asked for; a DPoP proof is another thing.",
  },
  did_jwt_header: {
    meaning:
      "The header of the DID-JWT has other parameters than `typ`, `alg` and `kid`, or its `kid` is no key of `iss`.",
    remedy: "Leave the others out, and name a key of the issuer.",
  },
  did_jwt_issuer: {
    meaning: "The `iss` of the DID-JWT is no did:key and no did:web.",
    remedy: "Sign as a DID; `https://self-issued.me` and its `did` claim are not followed.",
  },
  did_jwt_claim: {
    meaning: "A claim of the DID-JWT is missing or breaks its rule; `aud` and `exp` must be there.",
    remedy: "Name the audience and the second in which it expires.",
  },
  link_too_long: {
    meaning: "The bootstrap link is longer than any link that a gateway makes.",
    remedy: "Copy the link alone, as `tau-edge bootstrap link` printed it.",
  },
  link_malformed: {
    meaning: "The text is not a bootstrap link: `<gateway>/boot#v1.<id>.<secret>`, with or without the gateway's pin.",
    remedy: "Copy the whole link, also what follows `#`, or get another: `tau-edge bootstrap link`.",
  },
  link_insecure: {
    meaning: "The bootstrap link goes to another machine without TLS: whoever is on the way could read what it buys.",
    remedy: "Give the gateway an `https:` URL, and get a link of that.",
  },
  password_malformed: {
    meaning: "The password is empty, longer than 1,024 characters, or has a lone surrogate.",
    remedy: "Choose another password.",
  },
  password_hash_malformed: {
    meaning: "The text is not a password hash in the form `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`.",
    remedy: "Give the password itself in a file, and let the gateway hash it.",
  },
  password_hash_cost: {
    meaning: "The cost of the password hash is below or above what is accepted.",
    remedy: "Make it with ln=15, r=8, p=3.",
  },
  did_document_too_large: {
    meaning: "The DID document has more bytes or more keys than are read.",
    remedy: "Resolve a DID whose document is smaller.",
  },
  did_document_syntax: {
    meaning: "The DID document is not strict JSON.",
    remedy: "Ask its owner to publish plain JSON without duplicate keys.",
  },
  did_document_id: {
    meaning: "The `id` of the DID document is not the DID that was asked for.",
    remedy: "Do not trust it. Ask its owner which DID they have.",
  },
  did_document_field: {
    meaning: "A member of the DID document is missing or has another form than DID 1.1 gives it.",
    remedy: "Ask its owner to publish a document as DID 1.1 has it.",
  },
  did_document_url: {
    meaning: "A DID URL of the document is not absolute, or names something of another DID.",
    remedy: "Ask its owner to write every id and controller with the whole DID.",
  },
  did_document_key: {
    meaning: "An Ed25519 key of the document is malformed, there twice, or no key that only its owner can sign with.",
    remedy: "Do not trust it. Ask its owner to replace the key.",
  },
} as const;
