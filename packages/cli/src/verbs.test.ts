import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixture, makeWorkplace, type Workplace } from "./cli.test-helper.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const write = (name: string, content: string) => writeFileSync(join(at.dir, name), content);

describe("diff", () => {
  it("names what was gained and ends with 0; malformed bytes end with 3", async () => {
    const [before, after] = [fixture("component-wasi-cli"), fixture("component-wasi-sockets")];
    const run = await at.run("diff", before, after, "--json");
    expect(run.exitCode).toBe(0);
    expect(run.json()).toMatchObject({
      gains_capability: true,
      capabilities: { gained: expect.arrayContaining(["sockets.tcp"]) },
    });
    write("bad.wasm", "no");
    expect((await at.run("diff", before, "bad.wasm", "--json")).exitCode).toBe(3);
  });
});

describe("serve", () => {
  it("serves what was packaged until it is asked to stop, and ends with the code of the signal", async () => {
    const report = (await at.run("package", fixture("module-empty"), "--no-deep", "--json")).json() as {
      artifact: string;
    };
    let stop: (exitCode: 130) => void = () => {};
    const untilStopped = () => new Promise<130>((resolve) => (stop = resolve));
    let printed: (url: string) => void = () => {};
    const url = new Promise<string>((resolve) => (printed = resolve));
    const io = { untilStopped, stdout: (text: string) => printed(JSON.parse(text).url) };
    const running = at.runWith(io, "serve", "--port", "0", "--json");
    const response = await fetch(`${await url}/v1/artifacts/${report.artifact}`);
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBe(8);
    stop(130);
    expect((await running).exitCode).toBe(130);
    await expect(fetch(`${await url}/livez`)).rejects.toThrow();
  });

  it("hands out the pages of the folder that it is told, and does not start with a folder that has none", async () => {
    const page = { file: "index.html", media_type: "text/html", policy: "default-src 'none'" };
    mkdirSync(join(at.dir, "pages"));
    write("pages/pages.json", JSON.stringify({ boot: page }));
    write("pages/index.html", "<p>mine</p>");
    const stop = Promise.withResolvers<130>();
    const url = Promise.withResolvers<string>();
    const io = { untilStopped: () => stop.promise, stdout: (text: string) => url.resolve(JSON.parse(text).url) };
    const running = at.runWith(io, "serve", "--port", "0", "--json", "--pages", "pages");
    expect(await (await fetch(`${await url.promise}/boot`)).text()).toBe("<p>mine</p>");
    stop.resolve(130);
    await running;
    const run = await at.runWith(io, "serve", "--port", "0", "--pages", ".");
    expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining("build-pages")]);
  });
});
