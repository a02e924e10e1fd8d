import { describe, expect, it } from "vitest";
import { Cursor } from "./cursor.ts";
import { WasmError, type WasmErrorCode } from "./errors.ts";

function cursor(...bytes: number[]): Cursor {
  return new Cursor(Uint8Array.from(bytes), 0, bytes.length, "here");
}

function codeOf(read: () => unknown): WasmErrorCode | "accepted" {
  try {
    read();
    return "accepted";
  } catch (error) {
    if (error instanceof WasmError) return error.code;
    throw error;
  }
}

describe("u32", () => {
  const accepted: [number[], number][] = [
    [[0x00], 0],
    [[0x7f], 127],
    [[0x80, 0x01], 128],
    [[0x80, 0x00], 0],
    [[0x83, 0x80, 0x80, 0x80, 0x00], 3],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], 0xffff_ffff],
  ];
  it.each(accepted)("reads %j as %d", (bytes, value) => {
    const read = cursor(...bytes);
    expect(read.u32()).toBe(value);
    expect(read.offset).toBe(bytes.length);
  });

  const refused: [number[], WasmErrorCode][] = [
    [[], "E_EOF"],
    [[0x80], "E_EOF"],
    [[0x80, 0x80, 0x80, 0x80], "E_EOF"],
    [[0xff, 0xff, 0xff, 0xff, 0x1f], "E_LEB"],
    [[0x80, 0x80, 0x80, 0x80, 0x10], "E_LEB"],
    [[0x80, 0x80, 0x80, 0x80, 0x80, 0x00], "E_LEB"],
  ];
  it.each(refused)("refuses %j with %s", (bytes, code) => {
    expect(codeOf(() => cursor(...bytes).u32())).toBe(code);
  });
});

describe("s33", () => {
  const accepted: [number[], number][] = [
    [[0x00], 0],
    [[0x3f], 63],
    [[0x40], -64],
    [[0x70], -16],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], 0xffff_ffff],
    [[0x80, 0x80, 0x80, 0x80, 0x70], -(2 ** 32)],
    [[0xff, 0xff, 0xff, 0xff, 0x7f], -1],
  ];
  it.each(accepted)("reads %j as %d", (bytes, value) => {
    expect(cursor(...bytes).s33()).toBe(value);
  });

  it.each([
    [0x80, 0x80, 0x80, 0x80, 0x10],
    [0x80, 0x80, 0x80, 0x80, 0x6f],
    [0x80, 0x80, 0x80, 0x80, 0x80],
  ])("refuses spare bits that do not repeat the sign: %i %i %i %i %i", (...bytes) => {
    expect(codeOf(() => cursor(...bytes).s33())).toBe("E_LEB");
  });
});

describe("u64 and skipSigned", () => {
  it("reads the largest u64 and refuses one bit more", () => {
    const max = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    expect(cursor(...max, 0x01).u64()).toBe(2n ** 64n - 1n);
    expect(codeOf(() => cursor(...max, 0x02).u64())).toBe("E_LEB");
  });

  const constants: [32 | 64, number[], WasmErrorCode | "accepted"][] = [
    [32, [0x7f], "accepted"],
    [32, [0x80, 0x80, 0x80, 0x80, 0x78], "accepted"],
    [32, [0xff, 0xff, 0xff, 0xff, 0x07], "accepted"],
    [32, [0xff, 0xff, 0xff, 0xff, 0x0f], "E_LEB"],
    [32, [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], "E_LEB"],
    [64, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f], "accepted"],
    [64, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7e], "E_LEB"],
  ];
  it.each(constants)("a constant of %d bits written %j is %s", (bits, bytes, expected) => {
    expect(codeOf(() => cursor(...bytes).skipSigned(bits))).toBe(expected);
  });
});

describe("names", () => {
  const text = (...bytes: number[]) => cursor(bytes.length, ...bytes);

  it("reads ASCII, multi-byte characters and keeps a byte order mark", () => {
    expect(text(0x61, 0x62).name(9)).toBe("ab");
    expect(text(0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80).name(9)).toBe("é😀");
    expect(text(0xef, 0xbb, 0xbf, 0x61).name(9)).toBe("\ufeffa");
    expect(text(...new Array(60).fill(0x61)).name(60)).toBe("a".repeat(60));
  });

  const illFormed: number[][] = [
    [0x80],
    [0xc0, 0x80],
    [0xc1, 0xbf],
    [0xe0, 0x9f, 0xbf],
    [0xed, 0xa0, 0x80],
    [0xf0, 0x8f, 0xbf, 0xbf],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
    [0xe2, 0x82],
    [0xc3, 0x41],
  ];
  it.each(illFormed.map((bytes) => [bytes]))("refuses %j whether it is kept or passed", (bytes) => {
    expect(codeOf(() => text(...bytes).name(9))).toBe("E_UTF8");
    expect(codeOf(() => text(...bytes).skipName(9))).toBe("E_UTF8");
  });

  it("judges every sequence of up to three bytes as the platform's decoder does", () => {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const leads = [
      0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf4, 0xff,
    ];
    const tails = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
    for (const a of leads)
      for (const b of tails)
        for (const c of tails)
          for (const bytes of [[a], [a, b], [a, b, c], [a, b, c, 0x80]]) {
            let wanted: WasmErrorCode | "accepted" = "accepted";
            try {
              decoder.decode(Uint8Array.from(bytes));
            } catch {
              wanted = "E_UTF8";
            }
            expect([bytes, codeOf(() => text(...bytes).skipName(9))]).toEqual([bytes, wanted]);
          }
  });

  it("is bounded by the window and by the limit", () => {
    expect(codeOf(() => cursor(3, 0x61, 0x62).name(9))).toBe("E_EOF");
    expect(codeOf(() => cursor(3, 0x61, 0x62, 0x63).name(2))).toBe("E_LIMIT_NAME");
  });
});

describe("the window", () => {
  it("ends where it was told to, not where the file ends", () => {
    const read = new Cursor(Uint8Array.of(1, 2, 3), 0, 2, "");
    read.skip(2);
    expect(codeOf(() => read.u8())).toBe("E_EOF");
    expect(codeOf(() => read.skip(1))).toBe("E_EOF");
  });

  it("refuses a count whose entries cannot fit before anything is allocated", () => {
    expect(codeOf(() => cursor(0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2).count(1))).toBe("E_EOF");
    expect(cursor(2, 1, 2).count(1)).toBe(2);
  });

  it("says where it failed", () => {
    try {
      new Cursor(Uint8Array.of(9, 9, 0xff), 2, 3, "module/1").u32();
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "E_EOF", at: 3, path: "module/1" });
    }
  });
});

describe("a name that repeats an earlier one", () => {
  it("is passed only when every byte of it, its length included, is the same", () => {
    const read = cursor(2, 0x61, 0x62, 2, 0x61, 0x62, 2, 0x61, 0x63);
    expect(read.name(9)).toBe("ab");
    expect(read.skipRepeated(0, 3)).toBe(true);
    expect(read.offset).toBe(6);
    expect(read.skipRepeated(0, 3)).toBe(false);
    expect(read.offset).toBe(6);
  });

  it("never reaches beyond the window", () => {
    const read = new Cursor(Uint8Array.of(1, 0x61, 1, 0x61), 0, 3, "");
    read.name(9);
    expect(read.skipRepeated(0, 2)).toBe(false);
  });
});
