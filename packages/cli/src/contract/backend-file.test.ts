import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeWorkplace, type Workplace } from "../cli.test-helper.ts";
import { backendFromFile } from "./backend-file.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

function read(text: string) {
  writeFileSync(join(at.dir, "backend.json"), text);
  return backendFromFile({ cwd: at.dir }, "backend.json");
}

it("names a program with its arguments, and a minute unless it says otherwise", () => {
  expect(read('{"command":["./deploy.sh","--now"],"timeout_ms":30000}')).toEqual({
    command: ["./deploy.sh", "--now"],
    timeout_ms: 30_000,
  });
  expect(read('{"command":["x"]}')).toEqual({ command: ["x"], timeout_ms: 60_000 });
});

it.each([
  ["{", "backend.json 1"],
  ["[]", "backend.json $"],
  ["{}", "backend.json $.command"],
  ['{"command":[]}', "backend.json $.command"],
  ['{"command":[""]}', "backend.json $.command"],
  ['{"command":"rm -rf"}', "backend.json $.command"],
  ['{"command":["a\\u0000"]}', "backend.json $.command[0]"],
  ['{"command":["a"],"timeout_ms":0}', "backend.json $.timeout_ms"],
  ['{"command":["a"],"timeout_ms":3600001}', "backend.json $.timeout_ms"],
  ['{"command":["a"],"shell":true}', "backend.json $"],
  ['{"command":["a"],"command":["b"]}', "backend.json 17"],
])("is refused when it is %j", (text, place) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: "backend_malformed", at: place }));
});
