/** Which of the two formats does a client ask for? */
import type { MetricsFormat } from "./exposition.ts";

/**
 * RFC 9110 section 12.5.1, as far as one choice needs it: OpenMetrics only for who names it, in a version that is ours,
 * and not with a smaller weight than text. Who asks for neither, such as a person, gets text.
 */
export function chooseFormat(accept: string): MetricsFormat {
  let open = 0;
  let text = 0;
  for (const element of accept.toLowerCase().split(",")) {
    const [type, ...parameters] = element.split(";").map((part) => part.trim());
    const parameter = (name: string) => parameters.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
    const q = Number(parameter("q") ?? 1) || 0;
    const version = parameter("version")?.replaceAll('"', "") ?? "1.0.0";
    if (type === "application/openmetrics-text" && version === "1.0.0") open = Math.max(open, q);
    if (type === "text/plain") text = Math.max(text, q);
  }
  return open > 0 && open >= text ? "openmetrics" : "prometheus";
}
