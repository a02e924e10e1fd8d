/** Node: an agent at work. */
import { it } from "vitest";
import { agentSuite } from "./agent-suite.ts";

agentSuite({ test: (name, run) => it(name, run) }, { compiles: true });
