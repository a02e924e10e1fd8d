/** JSON objects from outside: their own members only, never what a prototype brings. */
import type { JsonValue } from "@tau-edge/encoding";

export type JsonObject = { readonly [key: string]: JsonValue };

export function isJsonObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member, if the object itself has it. */
export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Whether it has these members and no others. */
export function hasExactly(object: JsonObject, keys: readonly string[]): boolean {
  const found = Object.keys(object);
  return found.length === keys.length && keys.every((key) => Object.hasOwn(object, key));
}
