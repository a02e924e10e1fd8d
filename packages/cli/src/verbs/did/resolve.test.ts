import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { didKeyDocument, didWebDocument, parseDidKey, parseDidWeb } from "@tau-edge/identity";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeWorkplace, type Workplace } from "../../cli.test-helper.ts";

const KEY = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
const WEB = "did:web:gw.example";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const write = (name: string, value: unknown) => writeFileSync(join(at.dir, name), JSON.stringify(value));

describe("did resolve", () => {
  it("prints the document that follows from a did:key, and which of its keys sign", async () => {
    const run = await at.run("did", "resolve", KEY, "--json");
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    const document = didKeyDocument(parseDidKey(KEY));
    expect(run.json()).toEqual({
      ...{ schema_version: 1, did: KEY, source: "the DID itself", document },
      keys: [{ id: document.verificationMethod[0]?.id, authentication: true, assertion: true }],
      other_keys: document.keyAgreement?.map(({ id }) => id),
    });
    const words = (await at.run("did", "resolve", KEY)).stdout;
    expect(words).toContain('"publicKeyMultibase": "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"');
    expect(words).toMatch(/^ {2}#z6Mkha\S+ +proves to be the DID, vouches in its name$/m);
  });

  it("reads the document of a did:web from a file, and says which keys are past their window", async () => {
    const { publicKey } = parseDidKey(KEY);
    const other = parseDidKey("did:key:z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf").publicKey;
    const keys = [
      { name: "2026-08", publicKey: other, not_after_unix_ms: 5 },
      { name: "2026-11", publicKey },
    ];
    write("did.json", didWebDocument(parseDidWeb(WEB), keys, 10));
    const run = await at.run("did", "resolve", WEB, "--from", "did.json", "--json");
    expect(run.json()).toMatchObject({
      source: "did.json",
      keys: [
        { id: `${WEB}#2026-08`, authentication: false, assertion: false },
        { id: `${WEB}#2026-11`, authentication: true, assertion: true },
      ],
    });
    expect((await at.run("did", "resolve", WEB, "--from", "did.json")).stdout).toContain("its window is over");
  });

  it("believes no document of another DID, and shows what is in one without its controls", async () => {
    write("did.json", { "@context": [], id: "did:web:gw.example:other", verificationMethod: [] });
    const run = await at.run("did", "resolve", WEB, "--from", "did.json", "--json");
    expect(run).toMatchObject({ exitCode: 3 });
    expect(run.json()).toMatchObject({ code: "did_document_id" });
    write("did.json", { id: WEB, name: "\u202eevil\u001b[2J\\u{a}" });
    const { stdout } = await at.run("did", "resolve", WEB, "--from", "did.json");
    expect(stdout).toContain("\\u{202e}evil\\u001b[2J\\\\u{a}");
    expect(stdout).not.toMatch(/[\u202e\u001b]/);
  });

  it.each([
    [["did:web:127.0.0.1"], 3, "did_web_host"],
    [["did:web:localhost"], 3, "did_web_host"],
    [["did:web:127.1"], 3, "did_web_host"],
    [["did:web:gw.example%2Fx"], 3, "did_web_host"],
    [["did:web:user%40gw.example"], 3, "did_web_host"],
    [["did:web:169.254.169.254%3A80"], 3, "did_web_host"],
    [["did:web:db.internal"], 3, "did_host_not_public"],
    [["did:web:gw.example.localhost:a"], 3, "did_host_not_public"],
    [["did:web:gw.example:.."], 3, "did_web_path"],
    [["did:ion:abc"], 3, "did_method"],
    [[`${KEY}#x`], 3, "did_url"],
    [[KEY, "--from", "did.json"], 2, "usage"],
    [[WEB, "--from", "did.json"], 1, "file_not_found"],
    [[WEB, "--from", ""], 2, "usage"],
    [[], 2, "usage"],
  ])("ends %j with %d and %s, without a connection", async (argv, exitCode, code) => {
    const run = await at.run("did", "resolve", ...argv, "--json");
    expect(run.json()).toMatchObject({ code });
    expect(run.exitCode).toBe(exitCode);
  });
});
