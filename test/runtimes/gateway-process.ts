/** A gateway as a process of its own: started, asked, signalled. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface GatewayProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Line by line, what it has written so far. */
  said(): readonly string[];
  /** What it has written so far, to both streams. */
  log(): string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

export interface StartOptions {
  /** Finds the address in a line of stdout. */
  readonly ready?: RegExp;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startGateway(
  command: string,
  args: readonly string[],
  { ready = /^(http:\/\/\S+)$/, env: more = {} }: StartOptions = {},
): Promise<GatewayProcess> {
  const env = { ...process.env, ...more, WRANGLER_SEND_METRICS: "false", CI: "1", NO_COLOR: "1" };
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env });
  const log: string[] = [];
  child.stderr.on("data", (data: Buffer) => log.push(data.toString()));
  const ended = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      log.push(`${line}\n`);
      const found = ready.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    ended.then(() => reject(new Error(`${command} ended before it served:\n${log.join("")}`)));
    child.once("error", reject);
  });
  return {
    url,
    child,
    said: () => log.join("").split("\n"),
    log: () => log.join(""),
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const [code, by] = (await ended) as [number | null, NodeJS.Signals | null];
      return code ?? by;
    },
  };
}
