/** The parts of the page. Everything that is shown is text: nothing here ever parses HTML. */

export type Tone = "quiet" | "good" | "bad" | "warn";

/** @throws TypeError where the page has no such part: page and script do not belong together */
export function part<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`the page has no ${id}`);
  return found;
}

export function say(id: string, text: string): void {
  part(id, HTMLElement).textContent = text;
}

export function pill(id: string, text: string, tone: Tone): void {
  const element = part(id, HTMLElement);
  element.textContent = text;
  element.dataset["tone"] = tone;
  element.hidden = false;
}

export function element(
  name: "li" | "p" | "code" | "span" | "time" | "ul" | "dt" | "dd" | "dl" | "h3",
  text = "",
): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** Of the day, in the way of the machine but without halves. */
export function timeOf(unix_ms: number): string {
  return new Date(unix_ms).toLocaleTimeString([], { hour12: false });
}

const LINES_MAX = 200;

/** The newest on top. */
export function log(text: string, tone: Tone = "quiet"): void {
  const line = element("li");
  const what = element("span", text);
  what.dataset["tone"] = tone === "quiet" ? "" : tone;
  line.append(element("time", timeOf(Date.now())), what);
  const lines = part("log", HTMLOListElement);
  lines.prepend(line);
  while (lines.childElementCount > LINES_MAX) lines.lastElementChild?.remove();
}
