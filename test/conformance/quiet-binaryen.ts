/** binaryen as a library that keeps its validation errors to itself, which it prints otherwise. */
import type binaryenModule from "binaryen";

export type Binaryen = typeof binaryenModule;
type FeatureName = keyof Binaryen["Features"];

export interface FeatureQuestion {
  readonly off: FeatureName;
  readonly without?: readonly FeatureName[];
}

export interface QuietBinaryen {
  /** The proposals without which binaryen refuses a module that it accepts with them; none if it cannot read it. */
  needs(bytes: Uint8Array, questions: readonly FeatureQuestion[]): FeatureName[];
}

export async function loadQuietBinaryen(): Promise<QuietBinaryen> {
  const binaryen = await withoutConsole(async () => (await import("binaryen")).default);
  const mask = (names: readonly FeatureName[]) => names.reduce((bits, name) => bits | binaryen.Features[name], 0);
  return {
    needs(bytes, questions) {
      let module: ReturnType<Binaryen["readBinary"]>;
      try {
        module = binaryen.readBinary(bytes);
      } catch {
        return [];
      }
      const accepts = (features: number): boolean => {
        module.setFeatures(features);
        try {
          return module.validate() === 1;
        } catch {
          // Printing some refusals aborts it; such an answer proves nothing in either direction.
          return true;
        }
      };
      const needed = questions.filter(({ off, without = [] }) => {
        const on = binaryen.Features.All & ~mask(without);
        return accepts(on) && !accepts(on & ~mask([off]));
      });
      module.dispose();
      return needed.map(({ off }) => off);
    },
  };
}

/** binaryen binds console.log and console.error while it loads, so it is loaded with silent ones. */
async function withoutConsole<T>(load: () => Promise<T>): Promise<T> {
  const { log, error, warn } = console;
  const silent = () => {};
  Object.assign(console, { log: silent, error: silent, warn: silent });
  try {
    return await load();
  } finally {
    Object.assign(console, { log, error, warn });
  }
}
