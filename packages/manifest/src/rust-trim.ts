/**
 * Trimming as the original does it: the Unicode property White_Space, which has U+0085 and lacks U+FEFF, the reverse of
 * ECMAScript's `trim`. Where its rules say "trimmed", this is meant.
 */
const OUTER_SPACE = /^\p{White_Space}+|\p{White_Space}+$/gu;

export function rustTrim(text: string): string {
  return text.replace(OUTER_SPACE, "");
}
