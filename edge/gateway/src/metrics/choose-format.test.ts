import { expect, it } from "vitest";
import { chooseFormat } from "./choose-format.ts";

/** What Prometheus 2.42 sends. */
const PROMETHEUS =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

it.each([
  [PROMETHEUS, "openmetrics"],
  ["application/openmetrics-text", "openmetrics"],
  ['application/openmetrics-text; version="1.0.0"; q=0.5', "openmetrics"],
  ["application/openmetrics-text;version=0.0.1", "prometheus"],
  ["application/openmetrics-text;q=0", "prometheus"],
  ["application/openmetrics-text;q=0.2, text/plain;q=0.7", "prometheus"],
  ["application/openmetrics-text;q=0.1, */*;q=0.9", "prometheus"],
  ["application/openmetrics-text;q=0.1, text/*", "prometheus"],
  ["application/openmetrics-text;q=0.5, text/plain;q=0.2, */*;q=0.9", "openmetrics"],
  ["application/openmetrics-text;q=0.5, text/plain;q=0, */*", "openmetrics"],
  ["application/openmetrics-text, */*", "openmetrics"],
  ["application/openmetrics-text;q=nonsense;;, =,;", "prometheus"],
  ["text/plain;version=0.0.4", "prometheus"],
  ["text/html, */*", "prometheus"],
  ["*/*", "prometheus"],
  ["", "prometheus"],
] as const)("answers %j with %s (RFC 9110 section 12.5.1)", (accept, format) => {
  expect(chooseFormat(accept)).toBe(format);
});
