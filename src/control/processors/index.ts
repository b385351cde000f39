/**
 * Whom data goes to (DISCLOSE-2): the register of recipients, made from configuration and data map, and the guard, by
 * which nothing goes to anybody else. Each change of the register is an entry in the record.
 */
import { Hono } from 'hono';
import type { Canonical } from '../../record/canonical.ts';
import { enterIfChanged } from '../../store/ledger/said-last.ts';
import type { RecordKeeper } from '../../store/store.ts';
import type { ControlSettings } from '../settings.ts';
import type { Egress } from './guard.ts';
import type { Newcomers } from './newcomers.ts';
import { type Recipient, registerOf, unsaid } from './register.ts';

export { type Egress, type End, guardEgress, NO_EGRESS } from './guard.ts';
export { newcomersOf } from './newcomer.ts';
export { Newcomers } from './newcomers.ts';
export { placesOf, siteHere } from './places.ts';
export { type Recipient, registerOf } from './register.ts';

interface Wanted {
  readonly settings: ControlSettings;
  readonly record: RecordKeeper;
  readonly egress: Egress;
}

export async function openProcessors({ settings, record, egress }: Wanted) {
  const register = registerOf(settings);
  await enterIfChanged(record, {
    kind: 'recipients',
    role: 'operator',
    content: { recipients: contentOf(register) },
  });
  return {
    register,
    /** For `doctor`. */
    facts: () => ({
      unsaid: unsaid(register).map(({ id }) => id),
      refused: egress.refused,
      refused_places: egress.refusedPlaces,
    }),
    /** In Prometheus' text format. */
    metrics: () => metricsOf(egress),
  };
}
export type Processors = Awaited<ReturnType<typeof openProcessors>>;

/** `GET /processors`, below `/api/privacy`. */
export const recipientRoutes = (register: readonly Recipient[], waiting: () => Newcomers['waiting']) =>
  new Hono().get('/processors', (c) =>
    c.json({
      recipients: register,
      announced: waiting().map(({ kind, name, region, from }) => ({ kind, name, region, from })),
    }),
  );

/** Without names: agents and providers may be named after somebody. */
const contentOf = (register: readonly Recipient[]): Canonical =>
  register.map(({ id, own, region, gets }) => ({
    id: id.replace(/^(provider|agent) .*/, '$1'),
    own,
    region,
    fields: gets.flatMap(({ fields }) => fields),
  }));

function metricsOf({ begun, refused }: Egress): string {
  const kinds = new Map<string, number>();
  for (const [recipient, n] of begun) {
    const kind = recipient.split(' ')[0] as string;
    kinds.set(kind, (kinds.get(kind) ?? 0) + n);
  }
  return [
    '# HELP kept_egress_connections_total Connections that control began, by kind of recipient.',
    '# TYPE kept_egress_connections_total counter',
    ...[...kinds].map(([kind, n]) => `kept_egress_connections_total{recipient="${kind}"} ${n}`),
    '# HELP kept_egress_refused_total Connections that control was refused, since nobody is declared there: to be 0.',
    '# TYPE kept_egress_refused_total counter',
    `kept_egress_refused_total ${refused}`,
    '',
  ].join('\n');
}
