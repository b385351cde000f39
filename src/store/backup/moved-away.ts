/**
 * The marks of a move, in both databases: the source says that its rows live elsewhere by now, the target by which move
 * it was filled. Every start looks at them, so that this file needs nothing else.
 */
import type pg from 'pg';

/** The oldest PostgreSQL that Kept works with. */
export const POSTGRES_MAJOR_MIN = 15;

/** The move that was begun and not ended, or a new one; its id is left in the target by the transaction that fills it. */
export async function beginMove(source: pg.Client): Promise<string> {
  await source.query('create schema if not exists drizzle');
  await source.query(
    'create table if not exists drizzle.moved_away (id uuid primary key, at timestamptz not null default now(), done boolean not null default false)',
  );
  const { rows } = await source.query<{ id: string }>(
    `with begun as (insert into drizzle.moved_away (id)
       select gen_random_uuid() where not exists (select from drizzle.moved_away) returning id)
     select id from begun union all select id from drizzle.moved_away`,
  );
  return (rows[0] as { id: string }).id;
}

/** In the transaction that fills the target. */
export async function leaveTrace(target: pg.Client, move: string): Promise<void> {
  await target.query('create table if not exists drizzle.came_by_move (id uuid primary key)');
  await target.query('insert into drizzle.came_by_move (id) values ($1)', [move]);
}

/** Whether this very move has filled the target. */
export async function cameBy(target: pg.Client, move: string): Promise<boolean> {
  const there = await target.query("select to_regclass('drizzle.came_by_move') is not null as there");
  if (!there.rows[0].there) return false;
  const { rowCount } = await target.query('select 1 from drizzle.came_by_move where id = $1', [move]);
  return rowCount === 1;
}

/** So that nobody goes on with the old one by mistake. */
export const endMove = (source: pg.Client): Promise<unknown> =>
  source.query('update drizzle.moved_away set done = true');

/**
 * When this database was copied elsewhere for good (milliseconds since 1970), or null: then it is used from here on, and
 * a move that was begun and not ended is forgotten.
 */
export async function goOnUnlessMoved(client: pg.ClientBase): Promise<number | null> {
  const there = await client.query("select to_regclass('drizzle.moved_away') is not null as there");
  if (!there.rows[0].there) return null;
  const { rows } = await client.query<{ at: Date }>('select at from drizzle.moved_away where done');
  if (rows[0] !== undefined) return rows[0].at.getTime();
  await client.query('drop table drizzle.moved_away');
  return null;
}
