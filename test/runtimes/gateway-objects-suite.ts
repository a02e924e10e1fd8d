/** What the gateway promises about objects: whole, in part, on condition, damaged. Part of gateway-suite.ts. */
import assert from "node:assert/strict";
import type { TestRegistrar } from "@tau-edge/ports/suites";
import fc from "fast-check";
import type { GatewayFixtures } from "./gateway-fixtures.ts";
import { artifactPath, base64Sha256, expectProblem, type FetchLike } from "./gateway-suite.ts";

const IMMUTABLE = "public, max-age=31536000, immutable, no-transform";

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

export function objectsSuite(t: TestRegistrar, send: FetchLike, fixtures: GatewayFixtures): void {
  wholeSuite(t, send, fixtures);
  rangeSuite(t, send, fixtures);
  conditionSuite(t, send, fixtures);
  damageSuite(t, send, fixtures);
}

function wholeSuite(t: TestRegistrar, send: FetchLike, { small, big, manifest }: GatewayFixtures): void {
  t.test("an artifact comes back with its bytes, its digest and leave to keep it forever", async () => {
    for (const artifact of [small, big, small]) {
      const response = await send(artifactPath(artifact));
      assert.equal(response.status, 200);
      const digest = `sha-256=:${base64Sha256(artifact.bytes)}:`;
      const expected = {
        "content-type": "application/wasm",
        "content-length": String(artifact.bytes.length),
        etag: `"${artifact.digest}"`,
        "repr-digest": digest,
        "content-digest": digest,
        "cache-control": IMMUTABLE,
        "accept-ranges": "bytes",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
      };
      for (const [name, value] of Object.entries(expected)) assert.equal(response.headers.get(name), value, name);
      assert.ok((await bytesOf(response)).equals(artifact.bytes));
    }
  });

  t.test("a manifest comes back as JSON, byte for byte", async () => {
    const response = await send(`/v1/manifests/${manifest.digest}`);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal(response.headers.get("etag"), `"${manifest.digest}"`);
    assert.ok((await bytesOf(response)).equals(manifest.bytes));
  });

  t.test("HEAD says what GET would, without the bytes", async () => {
    for (const artifact of [small, big]) {
      const get = await send(artifactPath(artifact));
      await get.body?.cancel();
      // Range has no meaning with HEAD (RFC 9110 section 14.2).
      const head = await send(artifactPath(artifact), { method: "HEAD", headers: { range: "bytes=0-1" } });
      assert.equal(head.status, 200);
      assert.equal((await bytesOf(head)).length, 0);
      for (const name of ["content-type", "content-length", "etag", "repr-digest", "cache-control", "accept-ranges"])
        assert.equal(head.headers.get(name), get.headers.get(name), name);
    }
  });

  t.test("a client that goes away in the middle leaves the gateway as it was", async () => {
    for (let round = 0; round < 10; round++) {
      const reader = (await send(artifactPath(big))).body?.getReader();
      assert.ok((await reader?.read())?.done === false);
      await reader?.cancel();
    }
    assert.ok((await bytesOf(await send(artifactPath(big)))).equals(big.bytes));
  });
}

function rangeSuite(t: TestRegistrar, send: FetchLike, { small, big }: GatewayFixtures): void {
  const size = big.bytes.length;
  const parts = [
    ["bytes=0-0", 0, 1],
    ["bytes=0-", 0, size],
    ["bytes=262143-524288", 262_143, 524_289],
    [`bytes=${size - 1}-`, size - 1, size],
    ["bytes=-1", size - 1, size],
    [`bytes=-${size * 2}`, 0, size],
    [`bytes=10-${"9".repeat(30)}`, 10, size],
    ["Bytes= 5-7 ", 5, 8],
  ] as const;
  t.test("one range gives exactly its bytes", async () => {
    for (const [range, start, end] of parts) {
      const response = await send(artifactPath(big), { headers: { range } });
      assert.equal(response.status, 206, range);
      assert.equal(response.headers.get("content-range"), `bytes ${start}-${end - 1}/${size}`);
      assert.equal(response.headers.get("content-length"), String(end - start));
      // The digest of the whole stands for the representation; of this message there is none (RFC 9530).
      assert.equal(response.headers.get("repr-digest"), `sha-256=:${base64Sha256(big.bytes)}:`);
      assert.equal(response.headers.get("content-digest"), null);
      assert.equal(response.headers.get("etag"), `"${big.digest}"`);
      assert.ok((await bytesOf(response)).equals(big.bytes.subarray(start, end)), range);
    }
    const fromMemory = await send(artifactPath(small), { headers: { range: "bytes=1-4" } });
    assert.ok((await bytesOf(fromMemory)).equals(small.bytes.subarray(1, 5)));
  });

  t.test("a range outside, or no range at all, is refused with the size", async () => {
    const outside = [
      `bytes=${size}-`,
      "bytes=-0",
      "bytes=5-4",
      "bytes=",
      "bytes",
      "bytes=a-b",
      `bytes=${"9".repeat(40)}-`,
    ];
    for (const range of outside) {
      const response = await send(artifactPath(big), { headers: { range } });
      assert.equal(response.headers.get("content-range"), `bytes */${size}`, range);
      await expectProblem(response, 416, "range_not_satisfiable");
    }
  });

  t.test("several ranges and other units get the whole", async () => {
    for (const range of ["bytes=0-1,4-5", "items=0-1", `bytes=${"0-1,".repeat(200)}5-6`]) {
      const response = await send(artifactPath(small), { headers: { range } });
      assert.equal(response.status, 200, range);
      assert.ok((await bytesOf(response)).equals(small.bytes));
    }
  });
}

