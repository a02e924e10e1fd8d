/** What counts as plain data for the writers, and how attacker-named keys are put on a plain object. */

/** An object literal, or one without prototype; of any realm. Not a class instance, Map, Date or boxed value. */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Every index is there and nothing else is: no hole, no extra property. */
export function isDenseArray(value: readonly unknown[]): boolean {
  return Object.keys(value).length === value.length && Object.getOwnPropertySymbols(value).length === 0;
}

/** `target[key] = value` as an own property, also for `__proto__`, whose assignment would set the prototype. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}

/** Where in a value: `$.a[0]["b c"]`. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = "$";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  }
  return text;
}
