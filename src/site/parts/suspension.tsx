/** What an account's people are told of its suspension, and of what follows from an unpaid invoice (AUTO-2). */
import { dayOf } from './format.ts';

export const GROUNDS = {
  abuse: 'Reported abuse',
  security: 'Danger to the account or to others',
  payment: 'A payment is missing',
  legal_order: 'An order of a court or an authority',
  own_wish: 'An owner’s own wish',
} as const;

interface SuspensionProps {
  readonly ground: keyof typeof GROUNDS;
  readonly reason: string | null;
  readonly since: string;
}

export function SuspensionNote({ ground, reason, since }: SuspensionProps) {
  return (
    <div className="note bad" role="status">
      <p>
        <strong>This account is suspended since {dayOf(since)}.</strong> Its keys do not work.{' '}
        {GROUNDS[ground]}
        {reason === null ? '.' : `: ${reason}`}
      </p>
      <p>A person decided this. If you think it is wrong, write to us: the privacy page says how.</p>
    </div>
  );
}

interface UnpaidProps {
  /** Like `acct_…`. */
  readonly account: string;
  /** 0: its keys do not work. */
  readonly requestsPerMinute: number;
  readonly mayPay: boolean;
}

export function UnpaidNote({ account, requestsPerMinute, mayPay }: UnpaidProps) {
  const place = `/console/${account}/credit`;
  return (
    <div className="note bad" role="status">
      <p>
        <strong>An invoice of this account’s plan is not paid.</strong>{' '}
        {requestsPerMinute === 0
          ? 'Its keys do not work until it is.'
          : `At most ${requestsPerMinute} requests a minute are answered until it is.`}{' '}
        {mayPay ? (
          <>
            <a href={`${place}/portal`}>Pay it, or bring another card</a>; all of it ends by itself then. You
            can also <a href={`${place}/plan`}>end the plan</a>.
          </>
        ) : (
          'Whoever sees to its money can pay it.'
        )}
      </p>
      <p>
        This follows from a rule that is the same for everybody, and a person can end it. If you think it is
        wrong, write to us: the privacy page says how.
      </p>
    </div>
  );
}
