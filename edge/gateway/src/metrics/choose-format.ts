/** Which of the two formats does a client ask for? */
import type { MetricsFormat } from "./exposition.ts";

/** What stands for text, the most specific first: its weight is the one that counts. */
const TEXT_RANGES = ["text/plain", "text/*", "*/*"];

/**
 * RFC 9110 section 12.5.1, as far as one choice needs it: OpenMetrics only for who names it, in a version that is ours,
 * and not with a smaller weight than text. Who asks for neither, such as a person, gets text.
 */
export function chooseFormat(accept: string): MetricsFormat {
  let open = 0;
  const weights = new Map<string, number>();
  for (const element of accept.toLowerCase().split(",")) {
    const [type = "", ...parameters] = element.split(";").map((part) => part.trim());
    const parameter = (name: string) => parameters.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
    const q = Number(parameter("q") ?? 1) || 0;
    const version = parameter("version")?.replaceAll('"', "") ?? "1.0.0";
    if (type === "application/openmetrics-text" && version === "1.0.0") open = Math.max(open, q);
    if (TEXT_RANGES.includes(type)) weights.set(type, Math.max(weights.get(type) ?? 0, q));
  }
  const text = TEXT_RANGES.map((range) => weights.get(range)).find((weight) => weight !== undefined) ?? 0;
  return open > 0 && open >= text ? "openmetrics" : "prometheus";
}
