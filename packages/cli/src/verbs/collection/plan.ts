/** `tau-edge gc plan`: what goes, what stays, and why; condemns what goes. */
import type { ObjectJudgement } from "@tau-edge/ledger";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { withProgress } from "../../progress.ts";
import { Groups, renderJudgement, renderPlan } from "../../render/collection.ts";
import { painter } from "../../render/text.ts";
import { actOptions, type CollectionOptions, withCollecting } from "./with-collecting.ts";

export interface PlanOptions extends CollectionOptions {
  readonly all?: boolean;
}

export async function gcPlanVerb(options: PlanOptions, io: CliIo): Promise<ExitCode> {
  const lines = new Lines(io);
  const groups = new Groups();
  const onJudgement = (judgement: ObjectJudgement) => {
    if (options.json === true) lines.add(`${lines.isEmpty ? OPENING : ","}\n    ${JSON.stringify(judgement)}`);
    else if (options.all === true) lines.add(`${renderJudgement(judgement)}\n`);
    groups.add(judgement);
  };
  const report = await withCollecting(options, io, (collecting, isEmpty) => {
    const asked = { ...actOptions(options), onJudgement };
    const planning = collecting.plan(isEmpty ? { ...asked, dry_run: true } : asked);
    return withProgress(
      io,
      "judging objects",
      io.uninterrupted(() => planning),
    );
  });
  if (options.json === true) {
    const members = JSON.stringify(report, undefined, 2).slice(2);
    lines.add(`${lines.isEmpty ? OPENING : "\n  "}],\n${members}\n`);
  } else if (options.all === true) lines.add("\n");
  lines.flush();
  if (options.json !== true) io.stdout(renderPlan(report, groups, painter(usesColour(io))));
  return EXIT.done;
}

const OPENING = '{\n  "objects": [';

const LINES_AT_ONCE_CHARS_MAX = 64 * 1024;

/** There may be a million objects: what is printed of them is not kept. */
class Lines {
  readonly #io: CliIo;
  #text = "";
  isEmpty = true;

  constructor(io: CliIo) {
    this.#io = io;
  }

  add(text: string): void {
    this.#text += text;
    this.isEmpty = false;
    if (this.#text.length > LINES_AT_ONCE_CHARS_MAX) this.flush();
  }

  flush(): void {
    if (this.#text !== "") this.#io.stdout(this.#text);
    this.#text = "";
  }
}
