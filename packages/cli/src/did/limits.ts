/** Bounds on what the host of a did:web may send beside its document, and how long it may take. */

/** From the question for the name to the last byte of the answer. */
export const DID_DOCUMENT_TIMEOUT_MS = 5_000;

/** What Node takes unless told otherwise, said here because the sender chooses it. */
export const DID_DOCUMENT_HEADER_BYTES_MAX = 16 * 1024;
