/** Is this what the strict reader reads? RFC 8259 section 11: `application/json` has no parameters; a charset of UTF-8 says nothing new. */
export function isPlainJson(contentType: string | undefined, contentEncoding: string | undefined): boolean {
  if (contentEncoding !== undefined && contentEncoding.trim().toLowerCase() !== "identity") return false;
  return /^application\/json[\t ]*(?:;[\t ]*charset=(?:utf-8|"utf-8")[\t ]*)?$/i.test(contentType?.trim() ?? "");
}
