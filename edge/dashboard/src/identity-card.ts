/** Who the agent is: its key, its gateway, and how it got in. */
import type { Agent } from "@tau-edge/agent";
import { log, part, pill, say, timeOf } from "./elements.ts";
import { tell, told } from "./told.ts";

export type Introduction = Awaited<ReturnType<Agent["bootstrap"]>>;

/** Takes the link out of the address bar, before anything else looks at it or it gets into a history. */
export function takeLink(): string | undefined {
  const { href, hash, pathname } = location;
  if (hash === "") return undefined;
  history.replaceState(null, "", pathname);
  return hash.startsWith("#v1.") ? href : undefined;
}

export function showIdentity(agent: Agent, needsLink = agent.standing === "needs_link"): void {
  pill("standing", needsLink ? "needs a link" : "registered", needsLink ? "warn" : "good");
  say("did", agent.did ?? "none yet");
  say("key", agent.did === undefined ? "none yet" : "Ed25519, kept by this browser, cannot be exported");
  say("gateway", agent.gateway);
  part("enter", HTMLFormElement).hidden = !needsLink;
  part("renew", HTMLButtonElement).disabled = needsLink;
  part("forget", HTMLButtonElement).disabled = agent.did === undefined;
  part("toggle", HTMLButtonElement).disabled = needsLink;
}

export function showIntroduction(
  { gateway, scopes, expires_unix_ms, subject, network }: Introduction,
  by: "link" | "key",
): void {
  pill("pinned", gateway, gateway === "pinned" ? "good" : "warn");
  say("scopes", scopes.join(", "));
  say("token", `until ${timeOf(expires_unix_ms)}, of this key only`);
  if (by === "link") log(`let in as ${subject} of ${network}: the gateway's key is ${gateway}`, "good");
  else log("proved its key again, and got another token");
}

/** @param link that the page was opened with; a person still has to say so, because link scanners open pages, too */
export function serveIdentity(agent: Agent, link: string | undefined): void {
  const field = part("link", HTMLInputElement);
  if (link !== undefined) {
    field.value = link;
    say("link-note", "This page was opened with a link. It works once.");
    part("enter", HTMLFormElement).querySelector("button")?.focus();
  }
  part("enter", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const url = field.value.trim();
    field.value = "";
    void told(() => agent.bootstrap(url)).then(() => showIdentity(agent));
  });
  part("renew", HTMLButtonElement).addEventListener("click", () => {
    void told(() => agent.renew()).then(() => showIdentity(agent));
  });
  part("forget", HTMLButtonElement).addEventListener("click", () => {
    agent.forget().then(() => {
      log("the key is gone: the next link makes another one");
      showIdentity(agent);
    }, tell);
  });
}
