/** What a monitoring system asks of rollouts: how all of them ended, and where the last one of each blueprint stands. */
import { type Digest, EncodingError } from "@tau-edge/encoding";
import { type MetricWindowsReader, type ObjectReader, PortError } from "@tau-edge/ports";
import {
  type Environment,
  fromBinary64,
  type GateFinding,
  type Phase,
  RolloutError,
  type Run,
  readGateReport,
  type WindowProgress,
} from "@tau-edge/rollout";
import { GATE_REPORT_BYTES_MAX } from "../limits.ts";
import { addTallies, type EndedTally, NOTHING_ENDED } from "./ended-tally.ts";
import { evidenceNow } from "./evidence-now.ts";
import type { RolloutStream, RolloutStreams } from "./rollout-streams.ts";

export interface FiguresPorts {
  readonly streams: RolloutStreams;
  readonly windows: MetricWindowsReader;
  readonly objects: Pick<ObjectReader, "read">;
}

export interface RolloutFigures {
  /** As of the ledger's head. One stream after the other, so that whoever asks may rest in between. */
  overview(): Promise<FiguresOverview>;
  /** Asks the windows and, once for each verdict, the objects. What cannot be read is left out. */
  of(known: RolloutStream, now_unix_ms: number): Promise<BlueprintFigures>;
}

export interface FiguresOverview {
  readonly ended: Readonly<Record<Environment, EndedTally>>;
  /** Those that had a rollout, or are frozen; open ones first, then the latest. */
  readonly streams: readonly RolloutStream[];
  /** What could be read of them may be out of date: of them there is nothing but what had ended in them. */
  readonly unreadable: number;
}

export interface BlueprintFigures {
  readonly environment: Environment;
  readonly blueprint: string;
  readonly frozen: boolean;
  /** The last attempt of the last rollout; absent where there was none. */
  readonly run?: RunFigures;
}

export interface RunFigures {
  readonly phase: Phase;
  readonly stage: number;
  /** Share of keys that get the release now, a holdback already taken off. */
  readonly weight_bp: number;
  readonly held?: string;
  readonly paused: boolean;
  readonly window?: WindowFigures;
  /** Of the last verdict of this attempt. */
  readonly gates: readonly GateFigures[];
}

export interface WindowFigures {
  readonly opened_unix_ms: number;
  readonly candidate?: WindowProgress;
  readonly baseline?: WindowProgress;
}

export interface GateFigures {
  readonly gate: string;
  readonly result: GateFinding["result"];
  readonly value?: number;
  readonly limit?: number;
}

export function makeRolloutFigures(ports: FiguresPorts): RolloutFigures {
  /** By stream: the gate report that was read last. */
  const read = new Map<string, { readonly gate_report: Digest; readonly gates: readonly GateFigures[] }>();

  async function gatesOf(stream: string, run: Run): Promise<readonly GateFigures[]> {
    const gate_report = run.judgements.at(-1)?.gate_report;
    if (gate_report === undefined) return [];
    const known = read.get(stream);
    if (known?.gate_report === gate_report) return known.gates;
    const gates = await readGates(gate_report, ports.objects);
    if (gates !== undefined) read.set(stream, { gate_report, gates });
    return gates ?? [];
  }

  return {
    async overview() {
      const { streams, failures } = await ports.streams.all();
      const readable = streams.filter(({ state }) => !failures.has(state.stream));
      // As far as each was read: a counter that went down would be taken for one that began again at zero.
      const endedIn = (environment: Environment): EndedTally =>
        streams
          .filter((known) => known.environment === environment)
          .reduce((sum, { ended = NOTHING_ENDED }) => addTallies(sum, ended), NOTHING_ENDED);
      return {
        ended: { dev: endedIn("dev"), staging: endedIn("staging"), prod: endedIn("prod") },
        streams: readable
          .filter(({ state, frozen }) => state.run !== undefined || frozen !== undefined)
          .sort(openFirst),
        unreadable: failures.size,
      };
    },

    async of({ environment, blueprint, state, frozen }, now_unix_ms) {
      const about = { environment, blueprint, frozen: frozen !== undefined };
      const { run } = state;
      if (run === undefined) return about;
      const evidence = await evidenceNow(run, ports.windows, now_unix_ms);
      const counted = evidence?.source === "counted" ? evidence : undefined;
      const window = run.window && {
        opened_unix_ms: run.window.opened_unix_ms,
        ...(counted === undefined ? {} : { candidate: counted.candidate }),
        ...(counted?.baseline === undefined ? {} : { baseline: counted.baseline }),
      };
      const { holdback_bp } = run.plan.policy;
      return {
        ...about,
        run: {
          phase: run.phase,
          stage: run.stage,
          weight_bp: Math.min(run.weight_bp, 10_000 - holdback_bp),
          ...(run.held === undefined ? {} : { held: run.held.code }),
          paused: run.paused !== undefined,
          ...(window === undefined ? {} : { window }),
          gates: await gatesOf(state.stream, run),
        },
      };
    },
  };
}

function openFirst({ state: { run: a } }: RolloutStream, { state: { run: b } }: RolloutStream): number {
  const open = Number(b !== undefined && b.phase !== "ended") - Number(a !== undefined && a.phase !== "ended");
  return open || (b?.started_unix_ms ?? 0) - (a?.started_unix_ms ?? 0);
}

/** @returns undefined while it cannot be read: it may have been collected, or the disk may come back */
async function readGates(
  digest: Digest,
  objects: FiguresPorts["objects"],
): Promise<readonly GateFigures[] | undefined> {
  try {
    const bytes = await objects.read(digest, GATE_REPORT_BYTES_MAX);
    return bytes && readGateReport(bytes).findings.map(toFigures);
  } catch (error) {
    if (error instanceof PortError || error instanceof RolloutError || error instanceof EncodingError) return undefined;
    throw error;
  }
}

function toFigures({ gate, result, value_f64, limit_f64 }: GateFinding): GateFigures {
  return {
    gate,
    result,
    ...(value_f64 === undefined ? {} : { value: fromBinary64(value_f64) }),
    ...(limit_f64 === undefined ? {} : { limit: fromBinary64(limit_f64) }),
  };
}
