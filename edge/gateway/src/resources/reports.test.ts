/** Batches of observations over HTTP: each is answered for, and what may come again is said to. */
import { PortError } from "@tau-edge/ports";
import { BATCH_OBSERVATIONS_MAX } from "@tau-edge/rollout";
import { expect, it } from "vitest";
import { LIMITS } from "../limits.ts";
import { digestFor, fakeGateway, ROLLOUT_ID, TOKENS } from "../rollouts/rollouts.test-helper.ts";

const BATCH = {
  batch_id: "b-1",
  reporter: "agent-1",
  rollout_id: ROLLOUT_ID,
  attempt: 1,
  stage: 0,
  window: 2,
  release: digestFor("release"),
};

it("hands every batch on, with what was left out, and answers in their order", async () => {
  const seen: unknown[] = [];
  const outcomes = ["added", "duplicate", "late"] as const;
  const { post } = fakeGateway({
    report: async (report) => {
      seen.push(report);
      return { outcome: outcomes[seen.length - 1] ?? "added" };
    },
  });
  const batches = [
    BATCH,
    { ...BATCH, batch_id: "b-2", ok_latency_us: [1, 2], failed: 3, started: 4, ended: 5, lane: "eu" },
    BATCH,
  ];
  const response = await post("/v1/reports", { batches }, TOKENS.reporter);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    schema_version: 1,
    results: outcomes.map((outcome, nth) => ({ reporter: "agent-1", batch_id: batches[nth]?.batch_id, outcome })),
  });
  const { batch_id, reporter, ...where } = BATCH;
  const empty = { batch_id, reporter, ok_latency_us: [], failed: 0, started: 0, ended: 0 };
  expect(seen.slice(0, 2)).toEqual([
    { ...where, lane: "main", batch: empty },
    {
      ...where,
      lane: "eu",
      batch: { batch_id: "b-2", reporter, ok_latency_us: [1, 2], failed: 3, started: 4, ended: 5 },
    },
  ]);
});

it("answers for what is refused beside what is counted", async () => {
  const { post } = fakeGateway({
    report: async ({ window }) =>
      window === 2
        ? { outcome: "added" }
        : { outcome: "refused", code: "window_unknown", detail: "No such window.", remedy: "Resolve again." },
  });
  const response = await post("/v1/reports", { batches: [BATCH, { ...BATCH, window: 9 }] }, TOKENS.reporter);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    results: [{ outcome: "added" }, { outcome: "refused", code: "window_unknown", remedy: "Resolve again." }],
  });
});

it("asks to send again what there was no room for, and says what was counted meanwhile", async () => {
  for (const code of ["reporter_cap", "reports_full"] as const) {
    const { post } = fakeGateway({
      report: async ({ batch }) => {
        if (batch.batch_id === "b-1") return { outcome: "added" };
        throw new PortError(code, "window", "secret place");
      },
    });
    const response = await post("/v1/reports", { batches: [BATCH, { ...BATCH, batch_id: "b-2" }] }, TOKENS.reporter);
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "5"]);
    const text = await response.text();
    expect(text).not.toContain("secret");
    expect(JSON.parse(text)).toMatchObject({
      code,
      results: [
        { batch_id: "b-1", outcome: "added" },
        { batch_id: "b-2", outcome: "limited", code },
      ],
    });
  }
});

it("fails as a whole when the store does, so that the same request may come again", async () => {
  const { post, faults } = fakeGateway({
    report: () => Promise.reject(new PortError("store_unavailable", "windows", "busy")),
  });
  const response = await post("/v1/reports", { batches: [BATCH] }, TOKENS.reporter);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(faults).toMatchObject([{ code: "store_unavailable" }]);
});

it("refuses what no batch can be, before anything is counted", async () => {
  let count = 0;
  const { post } = fakeGateway({
    report: async () => {
      count += 1;
      return { outcome: "added" };
    },
  });
  const many = (length: number) => Array.from({ length }, () => BATCH);
  const wrong: readonly (readonly [unknown, string])[] = [
    [{}, "$"],
    [{ batches: [] }, "$"],
    [{ batches: [{ ...BATCH, reporter: undefined }] }, "$.batches[0].reporter"],
    [
      { batches: [], states: [{ environment: "moon", blueprint: "shop", state: "running" }] },
      "$.states[0].environment",
    ],
    [{ batches: [], states: [{ environment: "dev", blueprint: "a/b", state: "running" }] }, "$.states[0].blueprint"],
    [{ batches: many(LIMITS.report_batches_max + 1) }, "$.batches"],
    [{ batches: [BATCH, { ...BATCH, failed: -1 }] }, "$.batches[1].failed"],
    [{ batches: [{ ...BATCH, failed: 0.5 }] }, "$.batches[0].failed"],
    [{ batches: [{ ...BATCH, failed: "1" }] }, "$.batches[0].failed"],
    [{ batches: [{ ...BATCH, ok_latency_us: [1, null] }] }, "$.batches[0].ok_latency_us[1]"],
    [
      { batches: [{ ...BATCH, ok_latency_us: Array(BATCH_OBSERVATIONS_MAX + 1).fill(1) }] },
      "$.batches[0].ok_latency_us",
    ],
    [{ batches: [{ ...BATCH, attempt: 0 }] }, "$.batches[0].attempt"],
    [{ batches: [{ ...BATCH, release: "latest" }] }, "$.batches[0].release"],
    [{ batches: [{ ...BATCH, arm: "candidate" }] }, "$.batches[0]"],
  ];
  for (const [body, at] of wrong) {
    const response = await post("/v1/reports", body, TOKENS.reporter);
    expect([response.status, await response.json()]).toMatchObject([422, { code: "body_field", at }]);
  }
  expect(count).toBe(0);
});

it("lets no token speak as an agent, nor say what one runs", async () => {
  let count = 0;
  const { post } = fakeGateway({
    report: async () => {
      count += 1;
      return { outcome: "added" };
    },
  });
  const did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
  const asAgent = await post("/v1/reports", { batches: [BATCH, { ...BATCH, reporter: did }] }, TOKENS.reporter);
  expect([asAgent.status, await asAgent.json()]).toMatchObject([
    403,
    { code: "reporter_not_you", at: "$.batches[1].reporter" },
  ]);
  const states = [{ environment: "dev", blueprint: "shop", state: "running" }];
  const asRunning = await post("/v1/reports", { batches: [BATCH], states }, TOKENS.reporter);
  expect([asRunning.status, await asRunning.json()]).toMatchObject([403, { code: "states_not_yours" }]);
  expect(count).toBe(0);
});
