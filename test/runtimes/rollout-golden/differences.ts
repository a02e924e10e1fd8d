/** Where two JSON values differ, as JSON paths: what a failing runtime prints. */

export function differences(expected: unknown, actual: unknown, at = "$"): readonly string[] {
  if (!isContainer(expected) || !isContainer(actual) || Array.isArray(expected) !== Array.isArray(actual))
    return Object.is(expected, actual) ? [] : [`${at}: ${text(expected)}, but ${text(actual)}`];
  const [before, now] = [new Map(Object.entries(expected)), new Map(Object.entries(actual))];
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names].flatMap((name) => differences(before.get(name), now.get(name), `${at}[${JSON.stringify(name)}]`));
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? "absent";
}
