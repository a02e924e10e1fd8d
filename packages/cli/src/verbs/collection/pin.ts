/** `tau-edge ledger pin`, `unpin` and `pins`. */
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { renderCollectionRefusal, renderPin, renderPins } from "../../render/collection.ts";
import { painter } from "../../render/text.ts";
import { digestArgument } from "../rollout/arguments.ts";
import { actOptions, type CollectionOptions, withCollecting } from "./with-collecting.ts";

export interface PinOptions extends CollectionOptions {
  readonly reason: string;
}

export async function pinVerb(
  word: "pin" | "unpin",
  release: string,
  options: PinOptions,
  io: CliIo,
): Promise<ExitCode> {
  const request = { release: digestArgument(release, "release"), reason: options.reason };
  const result = await withCollecting(options, io, (collecting) =>
    io.uninterrupted(() => collecting[word](request, actOptions(options))),
  );
  if (options.json === true) io.stdout(`${JSON.stringify(result, undefined, 2)}\n`);
  else if (result.outcome === "refused") io.stderr(renderCollectionRefusal(result));
  else io.stdout(renderPin(result, painter(usesColour(io))));
  return result.outcome === "refused" ? EXIT.refused : EXIT.done;
}

export async function pinsVerb(options: CollectionOptions, io: CliIo): Promise<ExitCode> {
  const pins = await withCollecting(options, io, (collecting) => collecting.pins());
  if (options.json === true) io.stdout(`${JSON.stringify(pins, undefined, 2)}\n`);
  else io.stdout(renderPins(pins));
  return EXIT.done;
}
