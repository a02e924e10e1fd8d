/** What an agent asks a gateway over HTTP: who gets what, and the bytes of it. Connections are kept, as agents keep them. */
import { Agent, type IncomingMessage, request } from "node:http";
import { nativeSha256 } from "@tau-edge/adapter-node";
import { digestOf } from "@tau-edge/encoding";
import { digestSchema } from "@tau-edge/manifest";
import { z } from "zod";
import { CliError } from "../../failure.ts";

/** What an agent needs of the answer. */
const answerSchema = z.object({
  release: digestSchema,
  artifact: digestSchema,
  artifact_url: z.string(),
  max_age_ms: z.int().min(0),
  rollout: z
    .object({
      rollout_id: z.string(),
      attempt: z.int(),
      stage: z.int(),
      window: z.int(),
      arm: z.enum(["candidate", "baseline"]),
    })
    .optional(),
});

export type EdgeAnswer = z.output<typeof answerSchema>;

const CONNECTIONS_MAX = 64;

export class EdgeClient {
  readonly #baseUrl: string;
  readonly #connections = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** @returns undefined where the key gets nothing */
  async resolve(place: string, versionKey: string): Promise<EdgeAnswer | undefined> {
    const path = `/v1/resolve/${place}`;
    const { status, bytes } = await this.#get(path, { "cloudflare-workers-version-key": versionKey });
    if (status === 404) return undefined;
    if (status !== 200) throw this.#failed(path, status);
    return answerSchema.parse(JSON.parse(bytes.toString("utf8")));
  }

  /** Bytes that have the digest, or nothing. */
  async artifact({ artifact, artifact_url }: EdgeAnswer): Promise<Uint8Array> {
    const { status, bytes } = await this.#get(artifact_url, {});
    if (status !== 200 || digestOf(nativeSha256(bytes)) !== artifact) throw this.#failed(artifact_url, status);
    return bytes;
  }

  close(): void {
    this.#connections.destroy();
  }

  async #get(path: string, headers: Record<string, string>): Promise<{ readonly status: number; bytes: Buffer }> {
    const answered = Promise.withResolvers<IncomingMessage>();
    request(new URL(path, this.#baseUrl), { agent: this.#connections, headers }, answered.resolve)
      .on("error", answered.reject)
      .end();
    const message = await answered.promise;
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    return { status: message.statusCode ?? 0, bytes: Buffer.concat(chunks) };
  }

  #failed(path: string, status: number): CliError {
    return new CliError("gateway_failed", `The gateway answered ${status} with something else`, {
      at: `${this.#baseUrl}${path}`,
    });
  }
}
