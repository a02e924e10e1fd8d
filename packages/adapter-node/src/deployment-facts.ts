/** What `state.json` and `runtime-events.jsonl` of a state directory say, read again only when somebody has changed them. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import {
  makeEventLogFacts,
  makeStatusCounts,
  type StateFacts,
  StateReader,
  type StatusCounter,
} from "@tau-edge/contract";
import {
  type DeploymentFacts,
  type DeploymentFactsReader,
  type EventLogReader,
  NO_DEPLOYMENT_FACTS,
  PortError,
} from "@tau-edge/ports";
import { fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { startNativeSha256 } from "./native-hash.ts";
import { openStateBytes, type StateBytes, stateIdentity } from "./state-bytes.ts";
import { soundState } from "./state-file.ts";

const EVENTS_FILE = /^runtime-events\.jsonl(\.[1-9][0-9]*)?$/;

/** Anybody may ask as often as they like, and the files may have many megabytes. */
export class FileDeploymentFacts implements DeploymentFactsReader {
  readonly #stateDir: string;
  readonly #events: EventLogReader;
  #known: { readonly identity: string; readonly facts: Promise<DeploymentFacts> } | undefined;

  /** @param events the log of the same directory */
  constructor(stateDir: string, events: EventLogReader) {
    this.#stateDir = stateDir;
    this.#events = events;
  }

  /**
   * Who asks while the files are read shares the reading. That a file proves nothing is remembered like what it says;
   * after any other failure the next one reads again.
   */
  async facts(): Promise<DeploymentFacts> {
    const names = this.#names();
    const identity = names.map((name) => `${name}=${stateIdentity(join(this.#stateDir, name))}`).join("\n");
    if (this.#known?.identity === identity) return this.#known.facts;
    const facts = this.#read(names.filter((name) => EVENTS_FILE.test(name)));
    const known = { identity, facts };
    this.#known = known;
    facts.catch((error: unknown) => {
      if (this.#known === known && !isAboutContent(error)) this.#known = undefined;
    });
    return facts;
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#stateDir)
        .filter((name) => name === "state.json" || EVENTS_FILE.test(name))
        .sort();
    } catch (error) {
      if (posixCode(error) === "ENOENT") return [];
      throw fileError(error, this.#stateDir);
    }
  }

  async #read(logs: readonly string[]): Promise<DeploymentFacts> {
    const state = await this.#readState();
    const present = logs.includes("runtime-events.jsonl");
    const events = makeEventLogFacts();
    if (logs.length > 0) for await (const line of this.#events.lines()) events.add(line);
    const events_log = { present, rotated_files: logs.length - (present ? 1 : 0), facts: events.facts() };
    return { ...state, events_log };
  }

  async #readState(): Promise<Omit<DeploymentFacts, "events_log">> {
    const path = join(this.#stateDir, "state.json");
    const found = openStateBytes(path);
    if (found === undefined) return NO_DEPLOYMENT_FACTS;
    const counter = makeStatusCounts();
    const { processed_case_count, deliverable_count, health, stamp } = await readState(found, path, counter);
    return {
      state_present: true,
      processed_case_count,
      deliverable_count,
      counts: counter.counts(),
      health,
      ...(stamp?.cycles === undefined ? {} : { cycles: stamp.cycles }),
    };
  }
}

function isAboutContent(error: unknown): boolean {
  return error instanceof PortError && CONTENT_CODES.has(error.code);
}

const CONTENT_CODES: ReadonlySet<string> = new Set(["state_corrupt", "state_newer", "state_foreign"]);

/** A large file takes seconds, in which a gateway answers others. */
async function readState(found: StateBytes, path: string, counter: StatusCounter): Promise<StateFacts> {
  const reader = new StateReader(
    {
      onRollout: ({ value }) => counter.rollout(value),
      onFailedCase: ({ value }) => counter.failedCase(value),
    },
    startNativeSha256,
  );
  try {
    for (const chunk of found.chunks) {
      if (!reader.push(chunk)) break;
      await setImmediate();
    }
  } finally {
    found.close();
  }
  return soundState(reader.end(), path);
}
