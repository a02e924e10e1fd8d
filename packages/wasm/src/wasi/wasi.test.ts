import { describe, expect, it } from "vitest";
import { capabilitiesOf } from "./wasi-capabilities.ts";
import { isKnownInterface, lookUpInterface, WASI_TABLE, WASI_WORLDS } from "./wasi-table.ts";
import { areCompatible, versionTrack, wasiTrack } from "./wasi-version.ts";

describe("compatibility tracks", () => {
  it.each([
    ["1.4.2", "1"],
    ["10.0.0", "10"],
    ["0.2.0", "0.2"],
    ["0.2.12", "0.2"],
    ["0.2.0+build", "0.2"],
    ["0.0.3", "0.0.3"],
    ["0.2.0-rc-2023-11-10", "0.2.0-rc-2023-11-10"],
    ["1.0.0-alpha", "1.0.0-alpha"],
    ["0.2", "0.2"],
    ["1", "1"],
    ["", undefined],
    ["0", undefined],
    ["02.0.0", undefined],
    ["1.2.3.4", undefined],
    ["latest", undefined],
  ])("%j is on track %j", (version, track) => {
    expect(versionTrack(version)).toBe(track);
  });

  it("links versions of one track and nothing else", () => {
    expect(areCompatible("0.2.0", "0.2.12")).toBe(true);
    expect(areCompatible("0.2.0", "0.2.0-rc-2023-11-10")).toBe(false);
    expect(areCompatible("0.2.0", "0.3.0")).toBe(false);
    expect(areCompatible("x", "x")).toBe(false);
  });

  it.each([
    ["wasi", "0.2.0", "0.2"],
    ["wasi", "0.2", "0.2"],
    ["wasi", "0.2.99", "0.2"],
    ["wasi", "0.3.0", "0.3"],
    ["wasi", "0.3.0-rc-2026-03-15", "prerelease"],
    ["wasi", "0.2.0-rc-2023-11-10", "prerelease"],
    ["wasi", "0.2.0+x", "other"],
    ["wasi", "0.1.0", "other"],
    ["wasi", "1.0.0", "other"],
    ["wasi", undefined, "none"],
    ["evil", "0.2.0", "other"],
  ])("%s at %j is %s", (namespace, version, track) => {
    expect(wasiTrack(namespace, version)).toBe(track);
  });
});

describe("the table", () => {
  it("has the 31 stable interfaces of 0.2 in seven packages, and one unstable", () => {
    const entries = WASI_TABLE.filter(({ track }) => track === "0.2");
    expect(entries.filter(({ unstable }) => !unstable)).toHaveLength(31);
    expect(WASI_TABLE.filter(({ unstable }) => unstable).map(({ track, name }) => `${track} ${name}`)).toEqual([
      "0.2 wasi:clocks/timezone",
      "0.3 wasi:clocks/timezone",
    ]);
    const packages = new Set(entries.map(({ name }) => name.slice(5, name.indexOf("/"))));
    expect([...packages].toSorted()).toEqual(["cli", "clocks", "filesystem", "http", "io", "random", "sockets"]);
  });

  it("knows an interface in its track only", () => {
    expect(isKnownInterface("wasi:io/poll", "0.2")).toBe(true);
    expect(isKnownInterface("wasi:io/poll", "0.3")).toBe(false);
    expect(isKnownInterface("wasi:http/client", "0.3")).toBe(true);
    expect(isKnownInterface("wasi:http/client", "0.2")).toBe(false);
    expect(isKnownInterface("wasi:io/constructor", "0.2")).toBe(false);
    expect(isKnownInterface("wasi:io/poll", "none")).toBe(false);
  });

  it("lists functions sorted and without repetition", () => {
    for (const { functions } of WASI_TABLE) expect(functions).toEqual([...new Set(functions)].toSorted());
    expect(lookUpInterface("wasi:io/poll", "0.2")?.functions).toEqual([
      "[method]pollable.block",
      "[method]pollable.ready",
      "poll",
    ]);
  });

  it("gives a proxy neither files nor sockets nor an environment", () => {
    const proxy = WASI_WORLDS.get("wasi:http/proxy");
    expect(proxy?.exports).toEqual(["wasi:http/incoming-handler"]);
    expect(proxy?.imports.filter((name) => /filesystem|sockets|environment/.test(name))).toEqual([]);
    const known = new Set(WASI_TABLE.map(({ name }) => name));
    for (const world of WASI_WORLDS.values())
      for (const name of [...world.imports, ...world.exports]) expect(known).toContain(name);
  });
});

describe("capabilities", () => {
  const of = (name: string, ...functions: string[]) => capabilitiesOf([{ name, functions: new Set(functions) }]);

  it.each<[string, string[], string[]]>([
    ["wasi:filesystem/types", ["[method]descriptor.get-type"], ["filesystem.handle"]],
    ["wasi:filesystem/types", ["[method]descriptor.open-at"], ["filesystem.open"]],
    ["wasi:filesystem/types", ["[method]descriptor.read-directory"], ["filesystem.open"]],
    ["wasi:filesystem/preopens", ["get-directories"], ["filesystem.handle"]],
    ["wasi:cli/environment", ["get-arguments"], ["args"]],
    ["wasi:cli/environment", ["get-environment", "initial-cwd"], ["cwd", "env"]],
    ["wasi:cli/environment", [], []],
    ["wasi:cli/exit", ["exit"], ["exit"]],
    ["wasi:cli/stdout", ["get-stdout"], ["stdio"]],
    ["wasi:cli/terminal-stdin", ["get-terminal-stdin"], ["tty"]],
    ["wasi:clocks/monotonic-clock", ["resolution"], []],
    ["wasi:clocks/monotonic-clock", ["now"], ["clock.monotonic"]],
    ["wasi:clocks/monotonic-clock", ["subscribe-instant"], ["timers"]],
    ["wasi:clocks/monotonic-clock", ["wait-for"], ["timers"]],
    ["wasi:clocks/wall-clock", ["now"], ["clock.wall"]],
    ["wasi:clocks/system-clock", ["now"], ["clock.wall"]],
    ["wasi:http/outgoing-handler", ["handle"], ["http.client"]],
    ["wasi:http/client", ["send"], ["http.client"]],
    ["wasi:http/types", ["[method]fields.get"], []],
    ["wasi:http/handler", ["handle"], []],
    ["wasi:random/random", ["get-random-u64"], ["random.secure"]],
    ["wasi:random/insecure-seed", ["insecure-seed"], ["random.insecure"]],
    ["wasi:sockets/tcp", [], ["sockets.tcp"]],
    ["wasi:sockets/udp-create-socket", [], ["sockets.udp"]],
    ["wasi:sockets/ip-name-lookup", [], ["sockets.dns"]],
    ["wasi:sockets/instance-network", [], ["network.ambient"]],
    ["wasi:sockets/types", ["[static]tcp-socket.create"], ["sockets.tcp"]],
    ["wasi:sockets/types", ["[method]udp-socket.send"], ["sockets.udp"]],
    ["wasi:io/streams", ["[method]output-stream.write"], []],
    ["evil:filesystem/types", ["[method]descriptor.open-at"], []],
  ])("%s with %j reaches %j", (name, functions, capabilities) => {
    expect(of(name, ...functions)).toEqual(capabilities);
  });

  it("assumes every function where none could be read", () => {
    expect(capabilitiesOf([{ name: "wasi:filesystem/types" }])).toEqual(["filesystem.open"]);
    expect(capabilitiesOf([{ name: "wasi:cli/environment" }])).toEqual(["args", "cwd", "env"]);
  });
});
