/** How this package writes the place of a value in a document: `$.wasi[0].track`, `$["a b"]`. */

export function jsonPath(steps: readonly PropertyKey[]): string {
  let text = "$";
  for (const step of steps) {
    if (typeof step === "number") text += `[${step}]`;
    else {
      const key = String(step);
      text += /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    }
  }
  return text;
}
