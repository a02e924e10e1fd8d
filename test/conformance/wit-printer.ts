/** jco's WIT printer behind a thread that is replaced whenever it traps: a trap spoils every later call. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

export type WitAnswer =
  | { readonly outcome: "printed"; readonly wit: string }
  | { readonly outcome: "refused" | "trapped" };

export class WitPrinter {
  #worker: Worker | undefined;

  async print(bytes: Uint8Array): Promise<WitAnswer> {
    this.#worker ??= new Worker(new URL("wit-thread.ts", import.meta.url), { stderr: true });
    const answered = once(this.#worker, "message");
    this.#worker.postMessage(bytes);
    const [answer] = (await answered) as [WitAnswer];
    if (answer.outcome === "trapped") await this.close();
    return answer;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}

/** Names in the statements `import NAME;`, `import NAME: …` and their exports, of the printed world only. */
export function worldNames(wit: string, keyword: "import" | "export"): string[] {
  const world = wit.slice(wit.indexOf("world root {"), wit.indexOf("\n}"));
  const statements = world.matchAll(new RegExp(`^ {2}${keyword} (.+)$`, "gm"));
  return [...statements].map(([, statement = ""]) => statement.replace(/(?:: .*|;)$/, "").replace(/^%/, ""));
}
