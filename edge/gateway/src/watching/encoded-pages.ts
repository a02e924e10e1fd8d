/** Pages of encoded events of all rollouts, as many as fit; the ones that nobody asked for longest go first. */
export interface EncodedPages {
  get(key: string): readonly Uint8Array<ArrayBuffer>[] | undefined;
  set(key: string, page: readonly Uint8Array<ArrayBuffer>[]): void;
  /** Of everything that is kept. */
  readonly bytes: number;
}

export function makeEncodedPages(bytesMax: number): EncodedPages {
  const pages = new Map<string, { readonly page: readonly Uint8Array<ArrayBuffer>[]; readonly bytes: number }>();
  let sum = 0;
  const drop = (key: string): void => {
    sum -= pages.get(key)?.bytes ?? 0;
    pages.delete(key);
  };
  return {
    get bytes() {
      return sum;
    },
    get(key) {
      const found = pages.get(key);
      if (found === undefined) return undefined;
      // A Map goes by the order in which it was filled.
      pages.delete(key);
      pages.set(key, found);
      return found.page;
    },
    set(key, page) {
      drop(key);
      const bytes = page.reduce((total, { length }) => total + length, 0);
      pages.set(key, { page, bytes });
      sum += bytes;
      for (const oldest of pages.keys()) {
        // The page that was just made is about to be read, however long it is.
        if (sum <= bytesMax || oldest === key) return;
        drop(oldest);
      }
    },
  };
}
