/**
 * The statements of a transaction while a disk is written (ledger, keys): they end together, so that nothing is committed
 * before it is on the disk. Waits for both also where one fails: a statement that came after the rollback would not be
 * part of it.
 */
export async function beside<T>(statements: Promise<T>, written: Promise<void>): Promise<T> {
  const [done, disk] = await Promise.allSettled([statements, written]);
  if (disk.status === 'rejected') throw disk.reason;
  if (done.status === 'rejected') throw done.reason;
  return done.value;
}
