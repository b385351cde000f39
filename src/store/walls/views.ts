/**
 * Views that a role reads in the place of tables: it has no right to what is behind them. The view's owner is that of the
 * tables. What a view was made from stands in its comment, and beside it what PostgreSQL made of it, so that a view that
 * somebody changed is told from ours.
 */
import { createHash } from 'node:crypto';
import { quoted } from '../map/rows.ts';

export interface View {
  readonly name: string;
  readonly columns: readonly string[];
  readonly about: string;
  /** The query; without a parameter. */
  readonly sql: string;
}

export interface LiveView {
  /** With its schema. */
  readonly name: string;
  readonly comment: string | null;
  /** MD5 of its definition, as PostgreSQL prints it. */
  readonly printed: string;
}

const fingerprint = ({ sql, columns }: View): string =>
  createHash('sha256')
    .update(JSON.stringify([sql, columns]))
    .digest('hex');

export const isSameView = (view: View, { comment, printed }: LiveView): boolean =>
  comment === `${fingerprint(view)} ${printed}`;

/** Statements that make it anew. A barrier: no function of a reader's runs before its conditions do. */
export const viewSql = (view: View): readonly string[] => {
  const name = `public.${quoted(view.name)}`;
  return [
    `drop view if exists ${name}`,
    `create view ${name} with (security_barrier) as ${view.sql}`,
    `do $made$ begin execute format('comment on view ${name} is %L',
      '${fingerprint(view)} ' || md5(pg_get_viewdef('${name}'::regclass))); end $made$`,
    `grant select on ${name} to kept_statistics`,
  ];
};

/** Before tables change: what a view reads of them could not be altered. */
export const dropViewSql = ({ name }: View): string => `drop view if exists public.${quoted(name)}`;
