/** Texts from outside that go into a record: bounded, and well-formed, since CBOR has no other. */

/** At most `charsMax` UTF-16 units; what is cut off shows as an ellipsis, and no surrogate pair is torn. */
export function clipText(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text.toWellFormed();
  const last = text.charCodeAt(charsMax - 2);
  const end = last >= 0xd800 && last <= 0xdbff ? charsMax - 2 : charsMax - 1;
  return `${text.slice(0, end)}…`.toWellFormed();
}
