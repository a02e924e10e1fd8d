import { expect, it } from "vitest";
import { AGENT_GZIP_BYTES_MAX, agentGzipBytes, WITH_VERIFIER_GZIP_BYTES_MAX } from "../../../test/bench/agent.ts";

it("an agent is small, and still small with its own verifier", async () => {
  const [agent, whole] = [await agentGzipBytes("mod"), await agentGzipBytes("mod", "strict-verifier")];
  console.log(`agent: ${agent} bytes gzip, with the strict verifier ${whole}`);
  expect(agent).toBeLessThan(AGENT_GZIP_BYTES_MAX);
  expect(whole).toBeLessThan(WITH_VERIFIER_GZIP_BYTES_MAX);
});
