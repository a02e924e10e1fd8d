/** The system's Chromium, quiet: it talks to this machine only. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** `CHROMIUM` in the environment goes first, and is believed. */
export const CHROMIUM_PATH = process.env["CHROMIUM"] ?? CANDIDATES.find((path) => existsSync(path));

export const CHROMIUM_MISSING =
  CHROMIUM_PATH === undefined ? "no Chromium here: apt-get install chromium, or set CHROMIUM to its path" : undefined;

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launchChromium(): Promise<Browser> {
  if (CHROMIUM_PATH === undefined) throw new Error(CHROMIUM_MISSING);
  return chromium.launch({ executablePath: CHROMIUM_PATH, args: FLAGS });
}
