/** docs/threats.md, from the same rows that the campaign takes the defences of. */
import { THREAT_GROUPS } from "./all.ts";
import type { Shown, ThreatGroup } from "./defence.ts";

const HEAD = ["", "who", "tries", "what stands in the way", "where", "shown by"];

export function threatsPage(): string {
  const defences = THREAT_GROUPS.flatMap(({ threats }) => threats).flatMap((threat) => threat.defences);
  return `# Threats to identity and access

Who attacks, what they try, what stands in the way, and the test that fails when that is gone. \`npm run campaign:defences\`
takes each of these ${defences.length} defences out of a copy of the work tree, one at a time, and demands that the test beside it fails:
none of them is there for another one's sake, and none can be lost without anybody noticing.

The numbers are those that tests name. Tables and campaign are made from the same rows, in \`scripts/defences\`; this page is made
by \`npm run reference\`. What is trusted, and what is not promised, is in [SECURITY.md](../SECURITY.md); how agents come in is in
[agents](agents.md).

${THREAT_GROUPS.map(groupText).join("\n\n")}

## Where the same holds elsewhere

The campaign runs on Node, with one test for each row. The suites behind these tests run on Deno and on workerd too
(\`npm run test:auth\`, \`npm test\`). What only a platform can show is tested there:

- [Workers](../packages/adapter-cloudflare/src/agent-directory.workerd.test.ts): two hundred keys at one Durable Object, an eviction,
  proofs that any isolate asks about.
- [Chromium](../test/browser/agent.test.ts): a key that a page cannot export, a link that leaves the address bar first.
- [Signatures](../test/runtimes/live.test.ts): the same verdict of every verifier on every runtime.
- [Power cuts](../test/simulation/power-cut.test.ts) and [killed processes](../test/scenario/directory-kill.test.ts): what was
  acknowledged is there, and nothing is there by half.

## What no row is about

Nobody is kept from doing harm who has the owner's credential, the state directory, or the machine. Rates and remembered proofs
are of one process. A page of the gateway is as honest as the gateway. Manifests are not signed yet, so rows about release keys
and update channels are not here: there is nothing to take out.
`;
}

function groupText({ title, threats }: ThreatGroup): string {
  const rows = threats.flatMap(({ number, attacker, tries, defences }) =>
    defences.map(({ by, file, shown }, nth) => [
      ...(nth === 0 ? [String(number), attacker, tries] : ["", "", ""]),
      by,
      link(file),
      shownText(shown),
    ]),
  );
  return `## ${title}\n\n${[HEAD, HEAD.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n")}`;
}

function shownText({ file, name, suite, group }: Shown): string {
  const where = suite === undefined ? link(file) : `${link(suite)} in ${link(file)}`;
  return `${/^%[a-z]$/.test(name) && group !== undefined ? `"${group}"` : `"${name}"`}, ${where}`;
}

/** Under its own name: paths are long, and the place is behind the link. */
function link(path: string): string {
  return `[${path.slice(path.lastIndexOf("/") + 1)}](../${path})`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
