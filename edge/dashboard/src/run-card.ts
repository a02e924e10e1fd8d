/** What the agent runs: what was answered, what was checked, and the functions that can be called. */
import type { Agent, Followed, Resolution, Running, VerifiedStep } from "@tau-edge/agent";
import { element, log, part, pill, say, timeOf } from "./elements.ts";
import { tell, told } from "./told.ts";

const HEX_SHOWN = 23;

export function showStep({ what, digest, bytes }: VerifiedStep): void {
  const line = element("li");
  line.dataset["step"] = what;
  const mark = element("span", "✓");
  mark.className = "mark";
  mark.ariaLabel = "verified";
  const code = element("code", `${digest.slice(0, HEX_SHOWN)}… ${bytes.toLocaleString()} bytes`);
  code.title = digest;
  line.append(mark, element("span", what), code);
  part("steps", HTMLOListElement).append(line);
}

/** The last answer, so that the log says only what changed. */
let lastTold = "";

export function showResolution(resolution: Resolution): void {
  const told =
    resolution.outcome === "release" ? `release ${resolution.release.slice(0, HEX_SHOWN)}…` : resolution.outcome;
  if (told === lastTold) return;
  lastTold = told;
  log(`the gateway answers: ${told}`);
}

export function serveRun(agent: Agent): void {
  let followed: Followed | undefined;
  const toggle = part("toggle", HTMLButtonElement);
  part("follow", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    if (followed !== undefined) {
      void followed.stop();
      followed = undefined;
      toggle.textContent = "Follow";
      return stopped("nothing runs", "quiet");
    }
    toggle.textContent = "Stop";
    lastTold = "";
    followed = follow(agent);
  });
  part("call", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const running = followed?.running;
    if (running !== undefined) void told(() => call(running));
  });
}

function follow(agent: Agent): Followed {
  const environment = part("environment", HTMLInputElement).value.trim();
  const blueprint = part("blueprint", HTMLInputElement).value.trim();
  part("steps", HTMLOListElement).replaceChildren();
  return agent.follow(environment, blueprint, {
    onRun: (running, { release, rollout }) => {
      part("paused", HTMLElement).hidden = true;
      pill("running", rollout === undefined ? "runs" : `runs as ${rollout.arm}`, "good");
      log(`runs ${release.slice(0, HEX_SHOWN)}…`, "good");
      offer(running);
    },
    onPaused: ({ reason, since_unix_ms }) => {
      stopped("paused", "warn");
      const notice = part("paused", HTMLElement);
      notice.textContent = `Paused since ${timeOf(since_unix_ms)}: ${reason}`;
      notice.hidden = false;
      log(`paused: ${reason}`, "warn");
    },
    onWithdrawn: (why) => {
      stopped("nothing runs", "quiet");
      log(`stopped: ${why}`, "warn");
    },
    onError: (error) => {
      if (error.code.startsWith("content_") || error.code.startsWith("manifest_")) stopped("refused", "bad");
      tell(error);
    },
  });
}

function stopped(text: string, tone: "quiet" | "warn" | "bad"): void {
  pill("running", text, tone);
  part("call", HTMLFormElement).hidden = true;
  part("steps", HTMLOListElement).replaceChildren();
  say("result", "");
}

function offer({ exports }: Running): void {
  const choice = part("export", HTMLSelectElement);
  choice.replaceChildren(...exports.map((name) => new Option(name)));
  part("call", HTMLFormElement).hidden = exports.length === 0;
}

async function call(running: Running): Promise<void> {
  const name = part("export", HTMLSelectElement).value;
  const args: unknown = JSON.parse(part("args", HTMLInputElement).value);
  if (!Array.isArray(args)) throw new TypeError("Arguments are a JSON array, such as [1, 2]");
  const result = await running.call(name, ...args);
  say("result", shown(result));
  log(`${name}(${args.map(shown).join(", ")}) = ${shown(result)}`);
}

/** Component values may be bigint, which JSON has not. */
function shown(value: unknown): string {
  return (
    JSON.stringify(value, (_key, member: unknown) => (typeof member === "bigint" ? `${member}n` : member)) ?? "done"
  );
}
