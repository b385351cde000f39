/** What an account's people are told of its suspension (AUTO-2). */
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
