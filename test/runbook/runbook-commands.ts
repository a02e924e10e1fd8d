/** The commands of runbook.md in their order, what each becomes here, and why some are not run. */
import { type Document, documents, fences, tableUnder } from "../docs/documents.ts";

export interface RunbookCommand {
  /** One line, continuations joined, as the runbook has it. */
  readonly written: string;
  /** What is run in its place; still with `<sha>` or `<commit>`. */
  readonly here: string;
  /** The test filter that it names, where it runs tests. */
  readonly filter?: string;
  /** False for a command that is ours. */
  readonly original: boolean;
  /** Why it is not run. */
  readonly excuse?: Excuse;
}

export interface Excuse {
  /** How the commands begin that it excuses. */
  readonly start: string;
  readonly waitsFor: string;
  /** The file that must not be there for as long as it counts. */
  readonly whileAbsent: string;
}

const CLI = "cargo run -p tau-coding-agent --";
const TESTS = /^cargo test -p tau-coding-agent (\S+) -- --test-threads=1$/;

export function runbookCommands(): readonly RunbookCommand[] {
  const page = runbook();
  const excuses = excusesOf(page);
  return fences(page)
    .filter(({ language }) => language.startsWith("bash"))
    .flatMap(({ language, body }) =>
      body
        .replaceAll(/ \\\n\s*/g, " ")
        .split("\n")
        .map((written) => commandOf(written, language === "bash", excuses)),
    );
}

export function runbookExcuses(): readonly Excuse[] {
  return excusesOf(runbook());
}

function runbook(): Document {
  const page = documents().find(({ path }) => path === "test/runbook/runbook.md");
  if (page === undefined) throw new Error("test/runbook/runbook.md is gone");
  return page;
}

function excusesOf(page: Document): readonly Excuse[] {
  return tableUnder(page, "## Not run").map(([start = "", waitsFor = "", condition = ""]) => {
    const [, whileAbsent] = /^no `(.+)`$/.exec(condition) ?? [];
    if (whileAbsent === undefined) throw new Error(`${page.path}: nobody can check "${condition}"`);
    return { start: start.replaceAll("`", ""), waitsFor, whileAbsent };
  });
}

function commandOf(written: string, original: boolean, excuses: readonly Excuse[]): RunbookCommand {
  const [, filter] = TESTS.exec(written) ?? [];
  const excuse = excuses.find(({ start }) => written.startsWith(start));
  return {
    written,
    here: filter === undefined ? hereOf(written) : `npm test -- ${filter}`,
    original,
    ...(filter === undefined ? {} : { filter }),
    ...(excuse === undefined ? {} : { excuse }),
  };
}

function hereOf(written: string): string {
  if (written.startsWith("--")) return `tau-edge ${written}`;
  return written.startsWith(CLI) ? `tau-edge${written.slice(CLI.length)}` : written;
}
