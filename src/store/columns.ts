/** Column types that mean the same in every table: ids, money, moments. */
import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/** An id: 32 hex digits in code, `uuid` (16 bytes) in PostgreSQL. */
export const id = customType<{ data: string; driverData: string }>({
  dataType: () => 'uuid',
  fromDriver: (value) => value.replaceAll('-', ''),
});

/** 32 bytes as lower-case hex in code, `bytea` in PostgreSQL. */
export const hash = customType<{ data: string; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value, 'hex'),
  fromDriver: (value) => value.toString('hex'),
});

/** Bytes, as they are. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** Whole micro-dollars. */
export const microUsd = (name: string) => bigint(name, { mode: 'number' });

/** Tokens of a budget: more than an integer holds. */
export const tokens = (name: string) => bigint(name, { mode: 'number' });

/** A moment, to the millisecond. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
