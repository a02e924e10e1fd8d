/** `tau-edge rollout status --watch`: what happens to a rollout, until it has ended or goes on only with somebody's help. */
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { renderEvent } from "../../render/event.ts";
import { painter, printable } from "../../render/text.ts";
import { openSource, type RolloutsSource, type SourceOptions, type WatchedEvent } from "../../rollouts-source.ts";
import { rolloutArgument } from "./arguments.ts";
import { knownRollout } from "./status.ts";

export async function watchVerb(rollout: string, options: SourceOptions, io: CliIo): Promise<ExitCode> {
  const id = rolloutArgument(rollout);
  const source = await openSource(options, io);
  try {
    return await watch(source, id, options, io);
  } finally {
    await source.close();
  }
}

async function watch(source: RolloutsSource, id: string, { json }: SourceOptions, io: CliIo): Promise<ExitCode> {
  // What halted it before and does no more is no reason to end now.
  const { records } = await knownRollout(source, id);
  const signal = untilLeft(io);
  const paint = painter(json !== true && usesColour(io));
  const onLost = (why: string): void => io.stderr(`note: nothing can be heard, coming again: ${printable(why)}\n`);
  let last: WatchedEvent | undefined;
  for await (const event of source.follow(id, { signal, onLost })) {
    io.stdout(json === true ? `${JSON.stringify(event)}\n` : renderEvent(event, paint));
    last = event;
    if (event.seq >= records.last_seq && event.halt !== undefined) return halted(id, event.halt, source, io);
  }
  if (last === undefined || signal.aborted) return EXIT.interrupted;
  return last.status === "success" ? EXIT.done : EXIT.refused;
}

/** Until then a signal ends the process at once: a gateway may keep the first question open for minutes. */
function untilLeft(io: CliIo): AbortSignal {
  const left = new AbortController();
  const leave = (): void => left.abort();
  void io.untilStopped().then(leave);
  // `| head` has seen enough, and nobody would hear what comes next.
  void io.untilUnread().then(leave);
  return left.signal;
}

function halted(id: string, halt: string, { flags }: RolloutsSource, io: CliIo): ExitCode {
  io.stderr(`note: it does not go on by itself: ${printable(halt)}\n`);
  io.stderr(`      \`tau-edge rollout status ${id}${flags}\` says what it waits for.\n`);
  return EXIT.refused;
}
