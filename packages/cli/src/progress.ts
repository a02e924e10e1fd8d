/** Says what takes so long: after a second, on stderr, and only where somebody is looking. */
import type { CliIo } from "./io.ts";

const PATIENCE_MS = 1_000;

export async function withProgress<T>(io: CliIo, text: string, work: Promise<T>): Promise<T> {
  if (!io.stderrIsTerminal) return work;
  let shown = false;
  const timer = setTimeout(() => {
    shown = true;
    io.stderr(`${text} …`);
  }, PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    if (shown) io.stderr("\r\u001b[K");
  }
}
