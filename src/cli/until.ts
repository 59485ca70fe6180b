/** Resolves when the signal aborts. Keeps the process alive until then. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  // A signal's listener alone does not keep Node running, and a server may have closed on its own.
  const alive = setInterval(() => {}, 1 << 30);
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  clearInterval(alive);
}
