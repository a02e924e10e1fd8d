/** `tau-edge gc log`: the deletion log. */
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { renderCollectedList } from "../../render/collection.ts";
import { painter } from "../../render/text.ts";
import { type CollectionOptions, withCollecting } from "./with-collecting.ts";

export async function gcLogVerb(options: CollectionOptions, io: CliIo): Promise<ExitCode> {
  const paint = painter(usesColour(io));
  let count = 0;
  await withCollecting(options, io, async (collecting) => {
    for await (const list of collecting.log()) {
      count += 1;
      if (options.json === true) io.stdout(`${count === 1 ? "[\n" : ",\n"}${JSON.stringify(list, undefined, 2)}`);
      else io.stdout(renderCollectedList(list, paint));
    }
  });
  if (options.json === true) io.stdout(count === 0 ? "[]\n" : "\n]\n");
  else if (count === 0) io.stdout("Nothing was ever collected.\n");
  return EXIT.done;
}
