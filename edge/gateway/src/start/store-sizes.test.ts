import { expect, it } from "vitest";
import { type CountedStores, countStores } from "./store-sizes.ts";

async function* pagesOf<T>(...pages: readonly (readonly T[])[]) {
  yield* pages;
}

it("counts objects, marks and agents over all pages", async () => {
  const agents = Array.from({ length: 300 }, (_, nth) => ({
    did: `did:${String(nth).padStart(3, "0")}`,
    ...(nth % 3 === 0 ? { revoked_unix_ms: 1 } : {}),
  }));
  const stores = {
    collection: {
      stored: () => pagesOf([{ size_bytes: 1 }, { size_bytes: 2 }], [{ size_bytes: 4 }]),
      marks: () => pagesOf([{ mark: "condemned" }], [{ mark: "collected" }, { mark: "condemned" }]),
    },
    directory: {
      agents: async (after: string | undefined, limit: number) =>
        agents.filter(({ did }) => after === undefined || did > after).slice(0, limit),
    },
    ledgerBytes: async () => 4_096,
  } as unknown as CountedStores;
  expect(await countStores(stores)).toEqual({
    ledger_size_bytes: 4_096,
    objects: 3,
    objects_size_bytes: 7,
    condemned: 2,
    collected: 1,
    agents: { registered: 200, revoked: 100 },
  });
});
