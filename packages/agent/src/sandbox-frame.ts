/**
 * Where transpiled components run in a browser: a worker, in a frame that has no origin, under a policy of its own that
 * lets it ask nobody. It sees verified bytes and the arguments of calls; no key, no token, no page.
 */
import type { Sandbox } from "./agent.ts";
import type { DerivedCode } from "./derived-code.ts";
import { AgentError, type AgentErrorCode } from "./errors.ts";
import type { Host } from "./running.ts";

export interface SandboxFrameOptions {
  /** Where the frame is put, unseen. */
  readonly document: Document;
  /** Of the sandbox page, which a gateway serves as `/dashboard/sandbox.html`. */
  readonly url: string;
  /** Longest time of one call, and of the start; ten seconds. */
  readonly callMsMax?: number;
}

/** What a worker in the frame answers; whatever else comes from there is not believed. */
interface Answer {
  readonly id: number;
  readonly ok: boolean;
  readonly value: unknown;
}

const CALL_MS_MAX = 10_000;

/** Each component gets a frame of its own. */
export function sandboxFrame(options: SandboxFrameOptions): Sandbox {
  return { start: (code) => startInFrame(code, options) };
}

async function startInFrame({ entry, modules }: DerivedCode, options: SandboxFrameOptions): Promise<Host> {
  const callMsMax = options.callMsMax ?? CALL_MS_MAX;
  const frame = options.document.createElement("iframe");
  const { port1: port, port2: theirs } = new MessageChannel();
  const waiting = new Map<number, (answer: Answer | AgentError) => void>();
  let nextId = 0;

  const stop = (): void => {
    frame.remove();
    port.close();
    for (const settle of waiting.values()) settle(new AgentError("instance_stopped"));
  };
  const ask = (code: AgentErrorCode, late: AgentErrorCode, send: (id: number) => void): Promise<unknown> => {
    const id = nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(new AgentError(late)), callMsMax);
      const settle = (answer: Answer | AgentError): void => {
        clearTimeout(timer);
        waiting.delete(id);
        if (answer instanceof AgentError) reject(answer);
        else if (answer.ok) resolve(answer.value);
        // Not everything can be written as text, and what throws here would leave the call without an end.
        else reject(new AgentError(code, typeof answer.value === "string" ? answer.value.slice(0, 300) : undefined));
      };
      waiting.set(id, settle);
      send(id);
    });
  };
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (isAnswer(data)) waiting.get(data.id)?.(data);
  };

  try {
    await loaded(frame, options, callMsMax);
    const names = await ask("instantiate_failed", "sandbox_failed", (id) =>
      // To whatever is in the frame: it has no origin that could be named, and gets nothing secret.
      frame.contentWindow?.postMessage({ id, entry: entry.bytes, modules }, "*", [theirs]),
    );
    if (!isNames(names)) throw new AgentError("sandbox_failed");
    return {
      exports: names,
      async call(name, args) {
        if (!names.includes(name)) throw new AgentError("export_unknown", `There is no function ${name}`);
        return ask("call_failed", "call_timed_out", (id) => port.postMessage({ id, name, args }));
      },
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}

function loaded(frame: HTMLIFrameElement, { document, url }: SandboxFrameOptions, msMax: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new AgentError("sandbox_failed")), msMax);
    frame.onload = () => {
      clearTimeout(timer);
      resolve();
    };
    // Without `allow-same-origin`: the frame has an origin that nothing else has.
    frame.setAttribute("sandbox", "allow-scripts");
    frame.hidden = true;
    frame.src = url;
    document.body.append(frame);
  });
}

function isAnswer(data: unknown): data is Answer {
  return typeof data === "object" && data !== null && "id" in data && "ok" in data && "value" in data;
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}
