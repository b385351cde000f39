/** The life of a request, every state × event × cause, against a table that was written by reading the promise. */
import { expect, test } from 'vitest';
import {
  CAUSES,
  type Cause,
  ENDS,
  isOpen,
  nextState,
  REQUEST_EVENTS,
  REQUEST_STATES,
  type RequestEvent,
  type RequestState,
} from '../../src/control/requests/states.ts';

type Row = readonly [RequestState, RequestEvent, RequestState, readonly Cause[]];
const ALLOWED: readonly Row[] = [
  ['received', 'acknowledge', 'acknowledged', ['system']],
  ['received', 'join', 'joined', ['system']],
  ['received', 'withdraw', 'withdrawn', ['requester']],
  ['received', 'lapse', 'closed', ['system']],
  ['acknowledged', 'ask_proof', 'identity', ['system']],
  ['acknowledged', 'take_up', 'deciding', ['system']],
  ['acknowledged', 'withdraw', 'withdrawn', ['requester']],
  ['acknowledged', 'lapse', 'closed', ['system']],
  ['identity', 'show', 'identity', ['requester']],
  ['identity', 'prove', 'deciding', ['system', 'requester', 'staff', 'other_staff']],
  ['identity', 'disown', 'identity', ['requester']],
  ['identity', 'refuse_agent', 'decided', ['staff', 'other_staff']],
  ['identity', 'not_proven', 'decided', ['system']],
  ['identity', 'extend', 'identity', ['staff']],
  ['identity', 'withdraw', 'withdrawn', ['requester']],
  ['identity', 'lapse', 'closed', ['system']],
  ['deciding', 'join', 'joined', ['system']],
  ['deciding', 'extend', 'deciding', ['staff']],
  ['deciding', 'decide', 'decided', ['system', 'staff', 'other_staff']],
  ['deciding', 'disown', 'withdrawn', ['requester']],
  ['deciding', 'withdraw', 'withdrawn', ['requester']],
  ['deciding', 'lapse', 'closed', ['system']],
  ['decided', 'carry_out', 'carrying_out', ['system']],
  ['decided', 'close', 'closed', ['system']],
  ['decided', 'disown', 'withdrawn', ['requester']],
  ['decided', 'withdraw', 'withdrawn', ['requester']],
  ['decided', 'lapse', 'closed', ['system']],
  ['carrying_out', 'do_own_part', 'carrying_out', ['system']],
  ['carrying_out', 'deliver', 'delivered', ['system']],
  ['carrying_out', 'disown', 'withdrawn', ['requester']],
  ['carrying_out', 'withdraw', 'withdrawn', ['requester']],
  ['carrying_out', 'lapse', 'closed', ['system']],
  ['delivered', 'close', 'closed', ['system']],
  ['delivered', 'appeal', 'appealed', ['requester', 'staff', 'other_staff']],
  ['delivered', 'disown', 'closed', ['requester']],
  ['delivered', 'lapse', 'closed', ['system']],
  ['closed', 'appeal', 'appealed', ['requester', 'staff', 'other_staff']],
  ['appealed', 'acknowledge', 'appeal_deciding', ['system']],
  ['appealed', 'disown', 'closed', ['requester']],
  ['appealed', 'withdraw', 'closed', ['requester']],
  ['appealed', 'lapse', 'closed', ['system']],
  ['appeal_deciding', 'invite_outside', 'appeal_deciding', ['staff']],
  ['appeal_deciding', 'enrol_outside', 'appeal_deciding', ['outsider']],
  ['appeal_deciding', 'end_outside', 'appeal_deciding', ['system', 'staff']],
  ['appeal_deciding', 'decide_appeal', 'decided', ['other_staff', 'outsider']],
  ['appeal_deciding', 'disown', 'closed', ['requester']],
  ['appeal_deciding', 'withdraw', 'closed', ['requester']],
  ['appeal_deciding', 'lapse', 'closed', ['system']],
];

test('every state × event × cause leads where the table says, and nowhere else', () => {
  let seen = 0;
  for (const state of REQUEST_STATES)
    for (const event of REQUEST_EVENTS)
      for (const by of CAUSES) {
        const row = ALLOWED.find(([from, what]) => from === state && what === event);
        const expected = row?.[3].includes(by) ? row[2] : null;
        expect(nextState(state, event, by), `${state} × ${event} by ${by}`).toBe(expected);
        seen += expected === null ? 0 : 1;
      }
  expect(seen).toBe(ALLOWED.flatMap(([, , , causes]) => causes).length);
});

const leads = (by: readonly Cause[]) => (from: RequestState) =>
  REQUEST_EVENTS.flatMap((event) => by.flatMap((cause) => nextState(from, event, cause) ?? []));

function reached(from: RequestState, by: readonly Cause[]): Set<RequestState> {
  const seen = new Set<RequestState>([from]);
  for (const state of seen) for (const next of leads(by)(state)) seen.add(next);
  return seen;
}

test('every state can be reached, and from each there is a way to an end', () => {
  expect([...reached('received', CAUSES)].sort()).toEqual([...REQUEST_STATES].sort());
  for (const state of REQUEST_STATES)
    expect(
      [...reached(state, CAUSES)].some((each) => ENDS.includes(each)),
      state,
    ).toBe(true);
});

test('what only the first decider does never decides an appeal, and no requester decides anything', () => {
  expect(reached('appealed', ['system', 'staff']).has('decided')).toBe(false);
  expect(reached('appeal_deciding', ['system', 'staff']).has('decided')).toBe(false);
  expect(reached('deciding', ['requester']).has('decided')).toBe(false);
  expect(reached('identity', ['staff']).has('carrying_out')).toBe(false);
});

test('an end is over for everybody but who appeals', () => {
  for (const state of ENDS)
    for (const event of REQUEST_EVENTS.filter((each) => each !== 'appeal'))
      for (const by of CAUSES) expect(nextState(state, event, by)).toBeNull();
  expect(REQUEST_STATES.filter((state) => !isOpen(state)).sort()).toEqual(
    ['closed', 'delivered', 'joined', 'withdrawn'].sort(),
  );
});
