import { expect, it } from "vitest";
import { formatRolloutId, parseRolloutId } from "./rollout-id.ts";

it("a rollout is named by where it begins, and the name leads back", () => {
  for (const place of [
    { stream: "default/prod/checkout", seq: 0 },
    { stream: "a/b-c/d.e_f", seq: Number.MAX_SAFE_INTEGER },
  ])
    expect(parseRolloutId(formatRolloutId(place))).toEqual(place);
  expect(formatRolloutId({ stream: "default/prod/checkout", seq: 12 })).toBe("default~prod~checkout~12");
});

it.each([
  "",
  "default~prod~checkout",
  "default~prod~checkout~",
  "default~prod~checkout~01",
  "default~prod~checkout~-1",
  "default~prod~checkout~1e3",
  "default~prod~checkout~9007199254740992",
  "default~prod~checkout~1~2",
  "default~prod~..~1",
  "default~prod~a/b~1",
  "Default~prod~checkout~1",
  "default~prod~checkout~1\n",
])("%j names no rollout", (id) => {
  expect(() => parseRolloutId(id)).toThrow(expect.objectContaining({ code: "rollout_id_malformed" }));
});

it.each([
  ["system", 0],
  ["no/stream", 0],
  ["default/prod/checkout", -1],
  ["default/prod/checkout", 0.5],
])("no rollout begins at %s#%d", (stream, seq) => {
  expect(() => formatRolloutId({ stream, seq })).toThrow(expect.objectContaining({ code: "rollout_id_malformed" }));
});
