/** What control's parts need of control's tables, beyond what follows from the map. */
import { account, membership, person } from '../../src/control/accounts/schema.ts';
import { ledgerEntry } from '../../src/control/billing/schema.ts';
import { apiKey } from '../../src/control/keys/schema.ts';
import { gatewaySession } from '../../src/control/limits/schema.ts';
import { model } from '../../src/control/models/schema.ts';
import { usageRecord } from '../../src/control/usage/schema.ts';
import { entryOf } from '../../src/store/map/table.ts';
import type { Need } from '../../src/store/walls/rights.ts';

export const PRODUCT_MAP = [
  person,
  account,
  membership,
  apiKey,
  ledgerEntry,
  usageRecord,
  gatewaySession,
  model,
].map((table) => entryOf(table));

export const PRODUCT_NEEDS: readonly Need[] = [
  // The writer: usage, ledger, balances, sessions of gateways, when a key was last used.
  { role: 'kept_meter', table: usageRecord, select: 'all', insert: true, update: ['voidedAt'] },
  { role: 'kept_meter', table: ledgerEntry, select: 'all', insert: true },
  { role: 'kept_meter', table: account, select: ['id', 'balance'], update: ['balance'] },
  { role: 'kept_meter', table: gatewaySession, select: 'all', insert: true, update: 'all', delete: true },
  { role: 'kept_meter', table: apiKey, select: ['id', 'lastUsedOn'], update: ['lastUsedOn'] },
  // Directory, operator's commands, catalogue.
  { role: 'kept_system', table: person, select: 'all', insert: true, update: ['staffRole'] },
  { role: 'kept_system', table: account, select: 'all', insert: true, update: 'all' },
  { role: 'kept_system', table: membership, select: 'all', insert: true },
  { role: 'kept_system', table: apiKey, select: 'all', insert: true, update: 'all' },
  { role: 'kept_system', table: ledgerEntry, select: 'all' },
  { role: 'kept_system', table: usageRecord, select: 'all' },
  { role: 'kept_system', table: model, select: 'all', insert: true },
  { role: 'kept_system', table: gatewaySession, select: 'all' },
  // A person in the console reads whom they share an account with, and the names of models.
  { role: 'kept_request', table: membership, readBy: ['account'] },
  { role: 'kept_request', table: model, select: 'all' },
];
