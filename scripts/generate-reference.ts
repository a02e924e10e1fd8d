/**
 * Writes docs/codes.md: every code that tau-edge can print, with its meaning, from the tables in the packages; and
 * docs/metrics.md and docs/threats.md, from the gateway's table and the rows of the campaign. With `--check` it writes
 * nothing and fails when a file differs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AGENT_ERRORS } from "@tau-edge/agent";
import { CYCLE_REASON_MEANINGS, FIXTURE_REFUSALS, GATE_HOLDS } from "@tau-edge/contract";
import { ACCESS_REFUSALS, COLLECTION_REFUSALS, CONTROL_REFUSALS, REPORT_REFUSALS } from "@tau-edge/control";
import { ENCODING_ERROR_MEANINGS } from "@tau-edge/encoding";
import { LISTEN_ERROR_MEANINGS, PROBLEMS } from "@tau-edge/gateway";
import { DERIVATION_REFUSALS, DID_JWT_FAULTS, DPOP_FAULTS, IDENTITY_ERRORS, LEGACY_PROBLEMS } from "@tau-edge/identity";
import { LEDGER_ERROR_MEANINGS, RECOVERY_MEANINGS } from "@tau-edge/ledger";
import { MANIFEST_ERROR_MEANINGS, MISMATCH_MEANINGS, REASON_CODES } from "@tau-edge/manifest";
import { PORT_ERROR_MEANINGS } from "@tau-edge/ports";
import {
  BATCH_REFUSAL_MEANINGS,
  FAIL_CODES,
  HOLD_CODES,
  LINT_RULES,
  PREFLIGHT_CHECKS,
  REFUSALS,
  ROLLOUT_ERROR_MEANINGS,
} from "@tau-edge/rollout";
import { WASM_ERROR_MEANINGS } from "@tau-edge/wasm";
import { CLI_ERRORS } from "../packages/cli/src/error-codes.ts";
import { EXIT_MEANINGS } from "../packages/cli/src/exit-codes.ts";
import { threatsPage } from "./defences/page.ts";
import { metricsPage } from "./metrics-page.ts";

const pathOf = (page: string) => fileURLToPath(new URL(`../${page}`, import.meta.url));

const cell = (text: string) => text.replaceAll("|", "\\|");
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => "---"), ...rows.map((row) => row.map(cell))].map((row) => `| ${row.join(" | ")} |`).join("\n");
const meanings = (codes: Readonly<Record<string, string>>) =>
  table(
    ["code", "meaning"],
    Object.entries(codes).map(([code, meaning]) => [`\`${code}\``, meaning]),
  );
const remedies = (codes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>>) =>
  table(
    ["code", "meaning", "what to do"],
    Object.entries(codes).map(([code, { meaning, remedy }]) => [`\`${code}\``, meaning, remedy]),
  );

export function reference(): string {
  return `# Codes

Every code that tau-edge prints. Codes are public: a code keeps its meaning, messages may change. This page is made by
\`npm run reference\` from the tables in the packages; a test compares it.

## Reasons of a verdict

Codes that do not refuse are marked "informs".

${table(
  ["code", "meaning", "what to do", ""],
  Object.entries(REASON_CODES).map(([code, row]) => [
    `\`${code}\``,
    row.meaning,
    row.remedy,
    row.fatal ? "refuses" : "informs",
  ]),
)}

## Malformed binaries

With the byte offset, and the path of the nested binary.

${meanings(WASM_ERROR_MEANINGS)}

## Manifests and profiles that cannot be read

${meanings(MANIFEST_ERROR_MEANINGS)}

## Claims of a manifest that do not hold

${meanings(MISMATCH_MEANINGS)}

## Rules that a plan is judged by

A plan is not started while a rule that refuses finds something.

${table(
  ["rule", "meaning", ""],
  Object.entries(LINT_RULES).map(([rule, { meaning, refuses }]) => [
    `\`${rule}\``,
    meaning,
    refuses ? "refuses" : "informs",
  ]),
)}

## Checks before a rollout, and before each of its stages

${remedies(PREFLIGHT_CHECKS)}

## Why a gate fails

${meanings(FAIL_CODES)}

## Why a gate neither passes nor fails

${meanings(HOLD_CODES)}

## Refusals of a rollout

${remedies({ ...REFUSALS, ...CONTROL_REFUSALS })}

## Batches of observations that are not counted

${remedies(REPORT_REFUSALS)}

${meanings(BATCH_REFUSAL_MEANINGS)}

## Refusals of pins and longer windows

${remedies(COLLECTION_REFUSALS)}

## Plans, profiles and records of rollouts

${meanings(ROLLOUT_ERROR_MEANINGS)}

## Why a contract fixture is not run

With the path of the fault. Nothing is written.

${remedies(FIXTURE_REFUSALS)}

## What a cycle of the contract runner saw

${meanings(CYCLE_REASON_MEANINGS)}

## Why a deployment's gate holds

${remedies(GATE_HOLDS)}

## Identifiers, entropy and payloads of identities

With a place: a field, or an index into the text. Nothing of a secret is repeated.

${remedies(IDENTITY_ERRORS)}

## Why an identity is not derived

${remedies(DERIVATION_REFUSALS)}

## Why a proof or a token does not count here and now

Of good form, and yet not for this request or this moment.

${remedies({ ...DPOP_FAULTS, ...DID_JWT_FAULTS })}

## Refusals of links, agents, tokens and rotations

${remedies(ACCESS_REFUSALS)}

## Why an agent cannot go on

${remedies(AGENT_ERRORS)}

## What is wrong with an identifier of the original

${meanings(LEGACY_PROBLEMS)}

## Stores and state

${meanings(PORT_ERROR_MEANINGS)}

## Records

${meanings(LEDGER_ERROR_MEANINGS)}

## Recovery of a commit

What [recovery](recovery.md) found; that page says which of them refuse.

${meanings(RECOVERY_MEANINGS)}

## JSON, CBOR and other encodings

${meanings(ENCODING_ERROR_MEANINGS)}

## Exit codes of the command line

Of several operands, the highest of theirs.

${table(
  ["code", "meaning"],
  [...EXIT_MEANINGS].map(([code, meaning]) => [String(code), meaning]),
)}

## Errors of the command line itself

${table(
  ["code", "exit code", "meaning"],
  Object.entries(CLI_ERRORS).map(([code, { exit, meaning }]) => [`\`${code}\``, String(exit), meaning]),
)}

## Errors of starting a gateway

${meanings(LISTEN_ERROR_MEANINGS)}

## Problems that the gateway answers with

${table(
  ["code", "status", "meaning"],
  [...PROBLEMS].map(([code, { status, detail }]) => [`\`${code}\``, String(status), detail]),
)}
`;
}

if (import.meta.main) {
  for (const [page, text] of [
    ["docs/codes.md", reference()],
    ["docs/metrics.md", metricsPage()],
    ["docs/threats.md", threatsPage()],
  ] as const) {
    if (!process.argv.includes("--check")) {
      writeFileSync(pathOf(page), text);
    } else if (readFileSync(pathOf(page), "utf8") !== text) {
      console.error(`${page} is not what the packages and scripts say: run \`npm run reference\``);
      process.exitCode = 1;
    }
  }
}
