/** The page: an agent of this browser at the gateway that served it, and a look into files. */
import { type AgentEvent, indexedDbKeyStore, openAgent, type ReportCounts, sandboxFrame } from "@tau-edge/agent";
import { serveDrop } from "./drop-card.ts";
import { log, pill, say } from "./elements.ts";
import { serveIdentity, showIdentity, showIntroduction, takeLink } from "./identity-card.ts";
import { serveRun, showResolution, showStep } from "./run-card.ts";
import { tell } from "./told.ts";

const link = takeLink();
serveDrop();
await start().catch((error: unknown) => {
  pill("standing", "does not work here", "bad");
  tell(error);
});

async function start(): Promise<void> {
  const agent = await openAgent({
    gateway: location.origin,
    keys: indexedDbKeyStore(),
    sandbox: sandboxFrame({ document, url: "/dashboard/sandbox.html" }),
    verifier: async () => (await import("@tau-edge/agent/strict-verifier")).strictVerify,
    onEvent: show,
  });
  showIdentity(agent);
  serveIdentity(agent, link);
  serveRun(agent);

  function show(event: AgentEvent): void {
    if (event.kind === "introduced") showIntroduction(event.introduction, event.by);
    else if (event.kind === "resolved") showResolution(event.resolution);
    else if (event.kind === "verified") showStep(event.step);
    else if (event.kind === "report_failed") tell(event.error);
    else if (event.kind === "reported") showCounts(event.counts);
    else {
      log("the gateway does not know this agent any more: it needs a link", "warn");
      showIdentity(agent, true);
    }
  }
}

function showCounts(counts: ReportCounts): void {
  for (const [name, count] of Object.entries(counts)) say(name, count.toLocaleString());
}
