/** Verbs about identities. */
import type { Command } from "commander";
import { CliError } from "../failure.ts";
import type { CliIo } from "../io.ts";
import { ACCEPT_CLOCK, type Finish, group, JSON_OUT, STATE_DIR, verb } from "./verb.ts";

const ENTROPY_FILE = [
  "--entropy-file <file>",
  "the entropy, - for the standard input (or $TAU_EDGE_DID_ENTROPY)",
] as const;
const ENTROPY = ["--entropy <text>", "the entropy itself; others see it in ps and in the shell's history"] as const;

export function addDidVerbs(program: Command, io: CliIo, finish: Finish): void {
  const did = group(program, "did", "Make an identity for a browser or an edge, and look at one.");
  addInit(did, io, finish);
  addShow(did, io, finish);
  addResolve(did, io, finish);
  addVerify(did, io, finish);
  verb(did, "entropy", "Print 32 random bytes to make an identity from. They are kept nowhere.", [
    "tau-edge did entropy > did.entropy",
  ]).action(async () => {
    const { didEntropyVerb } = await import("../verbs/did/entropy.ts");
    finish(await didEntropyVerb(io));
  });
}

function addInit(did: Command, io: CliIo, finish: Finish): void {
  verb(
    did,
    "init",
    "Make the identity of these names and this entropy, always the same one, and write what may be served.",
    [
      "tau-edge did init --entropy-file did.entropy --network tau-prod --subject browser-agent",
      "tau-edge did init --method web --network edge.example.org --entropy-file -",
      "tau-edge did init",
    ],
  )
    .option("--method <name>", "key, or web for a host of your own", "key")
    .option("--network <name>", "the network; for web the host", "tau-devnet")
    .option("--subject <name>", "who it is", "browser-agent")
    .option(...ENTROPY_FILE)
    .option(...ENTROPY)
    .option("--allow-weak-entropy", "take a passphrase outside networks that end in -devnet")
    .option("--output <file>", "where the payload goes (default: browser-did.json in the state directory)", fileName)
    .option(...ACCEPT_CLOCK)
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .addHelpText(
      "after",
      "\nWithout entropy it takes a sample that everybody knows, on networks that end in -devnet only.",
    )
    .action(async (options) => {
      const { didInitVerb } = await import("../verbs/did/init.ts");
      finish(await didInitVerb(options, io));
    });
}

/** An empty path would mean the current directory. */
function fileName(path: string): string {
  if (path !== "") return path;
  throw new CliError("usage", "The name of a file is empty", {
    remedy: "Leave --output out, or name a file: --output browser-did.json.",
  });
}

function addShow(did: Command, io: CliIo, finish: Finish): void {
  verb(did, "show", "Say what a payload says, after computing it again.", [
    "tau-edge did show",
    "tau-edge did show browser-did.json --json",
  ])
    .argument("[file]", "the payload (default: browser-did.json in the state directory)")
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (file: string | undefined, options) => {
      const { didShowVerb } = await import("../verbs/did/show.ts");
      finish(await didShowVerb(file, options, io));
    });
}

function addResolve(did: Command, io: CliIo, finish: Finish): void {
  verb(did, "resolve", "Print the document of a DID, and what it says of keys; for a did:web it asks the DID's host.", [
    "tau-edge did resolve did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
    "tau-edge did resolve did:web:gateway.example",
    "tau-edge did resolve did:web:gateway.example --from did.json --json",
  ])
    .argument("<did>", "a did:key, or a did:web on a public host")
    .option("--from <file>", "a document of a did:web that you have, instead of asking its host", documentName)
    .option(...JSON_OUT)
    .action(async (text: string, options) => {
      const { didResolveVerb } = await import("../verbs/did/resolve.ts");
      finish(await didResolveVerb(text, options, io));
    });
}

function documentName(path: string): string {
  if (path !== "") return path;
  throw new CliError("usage", "The name of a file is empty", {
    remedy: "Leave --from out, or name a file: --from did.json.",
  });
}

function addVerify(did: Command, io: CliIo, finish: Finish): void {
  verb(did, "verify", "Check a DID, or a payload and the entropy that it came from; 3 when it does not hold.", [
    "tau-edge did verify",
    "tau-edge did verify browser-did.json --entropy-file did.entropy",
    "tau-edge did verify --legacy old/browser-did.json --json",
  ])
    .argument("[did-or-file]", "a DID, or a payload (default: browser-did.json in the state directory)")
    .option("--legacy", "say what the original system meant by it; that is never a DID, so it ends with 3")
    .option("--method <name>", "with --legacy, of a DID: key or web (default: the DID's)")
    .option("--network <name>", "with --legacy, of a DID (default: tau-devnet)")
    .option("--subject <name>", "with --legacy, of a DID (default: browser-agent)")
    .option(...ENTROPY_FILE)
    .option(...ENTROPY)
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (operand: string | undefined, options) => {
      const { didVerifyVerb } = await import("../verbs/did/verify.ts");
      finish(await didVerifyVerb(operand, options, io));
    });
}
