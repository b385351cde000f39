/**
 * The life of a request as data: what may happen in which state, where it leads, and who may cause it. Everything that
 * changes a request asks this table first; what it does not name is refused. Pure.
 */

/**
 * `identity`: waits for proof of who asks. `joined`: another request of the same person asks the same already.
 * `appealed`, `appeal_deciding`: as `received` and `deciding`, of the appeal.
 */
export const REQUEST_STATES = [
  'received',
  'acknowledged',
  'identity',
  'deciding',
  'decided',
  'carrying_out',
  'delivered',
  'closed',
  'withdrawn',
  'joined',
  'appealed',
  'appeal_deciding',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** Nothing more happens by itself; what is kept is kept for the law, and then gone. */
export const ENDS: readonly RequestState[] = ['closed', 'withdrawn', 'joined'];

/**
 * Who causes what happens. `requester`: whoever asks, or holds the address that they named. `staff`: a decider who may be
 * the first. `other_staff`: a decider who did not decide first. `outsider`: somebody from outside, invited for one appeal.
 */
export const CAUSES = ['system', 'requester', 'staff', 'other_staff', 'outsider'] as const;
export type Cause = (typeof CAUSES)[number];

interface Step {
  readonly by: readonly Cause[];
  /** Where it leads from each state in which it may happen. */
  readonly leads: Readonly<Partial<Record<RequestState, RequestState>>>;
}

const OPEN = ['received', 'acknowledged', 'identity', 'deciding', 'decided', 'carrying_out'] as const;

const fromEach = (from: readonly RequestState[], to: RequestState): Step['leads'] =>
  Object.fromEntries(from.map((state) => [state, to]));

const STEPS = {
  acknowledge: { by: ['system'], leads: { received: 'acknowledged', appealed: 'appeal_deciding' } },
  /** The same was asked before and is not over. */
  join: { by: ['system'], leads: { received: 'joined', deciding: 'joined' } },
  ask_proof: { by: ['system'], leads: { acknowledged: 'identity' } },
  /** No proof is needed, or it is there already. */
  take_up: { by: ['system'], leads: { acknowledged: 'deciding' } },
  /** Something was shown without the mailbox; see `proportion.ts`. */
  show: { by: ['requester'], leads: { identity: 'identity' } },
  /** By the system: enough was shown without the mailbox, and nobody objected in time. */
  prove: { by: ['system', 'requester', 'staff', 'other_staff'], leads: { identity: 'deciding' } },
  /**
   * Whoever holds the address says that it was not them. Before it was proven, it runs out as if nobody had answered; later
   * than that, it stops.
   */
  disown: {
    by: ['requester'],
    leads: {
      identity: 'identity',
      ...fromEach(['deciding', 'decided', 'carrying_out'], 'withdrawn'),
      ...fromEach(['delivered', 'appealed', 'appeal_deciding'], 'closed'),
    },
  },
  /** What an agent showed was no proof that they were let. */
  refuse_agent: { by: ['staff', 'other_staff'], leads: { identity: 'decided' } },
  /** The time for it is over. */
  not_proven: { by: ['system'], leads: { identity: 'decided' } },
  extend: { by: ['staff'], leads: { identity: 'identity', deciding: 'deciding' } },
  decide: { by: ['system', 'staff', 'other_staff'], leads: { deciding: 'decided' } },
  carry_out: { by: ['system'], leads: { decided: 'carrying_out' } },
  /** What is held here is done; in systems outside it is not yet. */
  do_own_part: { by: ['system'], leads: { carrying_out: 'carrying_out' } },
  deliver: { by: ['system'], leads: { carrying_out: 'delivered' } },
  /** After a delivery, or where there is nothing to carry out. */
  close: { by: ['system'], leads: { decided: 'closed', delivered: 'closed' } },
  withdraw: {
    by: ['requester'],
    leads: { ...fromEach(OPEN, 'withdrawn'), appealed: 'closed', appeal_deciding: 'closed' },
  },
  appeal: { by: ['requester', 'staff', 'other_staff'], leads: { delivered: 'appealed', closed: 'appealed' } },
  /** Somebody from outside is asked, since nobody else may decide. */
  invite_outside: { by: ['staff'], leads: { appeal_deciding: 'appeal_deciding' } },
  enrol_outside: { by: ['outsider'], leads: { appeal_deciding: 'appeal_deciding' } },
  /** Taken back, or its time is over. */
  end_outside: { by: ['system', 'staff'], leads: { appeal_deciding: 'appeal_deciding' } },
  decide_appeal: { by: ['other_staff', 'outsider'], leads: { appeal_deciding: 'decided' } },
  /** Whoever asked was erased: nothing is left to answer, and nobody to answer to. */
  lapse: {
    by: ['system'],
    leads: fromEach([...OPEN, 'delivered', 'appealed', 'appeal_deciding'], 'closed'),
  },
} as const satisfies Record<string, Step>;

export type RequestEvent = keyof typeof STEPS;
export const REQUEST_EVENTS = Object.keys(STEPS) as [RequestEvent, ...RequestEvent[]];

/** The state that `event` leads to, caused by `by`; null where it may not happen. */
export function nextState(state: RequestState, event: RequestEvent, by: Cause): RequestState | null {
  const { by: causes, leads }: Step = STEPS[event];
  return causes.includes(by) ? (leads[state] ?? null) : null;
}

/** Whether somebody still waits for an answer. */
export const isOpen = (state: RequestState): boolean => !ENDS.includes(state) && state !== 'delivered';
