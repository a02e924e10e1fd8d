/** Claims of a token as values of their types. What is wrong is told with the name of the claim, never with its text. */
import { IdentityError, type IdentityErrorCode } from "./errors.ts";
import { type JsonObject, own } from "./json-object.ts";

/** RFC 7519 section 2, NumericDate: beyond this a Date has no name for it. */
const SECONDS_MAX = 8_640_000_000_000;

export class Claims {
  readonly #payload: JsonObject;
  readonly #code: IdentityErrorCode;

  /** @param code of the error for a claim that is missing or of another type */
  constructor(payload: JsonObject, code: IdentityErrorCode) {
    this.#payload = payload;
    this.#code = code;
  }

  /** 1 to `charsMax` visible ASCII characters. */
  text(name: string, charsMax: number): string {
    const value = own(this.#payload, name);
    if (typeof value !== "string" || value.length > charsMax || !/^[\x21-\x7e]+$/.test(value)) throw this.refused(name);
    return value;
  }

  optionalText(name: string, charsMax: number): string | undefined {
    return Object.hasOwn(this.#payload, name) ? this.text(name, charsMax) : undefined;
  }

  /** A NumericDate, which may have a fraction, as whole milliseconds. */
  instant(name: string): number {
    const value = own(this.#payload, name);
    if (typeof value !== "number" || !(value >= 0 && value <= SECONDS_MAX)) throw this.refused(name);
    return Math.floor(value * 1_000);
  }

  optionalInstant(name: string): number | undefined {
    return Object.hasOwn(this.#payload, name) ? this.instant(name) : undefined;
  }

  refused(name: string): IdentityError {
    return new IdentityError(this.#code, `payload.${name}`);
  }
}
