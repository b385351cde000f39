/** What the stand-in of Stripe knows. */
import { randomBytes } from 'node:crypto';

export interface StandinEvent {
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

export interface Session {
  readonly id: string;
  readonly fields: URLSearchParams;
  readonly cents: number;
  readonly taxCents: number;
  status: 'open' | 'complete' | 'expired';
  intent: string | null;
  subscription: string | null;
}

export interface Intent {
  readonly id: string;
  readonly customer: string;
  created: number;
  readonly gross: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Left out: it succeeded. */
  status?: 'succeeded' | 'requires_payment_method' | 'canceled';
  readonly error?: string;
}

export interface Method {
  readonly id: string;
  readonly customer: string;
  readonly created: number;
  readonly card: CardEnd;
}

/** As Stripe has it: the month counts from 1. */
export interface CardEnd {
  readonly exp_month: number;
  readonly exp_year: number;
}
export const LATER: CardEnd = { exp_month: 12, exp_year: 2099 };

/** What becomes of a charge that nobody stands by. */
export type OffSession = 'succeeds' | 'refused' | 'wants confirmation' | 'hangs';

export interface Subscription {
  readonly id: string;
  readonly customer: string;
  readonly plan: string;
  readonly cents: number;
  readonly taxCents: number;
  status: 'active' | 'past_due' | 'canceled';
  cancelAtEnd: boolean;
  isPaused: boolean;
  periodEnd: number;
}

export interface Invoice {
  readonly id: string;
  readonly of: Subscription;
  created: number;
  status: 'open' | 'paid' | 'void';
  intent: string | null;
}

export interface Refund {
  readonly id: string;
  readonly intent: string;
  readonly cents: number;
  created: number;
  status: 'pending' | 'succeeded' | 'failed';
}

export const id = (prefix: string) => `${prefix}_${randomBytes(12).toString('hex')}`;
export const seconds = () => Math.floor(Date.now() / 1000);
