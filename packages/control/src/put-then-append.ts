/**
 * Objects first, then the record that names them. What stood there before may be swept by a collection between the two:
 * the append is refused then, and both are done once more, which stores it anew.
 */
import { PortError } from "@tau-edge/ports";

/**
 * @param put stores all objects that the record names and that its writer has the bytes of
 * @throws PortError `object_condemned` when another object that the record names is gone, and whatever either throws
 */
export async function putThenAppend<Stored, Appended>(
  put: () => Promise<Stored>,
  append: (stored: Stored) => Promise<Appended>,
): Promise<Appended> {
  const stored = await put();
  try {
    return await append(stored);
  } catch (error) {
    if (!(error instanceof PortError && error.code === "object_condemned")) throw error;
  }
  return append(await put());
}
