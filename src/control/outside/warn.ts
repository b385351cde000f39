/** Whoever has open tasks is told by mail, once a day, how many, and nothing of whom they are about. */
import type { Id } from '../../link/ids.ts';
import { countTasks, isOf } from './list-tasks.ts';
import { possibleOwners } from './owners.ts';
import type { OutsideParts } from './parts.ts';

interface Told {
  /** Whoever does the tasks of a system without an owner. */
  readonly deciders: () => Promise<readonly Id[]>;
  /** The id of the one mail about tasks that somebody gets on a day. */
  readonly mailOfDay: (to: Id, now: number) => Id;
}

/** Answers how many were written to. */
export async function warnOwners(
  parts: Pick<OutsideParts, 'services' | 'store' | 'signIn'>,
  { deciders, mailOfDay }: Told,
): Promise<number> {
  const { store, signIn } = parts;
  if ((await countTasks(parts)).open === 0) return 0;
  const now = store.now();
  const theirs: { readonly person: Id; readonly open: number; readonly overdue: number }[] = [];
  const owners = await possibleOwners(parts);
  const ids = [...owners.keys()];
  // Where nobody decides, whoever could make somebody a decider hears of what nobody does.
  const others = new Set(await deciders());
  for (const person of new Set([...ids, ...others])) {
    const role = others.has(person) ? 'privacy' : 'admin';
    const counted = await countTasks(parts, isOf({ person, role }, ids));
    if (counted.open > 0) theirs.push({ person, ...counted });
  }
  const url = `${signIn.settings.siteUrl}/desk/tasks`;
  await store.db.transaction(async (tx) => {
    for (const { person, open, overdue } of theirs) {
      const values = { open: String(open), overdue: String(overdue), url };
      const id = mailOfDay(person, now);
      await signIn.notices.send(tx, { id, template: 'outside_tasks_due', person, values });
    }
  });
  signIn.notices.wake();
  return theirs.length;
}
