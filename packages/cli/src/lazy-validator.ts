import type { Validator } from "@tau-edge/ports";

/** The real validators are loaded by the first artifact that needs them: most commands validate none. */
export class LazyValidator implements Validator {
  #validator: Validator | undefined;

  async validate(...asked: Parameters<Validator["validate"]>) {
    this.#validator ??= (await import("@tau-edge/adapter-jco")).createJcoValidator();
    return this.#validator.validate(...asked);
  }

  async close(): Promise<void> {
    await this.#validator?.close();
  }
}
