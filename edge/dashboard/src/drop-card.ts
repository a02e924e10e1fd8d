/** A file that somebody drops: looked into by this page, and sent nowhere. */
import { element, part } from "./elements.ts";
import type { Finding } from "./look-into.ts";
import { told } from "./told.ts";

const FILES_MAX = 2;

export function serveDrop(): void {
  const zone = part("drop", HTMLElement);
  const chooser = part("file", HTMLInputElement);
  const over = (event: DragEvent): void => {
    event.preventDefault();
    zone.dataset["over"] = "";
  };
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", () => delete zone.dataset["over"]);
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    delete zone.dataset["over"];
    look(event.dataTransfer?.files);
  });
  chooser.addEventListener("change", () => look(chooser.files));
}

function look(files: FileList | null | undefined): void {
  const chosen = [...(files ?? [])].slice(0, FILES_MAX);
  if (chosen.length === 0) return;
  void told(async () => {
    // Half a megabyte that only this needs: readers, tables and rules.
    const { lookInto } = await import("./look-into.ts");
    part("found", HTMLElement).replaceChildren(...(await lookInto(chosen)).map(show));
  });
}

function show({ title, tone, facts, lists }: Finding): HTMLElement {
  const block = element("p");
  const heading = element("span", title);
  heading.className = "pill";
  heading.dataset["tone"] = tone;
  block.append(heading);
  const whole = document.createElement("div");
  const table = element("dl");
  for (const [name, value] of facts) {
    const data = element("dd");
    data.append(element(value.startsWith("sha256:") ? "code" : "span", value));
    table.append(element("dt", name), data);
  }
  whole.append(block, table);
  for (const [name, items] of lists) {
    if (items.length === 0) continue;
    const list = element("ul");
    list.append(...items.map((item) => element("li", item)));
    whole.append(element("h3", name), list);
  }
  return whole;
}
