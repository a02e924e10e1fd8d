/** Waits, and no longer than somebody does. */
export function pauseUntil(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, signal.aborted ? 0 : ms);
    signal.addEventListener("abort", over);
  });
}
