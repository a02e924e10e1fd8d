/** Who sent a request: what can be believed of it. */
import { expect, it } from "vitest";
import { clientAddressOf, clientKey, isNetwork, proxyRule } from "./client-address.ts";

it("takes one client for one, however its address is written, and of IPv6 its network", () => {
  for (const same of ["192.0.2.7", "::ffff:192.0.2.7", "::FFFF:c000:207", "[::ffff:192.0.2.7]"])
    expect(clientKey(same), same).toBe("192.0.2.7");
  const network = clientKey("2001:db8:1:2::1");
  expect(network).toBe("20010db800010002/64");
  for (const same of ["2001:db8:1:2:3:4:5:6", "2001:0DB8:1:2::", "[2001:db8:1:2::9%eth0]", "2001:db8:1:2::192.0.2.7"])
    expect(clientKey(same), same).toBe(network);
  expect(clientKey("2001:db8:1:3::1")).not.toBe(network);
  for (const none of [
    "",
    "unknown",
    "256.1.1.1",
    "1.2.3",
    "1:2",
    "1::2::3",
    "g::",
    ":::",
    "1:2:3:4:5:6:7:8:9",
    "x".repeat(99),
  ])
    expect(clientKey(none), none).toBe("unknown");
});

it("knows the networks of proxies", () => {
  const isProxy = proxyRule(["10.0.0.0/8", "192.0.2.7", "2001:db8::/33"]);
  for (const address of ["10.1.2.3", "192.0.2.7", "::ffff:10.9.9.9", "2001:db8:7fff::1"])
    expect(isProxy(address), address).toBe(true);
  for (const address of ["11.1.2.3", "192.0.2.8", "2001:db8:8000::1", "", "10.0.0"])
    expect(isProxy(address), address).toBe(false);
  for (const network of ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "x/8", "::/129", "10.0.0.0/-1"])
    expect(isNetwork(network), network).toBe(false);
  expect(proxyRule(["0.0.0.0/0"])("203.0.113.9")).toBe(true);
});

it("believes a forwarded address from proxies only, and of what they say the last that is none of them", () => {
  const isProxy = proxyRule(["10.0.0.0/8"]);
  const told = "198.51.100.1, 203.0.113.9, 10.0.0.2";
  expect(clientAddressOf("10.0.0.1", told, isProxy)).toBe("203.0.113.9");
  expect(clientAddressOf("203.0.113.50", told, isProxy)).toBe("203.0.113.50");
  expect(clientAddressOf("10.0.0.1", null, isProxy)).toBe("10.0.0.1");
  expect(clientAddressOf("10.0.0.1", "nonsense", isProxy)).toBe("nonsense");
  expect(clientAddressOf("10.0.0.1", told, proxyRule([]))).toBe("10.0.0.1");
});

it("knows a client, and a proxy, also with the port that some proxies write", () => {
  const isProxy = proxyRule(["10.0.0.0/8", "2001:db8:9::/48"]);
  for (const [told, client] of [
    ["203.0.113.9:40312", "203.0.113.9"],
    ["[2001:db8:1:2::7]:40312", "2001:db8:1:2::7"],
    ["198.51.100.1, 203.0.113.9, 10.0.0.2:443", "203.0.113.9"],
    ["203.0.113.9, [2001:db8:9::1]:443", "203.0.113.9"],
  ] as const)
    expect(clientKey(clientAddressOf("10.0.0.1", told, isProxy)), told).toBe(clientKey(client));
});
