/** Was an object collected, and is it gone? What is stored again after its collection is there like any other. */
import type { CollectionReader, ObjectReader } from "@tau-edge/ports";
import type { AskCollected } from "../catalog.ts";

export function askCollected(
  collection: Pick<CollectionReader, "mark" | "collectedBy">,
  objects: Pick<ObjectReader, "stat">,
): AskCollected {
  return async (digest) => {
    const mark = await collection.mark(digest);
    // Its record stands; that its bytes may still be there for a moment helps nobody.
    if (mark?.mark === "collected") return { stream: mark.stream, seq: mark.seq };
    const by = await collection.collectedBy(digest);
    if (by === undefined || (await objects.stat(digest)) !== undefined) return undefined;
    return by;
  };
}
