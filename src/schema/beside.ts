/** What one finds, while the other works that may fail by itself; of two errors that of the first. */
export async function beside<T>(first: () => Promise<T>, other: () => Promise<unknown>): Promise<T> {
  const [found, done] = await Promise.allSettled([first(), other()]);
  if (found.status === "rejected") throw found.reason;
  if (done.status === "rejected") throw done.reason;
  return found.value;
}
