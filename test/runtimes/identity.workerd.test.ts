/** workerd: the same golden bytes. There is no file system, so the bundler hands the files over. */
import fixtures from "virtual:fixture-bytes";
import { fromBase64, sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { HOSTILE_COMPONENTS } from "../../wasm-fixtures/hostile-components.ts";
import { HOSTILE_MODULES } from "../../wasm-fixtures/hostile-modules.ts";
import golden from "../conformance/data/identity-golden.json" with { type: "json" };
import { differences, hostileInputs, identityOf } from "./identity-suite.ts";

describe("identical bytes", () => {
  it("are the golden ones on workerd", () => {
    expect(navigator.userAgent).toBe("Cloudflare-Workers");
    const files = fixtures.map(({ name, base64 }) => ({ name, bytes: fromBase64(base64) }));
    const identity = identityOf([...files, ...hostileInputs([...HOSTILE_MODULES, ...HOSTILE_COMPONENTS])], sha256);
    expect(differences(golden, identity)).toEqual([]);
    expect(identity.all).toBe(golden.all);
  });
});
