/** workerd: an agent at work, up to where this platform runs no code that it was not deployed with. */
import { expect, it } from "vitest";
import { agentSuite } from "./agent-suite.ts";

it("agents: this is workerd", () => expect(navigator.userAgent).toBe("Cloudflare-Workers"));

agentSuite({ test: (name, run) => it(name, run) }, { compiles: false });
