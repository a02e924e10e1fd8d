/** Does a client ask for this JSON media type rather than for text? */

/**
 * RFC 9110 section 12.5.1, as far as one choice needs it: the type or `application/json` must be named with a weight
 * above zero, and above that of text. A wildcard alone keeps the text, which is what probes and people want.
 */
export function prefersJson(accept: string, mediaType: string): boolean {
  let json = 0;
  let text = 0;
  for (const element of accept.toLowerCase().split(",")) {
    const [type, ...parameters] = element.split(";").map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    const q = weight === undefined ? 1 : Number(weight.slice(2));
    if (type === mediaType || type === "application/json") json = Math.max(json, q || 0);
    if (type === "text/plain" || type === "text/*") text = Math.max(text, q || 0);
  }
  return json > 0 && json >= text;
}
