/** Runs in the frame: makes the worker from its text, hands it what came from the page, and is done. */

/** Put in when the page is built: the script of worker.ts. */
declare const WORKER_TEXT: string;

addEventListener("message", ({ data, source, ports }) => {
  // Whoever frames this page may start one worker; nobody else can.
  if (source !== parent) return;
  const url = URL.createObjectURL(new Blob([WORKER_TEXT], { type: "text/javascript" }));
  // Not a module: Chromium starts none of those from what has no origin.
  const worker = new Worker(url);
  worker.postMessage(data, [...ports]);
});
