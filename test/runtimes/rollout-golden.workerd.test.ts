/** workerd: the golden rollouts. */
import { expect, it } from "vitest";
import golden from "../conformance/data/rollout-golden.json" with { type: "json" };
import { rolloutGoldenSuite } from "./rollout-golden-suite.ts";

it("golden rollouts: this is workerd", () => expect(navigator.userAgent).toBe("Cloudflare-Workers"));

rolloutGoldenSuite({ test: (name, run) => it(name, run) }, golden);
