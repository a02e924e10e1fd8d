/** Reads one header field of a request without making a Headers object of all of them. */

/**
 * @param rawHeaders names and values in turn, as they came
 * @param name in lowercase
 * @returns null where it did not come, undefined where it came more than once: what that means is for Headers to say
 */
export function fieldOf(rawHeaders: readonly string[], name: string): string | null | undefined {
  let found: string | null = null;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at] ?? "";
    if (raw.length !== name.length || raw.toLowerCase() !== name) continue;
    if (found !== null) return undefined;
    found = rawHeaders[at + 1] ?? "";
  }
  return found;
}