function conditionSuite(t: TestRegistrar, send: FetchLike, { small, big }: GatewayFixtures): void {
  const etag = `"${small.digest}"`;
  const status = async (headers: Record<string, string>, method = "GET"): Promise<number> => {
    const response = await send(artifactPath(small), { headers, method });
    await response.arrayBuffer();
    return response.status;
  };

  t.test("If-None-Match spares the bytes", async () => {
    for (const field of [etag, "*", `W/${etag}`, `"other", ${etag}`, `,"a" ,, W/${etag},`]) {
      const response = await send(artifactPath(small), { headers: { "if-none-match": field } });
      assert.equal(response.status, 304, field);
      assert.equal(response.headers.get("etag"), etag);
      assert.equal(response.headers.get("cache-control"), IMMUTABLE);
      assert.equal((await bytesOf(response)).length, 0);
    }
    assert.equal(await status({ "if-none-match": etag }, "HEAD"), 304);
    for (const field of [`"other"`, small.digest, `${etag} "x"`, `w/${etag}`, `"${"x".repeat(5_000)}", ${etag}`])
      assert.equal(await status({ "if-none-match": field }), 200, field);
  });

  t.test("If-Match compares strongly and comes first", async () => {
    for (const field of [etag, "*", `"other", ${etag}`]) assert.equal(await status({ "if-match": field }), 200, field);
    for (const field of [`W/${etag}`, `"other"`, "nonsense"]) assert.equal(await status({ "if-match": field }), 412);
    assert.equal(await status({ "if-match": `"other"`, "if-none-match": etag }), 412);
    await expectProblem(
      await send(artifactPath(small), { headers: { "if-match": `"other"` } }),
      412,
      "precondition_failed",
    );
  });

  t.test("If-Range decides between the part and the whole", async () => {
    const range = "bytes=0-9";
    assert.equal(await status({ range, "if-range": etag }), 206);
    const date = "Wed, 21 Oct 2015 07:28:00 GMT";
    for (const field of [`W/${etag}`, `"${big.digest}"`, date])
      assert.equal(await status({ range, "if-range": field }), 200);
    assert.equal(await status({ range, "if-none-match": etag }), 304, "conditions come before ranges");
  });

  t.test("no combination of Range and conditions breaks an answer", async () => {
    await fc.assert(
      fc.asyncProperty(conditions(etag), async (headers) => {
        const response = await send(artifactPath(small), { headers });
        const body = await bytesOf(response);
        assert.ok([200, 206, 304, 412, 416].includes(response.status), `${response.status}`);
        if (response.status === 200) assert.ok(body.equals(small.bytes));
        if (response.status !== 206) return;
        const [, start, end] = /^bytes (\d+)-(\d+)\//.exec(response.headers.get("content-range") ?? "") ?? [];
        assert.ok(body.equals(small.bytes.subarray(Number(start), Number(end) + 1)));
      }),
      { numRuns: 150 },
    );
  });
}

/** Header fields near the grammar and far from it. */
function conditions(etag: string): fc.Arbitrary<Record<string, string>> {
  const noise = fc.string({ unit: fc.constantFrom(..."bytes=-,0123456789 \t\"W/*;'x\u00ff"), maxLength: 40 });
  const number = fc.oneof(fc.nat(40_000), fc.bigInt(0n, 2n ** 80n)).map(String);
  const bound = fc.oneof(number, fc.constant(""));
  const range = fc.oneof(
    fc.tuple(bound, bound).map(([first, last]) => `bytes=${first}-${last}`),
    noise,
  );
  const tags = fc.oneof(fc.constantFrom(etag, `W/${etag}`, "*", `"x",${etag}`), noise);
  return fc
    .record({ range, "if-range": tags, "if-match": tags, "if-none-match": tags }, { requiredKeys: [] })
    .map((fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.trim()])));
}

function damageSuite(t: TestRegistrar, send: FetchLike, { damaged, missing }: GatewayFixtures): void {
  t.test("nothing of a damaged object is served, however it is asked for", async () => {
    for (const digest of damaged)
      for (const headers of [{}, { range: "bytes=0-0" }, { range: "bytes=-10" }])
        await expectProblem(await send(artifactPath({ digest }), { headers }), 500, "object_corrupt");
  });

  t.test("an object that the store has lost is the gateway's fault, not the client's", async () => {
    await expectProblem(await send(artifactPath({ digest: missing })), 500, "object_missing");
    const head = await send(artifactPath({ digest: missing }), { method: "HEAD" });
    assert.equal(head.status, 500);
  });
}
