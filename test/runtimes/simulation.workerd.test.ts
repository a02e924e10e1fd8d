/** workerd: the golden simulations. */
import { expect, it } from "vitest";
import golden from "../conformance/data/simulation-golden.json" with { type: "json" };
import { simulationSuite } from "./simulation-suite.ts";

it("golden simulations: this is workerd", () => expect(navigator.userAgent).toBe("Cloudflare-Workers"));

simulationSuite({ test: (name, run) => it(name, run) }, golden);
