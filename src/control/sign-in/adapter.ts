/**
 * Our sealed tables as better-auth sees them: its `user` is a person, found by the key store's keyed hash; its `account`
 * a way of signing in; a session's token is there as a hash. It reads people and methods and never writes them; sign-up,
 * mail links, passkeys and the second factor are ours (docs/decisions).
 */
import { createAdapterFactory } from 'better-auth/adapters';
import { and, eq, gt } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { person } from '../accounts/schema.ts';
import type { Caller } from './caller.ts';
import { SESSION_SECONDS_MAX } from './cookies.ts';
import { endByToken, type openSession, type SessionRow } from './open-session.ts';
import type { SignInParts } from './parts.ts';
import { session, signInMethod } from './schema.ts';
import { hashToken } from './tokens.ts';

interface AdapterParts {
  readonly services: SignInParts['services'];
  readonly finding: SignInParts['finding'];
  readonly now: () => number;
  readonly open: (opening: { person: Id; token: string; caller: Caller }) => ReturnType<typeof openSession>;
  /** Who asks, for the call under way. */
  readonly caller: () => Caller;
}

type Where = readonly {
  readonly field: string;
  readonly value: unknown;
  readonly operator?: string | undefined;
}[];

/** better-auth asks for one equality at a time here; anything else would be a surprise, and is refused. */
function only(where: Where): { field: string; value: string } {
  const [first, ...more] = where;
  if (first === undefined || more.length > 0 || typeof first.value !== 'string') throw new Unexpected();
  if (first.operator !== undefined && first.operator !== 'eq') throw new Unexpected();
  return { field: first.field, value: first.value };
}

/** The library asks for something that it was not given. */
class Unexpected extends Error {
  constructor() {
    super('better-auth asks for what the adapter does not have');
  }
}

export function sealedAdapter(parts: AdapterParts) {
  const findOne = async (model: string, where: Where): Promise<object | null> => {
    const by = only(where);
    if (model === 'user') return findUser(parts, by);
    if (model === 'session') return findSession(parts, by);
    throw new Unexpected();
  };
  return createAdapterFactory({
    config: { adapterId: 'kept', adapterName: 'Kept', supportsJSON: true, disableIdGeneration: true },
    adapter: () => ({
      findOne: async <T>({ model, where }: { model: string; where: Where }) =>
        (await findOne(model, where)) as T | null,
      findMany: async <T>({ model, where }: { model: string; where?: Where | undefined }) => {
        if (model !== 'account') throw new Unexpected();
        return (await findMethods(parts, only(where ?? []))) as T[];
      },
      create: async <T extends Record<string, unknown>>({ model, data }: { model: string; data: T }) => {
        if (model !== 'session') throw new Unexpected();
        const { userId, token } = data as unknown as { userId: Id; token: string };
        const { row } = await parts.open({ person: userId, token, caller: parts.caller() });
        return asSession(row, token) as unknown as T;
      },
      update: async <T>({ model, where, update }: { model: string; where: Where; update: T }) => {
        if (model !== 'session') throw new Unexpected();
        return (await prolong(parts, only(where), update as { expiresAt?: Date })) as T | null;
      },
      delete: async ({ model, where }: { model: string; where: Where }) => {
        const { field, value } = only(where);
        if (model !== 'session' || field !== 'token') throw new Unexpected();
        await endByToken(parts, value);
      },
      updateMany: () => Promise.reject(new Unexpected()),
      deleteMany: () => Promise.reject(new Unexpected()),
      count: () => Promise.reject(new Unexpected()),
    }),
  });
}

async function findUser(
  { services, finding }: AdapterParts,
  { field, value }: { field: string; value: string },
) {
  const { keys, vault } = services;
  const id = field === 'email' ? keys.lookup('email', value) : field === 'id' ? value : null;
  if (id === null || !keys.has('person', id)) return null;
  const [row] = await finding.select().from(person).where(eq(person.id, id));
  if (row === undefined) return null;
  return {
    id: row.id,
    // Only whoever was found by it gets it back: a row's own spelling is compared by the library.
    email: readValue(vault, person, row, 'email') ?? '',
    name: readValue(vault, person, row, 'name') ?? '',
    emailVerified: row.emailVerifiedAt !== null,
    image: null,
    createdAt: row.createdAt,
    updatedAt: row.createdAt,
  };
}

async function findMethods(
  { services, finding }: AdapterParts,
  { field, value }: { field: string; value: string },
) {
  if (field !== 'userId') throw new Unexpected();
  const rows = await finding.select().from(signInMethod).where(eq(signInMethod.person, value));
  return rows.map((row) => ({
    id: row.id,
    userId: row.person,
    accountId: row.person,
    providerId: row.provider,
    password: readValue(services.vault, signInMethod, row, 'password'),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }));
}

async function findSession(
  { finding, now }: AdapterParts,
  { field, value }: { field: string; value: string },
) {
  if (field !== 'token') throw new Unexpected();
  const live = and(eq(session.token, hashToken(value)), gt(session.expiresAt, new Date(now())));
  const [row] = await finding.select().from(session).where(live);
  return row === undefined ? null : asSession(row, value);
}

async function prolong(
  { finding, now }: AdapterParts,
  { field, value }: { field: string; value: string },
  { expiresAt }: { expiresAt?: Date },
) {
  if (field !== 'token' || expiresAt === undefined) throw new Unexpected();
  const live = and(eq(session.token, hashToken(value)), gt(session.expiresAt, new Date(now())));
  const [row] = await finding.select().from(session).where(live);
  if (row === undefined) return null;
  // One that waits for its second factor ends when it ends.
  if (row.awaitsSecondFactor) return asSession(row, value);
  const end = Math.min(expiresAt.getTime(), row.createdAt.getTime() + SESSION_SECONDS_MAX * 1000);
  const [after] = await finding
    .update(session)
    .set({ expiresAt: new Date(end), updatedAt: new Date(now()) })
    .where(live)
    .returning();
  return after === undefined ? null : asSession(after, value);
}

const asSession = (row: SessionRow, token: string) => ({
  id: row.id,
  userId: row.person,
  token,
  expiresAt: row.expiresAt,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  ipAddress: null,
  userAgent: null,
});
