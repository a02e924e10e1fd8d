import { existsSync } from "node:fs";
import { sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { ENVIRONMENTS } from "../plan/environment.ts";
import { operatorContractHash, operatorContracts, operatorContractsRoot, operatorId } from "./operators.ts";

describe("the operators of an environment", () => {
  it("are the five of the runbook, under fully qualified names", () => {
    expect(operatorContracts("staging").map(({ id }) => id)).toEqual([
      "tau_edge.staging.Deploy.PreflightChecks_v1",
      "tau_edge.staging.Deploy.ExecuteRollout_v1",
      "tau_edge.staging.Deploy.EvaluateHealthGates_v1",
      "tau_edge.staging.Deploy.ExecuteRollback_v1",
      "tau_edge.staging.Error.Emit_v1",
    ]);
    expect(operatorId("prod", "Emit")).toBe("tau_edge.prod.Error.Emit_v1");
  });

  it("have no two contracts with one hash, in any environment", () => {
    const hashes = ENVIRONMENTS.flatMap(operatorContracts).map((contract) => operatorContractHash(contract, sha256));
    expect(new Set(hashes).size).toBe(15);
    expect(new Set(ENVIRONMENTS.map((environment) => operatorContractsRoot(environment, sha256))).size).toBe(3);
  });

  it("name vectors that exist", () => {
    const names = operatorContracts("dev").map(({ vectors }) => vectors);
    expect(names.filter((name) => !existsSync(new URL(`../../${name}`, import.meta.url)))).toEqual([]);
  });

  it("only the gates are pure, in category and purity alike", () => {
    const pure = operatorContracts("dev").filter(({ category, purity }) => category === "pure" && purity === "pure");
    expect(pure.map(({ id }) => id)).toEqual([operatorId("dev", "EvaluateHealthGates")]);
  });
});
