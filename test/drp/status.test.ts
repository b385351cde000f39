/** Every state of a request in the protocol's words: none without one, and none that tells more than the agent may know. */
import { expect, test } from 'vitest';
import { standingOf } from '../../src/control/drp/status.ts';
import { FINAL, REASONS, STATUSES } from '../../src/control/drp/words.ts';
import type { RequestRow } from '../../src/control/requests/schema.ts';
import { ENDS, REQUEST_STATES } from '../../src/control/requests/states.ts';

const NOW = 1_800_000_000_000;
const row = (more: Partial<RequestRow>): RequestRow =>
  ({ deliveredAt: null, decision: null, ground: null, proofUntil: null, ...more }) as RequestRow;
const standing = (more: Partial<RequestRow>) => standingOf(row(more));

test.each<[Partial<RequestRow>, string]>([
  [{ state: 'received' }, 'open'],
  [{ state: 'acknowledged' }, 'in_progress'],
  [{ state: 'identity' }, 'in_progress need_user_verification'],
  [{ state: 'deciding' }, 'in_progress'],
  [{ state: 'decided', decision: 'refused' }, 'in_progress'],
  [{ state: 'carrying_out', decision: 'whole' }, 'in_progress'],
  [{ state: 'delivered', decision: 'whole', deliveredAt: new Date(NOW) }, 'fulfilled'],
  [{ state: 'closed', decision: 'part', deliveredAt: new Date(NOW) }, 'fulfilled'],
  [{ state: 'closed', decision: 'not_proven' }, 'denied insuf_verification'],
  [{ state: 'closed', decision: 'refused', ground: 'agent_without_proof' }, 'denied insuf_verification'],
  [{ state: 'closed', decision: 'refused', ground: 'unfounded_or_excessive' }, 'denied too_many_requests'],
  [{ state: 'closed', decision: 'refused', ground: 'opt_out_is_fraud' }, 'denied suspected_fraud'],
  [{ state: 'closed', decision: 'refused', ground: 'on_hold' }, 'denied other'],
  [{ state: 'closed', decision: 'refused', ground: null }, 'denied other'],
  [{ state: 'appealed', decision: 'refused', ground: 'on_hold' }, 'denied other'],
  [{ state: 'appeal_deciding', decision: 'part', deliveredAt: new Date(NOW) }, 'fulfilled'],
  [{ state: 'closed', decision: 'refused', deliveredAt: new Date(NOW) }, 'fulfilled'],
  [{ state: 'withdrawn' }, 'revoked'],
  [{ state: 'closed', decision: null }, 'expired'],
  [{ state: 'closed', decision: 'whole' }, 'expired'],
])('%o is %s', (more, words) => {
  const { status, reason } = standing(more);
  expect([status, reason].filter((word) => word !== undefined).join(' ')).toBe(words);
});

test('every state has a status of the protocol, and every end a final one', () => {
  for (const state of REQUEST_STATES) {
    const { status, reason } = standing({ state });
    expect(STATUSES).toContain(status);
    if (reason !== undefined) expect(REASONS).toContain(reason);
    if (ENDS.includes(state)) expect([state, FINAL.has(status)]).toEqual([state, true]);
  }
});
