/** Who may reach a gateway that runs as a process, and how it is told. */
import { expect, it } from "vitest";
import { checkListenOptions, configFor, listenOptionsOf, urlOf } from "./listen.ts";

it("listens on loopback unless told otherwise, and says what it does not understand", () => {
  expect(listenOptionsOf([])).toMatchObject({ host: "127.0.0.1", port: 8_787, stateDir: ".tau/deployment" });
  expect(listenOptionsOf(["--port=0", "--host", "::1", "--allowed-host", "a", "--allowed-host=b"])).toMatchObject({
    port: 0,
    host: "::1",
    allowedHosts: ["a", "b"],
  });
  expect(listenOptionsOf(["--read-only", "--config", "/etc/gw.json"])).toMatchObject({
    readOnly: true,
    config: "/etc/gw.json",
  });
  const wrong = [
    ["--read-only=yes"],
    ["--config"],
    ["--config="],
    ["--prot", "1"],
    ["--port", "70000"],
    ["--port", "x"],
    ["--port"],
    ["stray"],
    ["--public=no"],
  ];
  for (const args of wrong)
    expect(() => listenOptionsOf(args), args.join(" ")).toThrow(expect.objectContaining({ code: "usage" }));
});

it("refuses an address that other machines reach unless it is meant", () => {
  for (const host of ["0.0.0.0", "::", "192.168.1.5", "edge.example"])
    expect(() => checkListenOptions({ host })).toThrow(expect.objectContaining({ code: "not_public", at: host }));
  expect(listenOptionsOf(["--host", "0.0.0.0", "--public"]).public).toBe(true);
});

it("answers for its own names, and for any only when it is public and nobody named one", () => {
  const hosts = (input: object) => configFor(checkListenOptions(input)).allowedHosts;
  expect(hosts({})).toEqual(["localhost", "127.0.0.1", "[::1]", "127.0.0.1"]);
  expect(hosts({ host: "0.0.0.0", public: true })).toBe("any");
  const behindProxy = { host: "0.0.0.0", public: true, publicBaseUrl: "https://edge.example:8443" };
  expect(hosts(behindProxy)).toContain("edge.example");
  expect(hosts(behindProxy)).not.toBe("any");
});

it("answers for an IPv6 address as requests name it", () => {
  const { allowedHosts } = configFor(checkListenOptions({ host: "2001:DB8:0::1", public: true, allowedHosts: ["a"] }));
  expect(allowedHosts).toContain("[2001:db8::1]");
  expect(configFor(checkListenOptions({ host: "::1" })).allowedHosts).toContain("[::1]");
});

it("refuses names that no request can have, and a base URL that links cannot be made from", () => {
  for (const name of ["edge.example:8080", "::1", "https://edge.example", "a b", ""])
    expect(() => checkListenOptions({ allowedHosts: [name] }), name).toThrow(
      expect.objectContaining({ code: "usage", at: "allowedHosts" }),
    );
  for (const publicBaseUrl of [
    ...["edge.example", "ftp://edge.example", "https://edge.example/", "https://edge.example?x"],
    // No link could be written of these, and no proof would be for them.
    ...["https://Edge.example", "https://edge.example:443", "https://user:word@edge.example"],
  ])
    expect(() => checkListenOptions({ publicBaseUrl }), publicBaseUrl).toThrow(
      expect.objectContaining({ code: "usage", at: "publicBaseUrl" }),
    );
});

it("writes addresses as URLs take them", () => {
  expect(urlOf("127.0.0.1", 1)).toBe("http://127.0.0.1:1");
  expect(urlOf("::1", 2)).toBe("http://[::1]:2");
});
