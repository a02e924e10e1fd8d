/** Who lets agents in, in tests of gateways: the owner, what is asked of them, and what an answer is held to. */
import { readBootstrapLink } from "@tau-edge/identity";
import { check, checkEqual } from "@tau-edge/ports/suites";
import { type AgentGateway, type Invitation, posted, StrangersAgent } from "./gateway-agent.ts";

export interface AgentsUnderTest extends AgentGateway {
  readonly owner: string;
  /** How many exchanges may come at once. */
  readonly crowd: number;
  /** Everything that the gateway has written for its operator. */
  log(): string;
  /** Opens an address on this machine that nobody has a reason to ask. */
  lure(): Promise<Lure>;
}

export interface Lure {
  readonly port: number;
  /** How often anybody came, by way of the network or of `fetch`. */
  visits(): number;
  close(): Promise<void>;
}

/** Every secret that the suites have seen, for whoever searches files for them. */
export const SEEN_SECRETS: string[] = [];

export const RESOLVE = "/v1/resolve/dev/shop";
let addresses = 0;

/** Each from an address of its own, where the gateway believes the proxy in front of it. */
export function fromElsewhere(): Record<string, string> {
  addresses += 1;
  const address = `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`;
  return { "x-forwarded-for": address, "cf-connecting-ip": address };
}

export class Owner {
  readonly #gateway: Pick<AgentsUnderTest, "send" | "owner">;

  constructor(gateway: Pick<AgentsUnderTest, "send" | "owner">) {
    this.#gateway = gateway;
  }

  ask(path: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
    const authorization = `Bearer ${this.#gateway.owner}`;
    return this.#gateway.send(path, { ...init, headers: { ...init.headers, authorization } });
  }

  async told(path: string, document?: unknown, status = 200): Promise<Record<string, unknown>> {
    const init = document === undefined ? {} : posted(document);
    const response = await this.ask(path, { ...init, headers: { "content-type": "application/json" } });
    const text = await response.text();
    checkEqual(response.status, status, `${path} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  }

  async invite(more: object = {}): Promise<Invitation> {
    const { url } = await this.told("/v1/bootstrap/links", { subject: "browser-agent", ...more }, 201);
    const { link_id, secret } = readBootstrapLink(String(url));
    SEEN_SECRETS.push(secret);
    return { link_id, secret };
  }

  async linkState({ link_id }: Invitation): Promise<Record<string, unknown> | undefined> {
    const { links } = (await this.told("/v1/bootstrap/links")) as { links: Record<string, unknown>[] };
    return links.find((link) => link["link_id"] === link_id);
  }
}

export async function problemOf(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

export async function expectProblem(response: Response, status: number, code: string, what: string): Promise<void> {
  const text = await response.text();
  checkEqual([response.status, text.match(/"code":"([a-z_]+)"/)?.[1]], [status, code], `${what} ${text}`);
}

export async function expectOk(response: Response, what: string): Promise<Record<string, unknown>> {
  const text = await response.text();
  checkEqual(response.status, 200, `${what} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

export async function expectFault(response: Response, fault: string, what: string): Promise<void> {
  const told = await problemOf(response);
  checkEqual([response.status, told["code"], told["fault"]], [401, "invalid_dpop_proof", fault], what);
  check(/^DPoP error="invalid_dpop_proof"/.test(response.headers.get("www-authenticate") ?? ""), "the challenge");
}

/** What the suites about agents begin with. */
export function actorsOf(under: () => AgentsUnderTest) {
  const owner = () => new Owner(under());
  const born = () => StrangersAgent.born(under());
  const exchanged = async (agent: StrangersAgent, link: Invitation, more: object = {}) =>
    agent.exchange(link, more, {}, fromElsewhere());
  /** An agent that was let in. */
  const letIn = async (more: object = {}): Promise<StrangersAgent> => {
    const agent = await born();
    await expectOk(await exchanged(agent, await owner().invite(more)), "an agent is let in");
    if (agent.token !== undefined) SEEN_SECRETS.push(agent.token);
    return agent;
  };
  return { owner, born, exchanged, letIn };
}
