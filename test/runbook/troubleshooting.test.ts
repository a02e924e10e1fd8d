/** docs/troubleshooting.md, row by row: the symptom is produced, the answer is typed, and the gate passes again. */
import { afterAll, describe, expect, it } from "vitest";
import { documents, tableUnder } from "../docs/documents.ts";
import { makeRepositoryRoot, type RepositoryRoot } from "./repository-root.ts";
import { SYMPTOMS } from "./symptoms.ts";

const page = documents().find(({ path }) => path === "docs/troubleshooting.md");
if (page === undefined) throw new Error("no docs/troubleshooting.md");
const rows = tableUnder(page, "# When the gate holds");

const roots: RepositoryRoot[] = [];
afterAll(() => {
  for (const root of roots) root.leave();
});

const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
const isCommand = (text: string) => /^(?:tau-edge|tail|\.\/scripts\/)/.test(text);

describe("deployment_runtime symptoms", () => {
  it("are all produced, and no other ones", () => {
    expect(rows.map(([symptom]) => symptom)).toEqual(Object.keys(SYMPTOMS));
  });

  for (const [symptom = "", shown = "", exit, answer = ""] of rows) {
    it(`${symptom}: seen, answered, and gone`, async () => {
      const root = makeRepositoryRoot();
      roots.push(root);
      await SYMPTOMS[symptom]?.produce(root);

      const status = await root.call("tau-edge status --json");
      expect({ status: status.status, stderr: status.stderr }).toEqual({ status: Number(exit), stderr: "" });
      expect(quoted(shown).filter((word) => !status.stdout.includes(word))).toEqual([]);

      root.write("FIXTURE", SYMPTOMS[symptom]?.fixture ?? "");
      const commands = quoted(answer).filter(isCommand);
      expect(commands.length).toBeGreaterThan(0);
      for (const command of commands)
        expect({ command, ...(await root.call(command)) }).toMatchObject({ command, status: 0 });
      const after = await root.call("tau-edge status --json");
      expect(after.json()).toMatchObject({ rollout_gate: "pass", health: { failure_streak: 0, queue_depth: 0 } });
      expect(after.status).toBe(0);
    });
  }
});
