/** workerd: one verdict about signatures. */
import { expect, it } from "vitest";
import { liveSuite } from "./live-suite.ts";

it("live signatures: this is workerd", () => expect(navigator.userAgent).toBe("Cloudflare-Workers"));

liveSuite({ test: (name, run) => it(name, run) });
