/** What must hold of an agent directory after its writer was killed anywhere, and after somebody else went on. */
import { statSync } from "node:fs";
import { agentsPath, openState, openStateReader } from "@tau-edge/adapter-node";
import type { AgentDirectoryReader, LinkView } from "@tau-edge/ports";
import { didOf, exchangeOf, hashOf, DIRECTORY_NOW_UNIX_MS as NOW, said } from "@tau-edge/ports/suites";
import { type Acknowledged, ANSWERS, doStep, OWNER, RETIRED, STEPS, type Step } from "./directory-writer.ts";

/** Nothing that was acknowledged is missing, nothing is done by half. */
export async function directoryProblems(
  stateDir: string,
  acknowledged: readonly Acknowledged[],
): Promise<readonly string[]> {
  const state = openStateReader(stateDir);
  try {
    return [
      ...modeProblems(stateDir),
      ...(await halfDone(state.directory)),
      ...orderProblems(await stepsDone(state.directory), acknowledged),
    ];
  } finally {
    await state.close();
  }
}

/** Another process does what is left; a key whose reply was lost hears it again. */
export async function directoryProblemsAfterRetry(
  stateDir: string,
  acknowledged: readonly Acknowledged[],
): Promise<readonly string[]> {
  const { directory, close } = await openState(stateDir);
  try {
    const done = await stepsDone(directory);
    const problems: string[] = [];
    const lost = done[acknowledged.length];
    const link = lost === "exchange" ? 1 : lost === "late exchange" ? 3 : undefined;
    if (link !== undefined) {
      const again = said(await directory.exchange(exchangeOf(link, link, link + 10)));
      if (again !== "repeated") problems.push(`a lost reply was ${again} for its key`);
    }
    for (const step of STEPS.slice(done.length)) {
      const answer = await doStep(directory, step);
      if (answer !== ANSWERS[step]) problems.push(`${step} answered ${answer}`);
    }
    const all = STEPS.map((step) => ({ step, answer: ANSWERS[step] }));
    return [...problems, ...(await halfDone(directory)), ...orderProblems(await stepsDone(directory), all)];
  } finally {
    await close();
  }
}

/** Which steps have had their effect, in their order; a step after one that had none counts too. */
async function stepsDone(directory: AgentDirectoryReader): Promise<readonly Step[]> {
  const links = await directory.links(NOW);
  const hasLink = (nth: number) => links.some(({ link_id }) => link_id === `link-${nth}`);
  const [first, late] = [await directory.agent(didOf(1)), await directory.agent(didOf(3))];
  const effects: Readonly<Record<Step, boolean>> = {
    link: hasLink(1),
    exchange: first !== undefined,
    "other link": hasLink(2),
    rotate: (await directory.facts()).epoch === 1,
    "late link": hasLink(3),
    "late exchange": late !== undefined,
    revoke: late?.revoked_unix_ms !== undefined,
  };
  return STEPS.filter((step) => effects[step]);
}

function orderProblems(done: readonly Step[], acknowledged: readonly Acknowledged[]): readonly string[] {
  const inOrder = STEPS.slice(0, done.length);
  if (done.join() !== inOrder.join()) return [`done without what comes before: ${done.join()}`];
  const told = acknowledged.length;
  if (done.length < told) return [`acknowledged and gone: ${STEPS.slice(done.length, told).join()}`];
  return done.length > told + 1 ? [`done and never begun: ${STEPS.slice(told + 1, done.length).join()}`] : [];
}

async function halfDone(directory: AgentDirectoryReader): Promise<readonly string[]> {
  const links = await directory.links(NOW);
  const { epoch, owner, retired, bootstrap_key } = await directory.facts();
  const isRotated = epoch === 1;
  const problems: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) problems.push(what);
  };
  expect((owner?.verifier === OWNER.verifier) === isRotated, "owner and epoch");
  expect((retired[0]?.verifier === RETIRED.verifier) === isRotated, "retired credential and epoch");
  expect((bootstrap_key !== undefined) === isRotated, "bootstrap key and epoch");
  const other = links.find(({ link_id }) => link_id === "link-2");
  expect(other === undefined || other.state === (isRotated ? "rotated" : "open"), "open link and epoch");
  for (const [nth, goodWhile] of [
    [1, !isRotated],
    [3, true],
  ] as const) {
    const link = links.find(({ link_id }) => link_id === `link-${nth}`);
    const agent = await directory.agent(didOf(nth));
    const isGood = (await directory.findAccess(hashOf(nth))) !== undefined;
    expect(isUsedBy(link, agent?.did), `link ${nth} and its agent`);
    expect(isGood === (agent !== undefined && agent.revoked_unix_ms === undefined && goodWhile), `access ${nth}`);
  }
  return problems;
}

function isUsedBy(link: LinkView | undefined, did: string | undefined): boolean {
  return did === undefined
    ? link === undefined || link.state === "open"
    : link?.state === "used" && link.used_by === did;
}

function modeProblems(stateDir: string): readonly string[] {
  const found = statSync(agentsPath(stateDir), { throwIfNoEntry: false });
  return found === undefined || (found.mode & 0o077) === 0 ? [] : ["others may read the file"];
}
