/** Workers under `wrangler dev --local`, in the workerd that package-lock.json pins. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewayFixtures } from "./gateway-fixtures.ts";
import { type GatewayProcess, startGateway } from "./gateway-process.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
export const WRANGLER = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
const GATEWAY = join(ROOT, "wrangler.toml");
const LOADER = join(ROOT, "test", "runtimes", "workerd-loader", "wrangler.toml");

/** Wrangler asks the network for its newest version and for a sample of `Request.cf`; both may fail. */
export const WRANGLER_ENV = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_LOG_PATH: join(tmpdir(), "tau-edge-wrangler-logs"),
};

type Variables = Readonly<Record<string, string>>;

function dev(configs: readonly string[], stateDir: string, variables: Variables = {}): Promise<GatewayProcess> {
  const where = ["--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0", "--persist-to", stateDir];
  const args = [WRANGLER, "dev", "--local", ...where, "--show-interactive-dev-session=false"];
  for (const config of configs) args.push("--config", config);
  for (const [name, value] of Object.entries(variables)) args.push("--var", `${name}:${value}`);
  return startGateway(process.execPath, args, { ready: /Ready on (http:\/\/\S+)/ });
}

/** The gateway's Worker, alone, over what is stored in the directory. */
export function startWorker(stateDir: string, variables: Variables = {}): Promise<GatewayProcess> {
  return dev([GATEWAY], stateDir, variables);
}

/** Fills bucket and ledger through a second Worker, because the gateway's own has no way in. */
export async function plantWorkerState(
  fixtures: Pick<GatewayFixtures, "objects" | "records">,
  stateDir: string,
): Promise<void> {
  const loader = await dev([LOADER, GATEWAY], stateDir);
  try {
    for (const { digest, bytes } of fixtures.objects)
      await put(`${loader.url}/object?key=${digest.replace(":", "/")}`, Buffer.from(bytes));
    for (const [stream, records] of fixtures.records) {
      const body = JSON.stringify(records.map(({ bytes }) => [...bytes]));
      const answer = await put(`${loader.url}/records?stream=${encodeURIComponent(stream)}`, body);
      if (!answer.includes('"imported"')) throw new Error(`${stream} was not imported: ${answer}`);
    }
  } finally {
    await loader.end("SIGTERM");
  }
}

async function put(url: string, body: string | Buffer<ArrayBuffer>): Promise<string> {
  const response = await fetch(url, { method: "PUT", body });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}
