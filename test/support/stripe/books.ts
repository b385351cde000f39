/** What the stand-in of Stripe has in its books, and what happens to it whoever asks: payments, periods, refunds, disputes. */
import type { Plan } from '../../../src/control/payments/plans/settings.ts';
import {
  type Intent,
  type Invoice,
  id,
  LATER,
  type Method,
  type OffSession,
  type Refund,
  type Session,
  type StandinEvent,
  type Subscription,
  seconds,
} from './objects.ts';
import { methodShown, Shown } from './shown.ts';

export class StripeBooks {
  readonly customers = new Map<string, { deleted: boolean }>();
  readonly sessions = new Map<string, Session>();
  readonly intents = new Map<string, Intent>();
  readonly refunds = new Map<string, Refund>();
  /** Cards that it keeps. */
  readonly methods = new Map<string, Method>();
  /** What a customer chose of them, and what a subscription is paid by. */
  readonly chosen = new Map<string, Method>();
  offSession: OffSession = 'succeeds';
  readonly subscriptions = new Map<string, Subscription>();
  readonly invoices = new Map<string, Invoice>();
  readonly disputes = new Map<string, { readonly id: string; created: number; status: string }>();
  /** What is configured. */
  plans: readonly Plan[] = [];
  /** What it has to tell, in order; a test sends each as it likes. */
  readonly events: StandinEvent[] = [];
  /** Of 100; on top of the amount. */
  taxPercent = 0;
  /** Called with each event as it happens; left out: nobody is told by itself. */
  onEvent: ((event: StandinEvent) => void) | null = null;
  url = '';
  readonly shown = new Shown(this);

  /** The session of a payment of ours, by the number that we gave it. */
  sessionOf(reference: string): Session {
    for (const each of this.sessions.values())
      if (each.fields.get('client_reference_id') === reference) return each;
    throw new Error('no such session');
  }

  /** Whoever stands before the page pays, as far as it is open. */
  pay(session: Session): StandinEvent {
    if (session.status !== 'open') throw new Error('the page is over');
    session.status = 'complete';
    if (session.fields.get('mode') === 'subscription') return this.#subscribe(session);
    session.intent = id('pi');
    const metadata = { payment: session.fields.get('payment_intent_data[metadata][payment]') ?? '' };
    this.intents.set(session.intent, {
      id: session.intent,
      customer: session.fields.get('customer') ?? '',
      created: seconds(),
      gross: session.cents + session.taxCents,
      metadata,
    });
    if (session.fields.get('payment_intent_data[setup_future_usage]') === 'off_session')
      this.keepCard(session.fields.get('customer') ?? '');
    return this.event('checkout.session.completed', this.shown.session(session));
  }

  #subscribe(session: Session): StandinEvent {
    const made: Subscription = {
      id: id('sub'),
      customer: session.fields.get('customer') ?? '',
      plan: session.fields.get('subscription_data[metadata][plan]') ?? '',
      cents: session.cents,
      taxCents: session.taxCents,
      status: 'active',
      cancelAtEnd: false,
      isPaused: false,
      periodEnd: seconds(),
    };
    this.subscriptions.set(made.id, made);
    session.subscription = made.id;
    this.keepCard(made.customer);
    this.renew(made);
    return this.event('checkout.session.completed', this.shown.session(session));
  }

  subscriptionOf(reference: string): Subscription {
    for (const each of this.subscriptions.values()) if (each.plan === reference) return each;
    throw new Error('no such subscription');
  }

  /** A period is over: what follows is an invoice and its payment, or the end. Answers what it tells. */
  renew(of: Subscription, isPaid = true): StandinEvent[] {
    const before = this.events.length;
    if (of.cancelAtEnd) {
      of.status = 'canceled';
      this.event('customer.subscription.deleted', this.shown.subscription(of));
      return this.events.slice(before);
    }
    of.periodEnd += 30 * 86_400;
    const invoice: Invoice = { id: id('in'), of, created: seconds(), status: 'open', intent: null };
    this.invoices.set(invoice.id, invoice);
    if (of.isPaused) invoice.status = 'void';
    else if (isPaid) this.payInvoice(invoice);
    else {
      of.status = 'past_due';
      this.event('invoice.payment_failed', this.shown.invoice(invoice));
    }
    this.event('customer.subscription.updated', this.shown.subscription(of));
    return this.events.slice(before);
  }

  payInvoice(invoice: Invoice): StandinEvent[] {
    const before = this.events.length;
    invoice.status = 'paid';
    invoice.intent = id('pi');
    invoice.of.status = 'active';
    this.intents.set(invoice.intent, {
      id: invoice.intent,
      customer: invoice.of.customer,
      created: seconds(),
      gross: invoice.of.cents + invoice.of.taxCents,
      metadata: {},
    });
    this.event('invoice_payment.paid', {
      id: id('inpay'),
      object: 'invoice_payment',
      invoice: invoice.id,
      payment: { type: 'payment_intent', payment_intent: invoice.intent },
    });
    this.event('invoice.paid', this.shown.invoice(invoice));
    return this.events.slice(before);
  }

  /** Somebody lets it keep a card. */
  keepCard(customer: string, card = LATER): StandinEvent {
    const method = { id: id('pm'), customer, created: seconds(), card };
    this.methods.set(method.id, method);
    return this.event('payment_method.attached', methodShown(method));
  }

  expire(session: Session): StandinEvent {
    session.status = 'expired';
    return this.event('checkout.session.expired', this.shown.session(session));
  }

  refund(intent: string, cents: number): StandinEvent {
    const made: Refund = { id: id('re'), intent, cents, created: seconds(), status: 'succeeded' };
    this.refunds.set(made.id, made);
    return this.event('refund.created', this.shown.refund(made));
  }

  failRefund(made: Refund): StandinEvent {
    made.status = 'failed';
    return this.event('refund.failed', this.shown.refund(made));
  }

  dispute(intent: string, cents: number, dispute = id('dp')) {
    const object = {
      id: dispute,
      object: 'dispute',
      payment_intent: intent,
      amount: cents,
      created: seconds(),
      status: 'needs_response',
    };
    this.disputes.set(dispute, object);
    return {
      withdrawn: this.event('charge.dispute.funds_withdrawn', object),
      reinstate: () => this.event('charge.dispute.funds_reinstated', object),
    };
  }

  /** Anything at all, as Stripe would tell it. */
  event(type: string, object: object): StandinEvent {
    const event = id('evt');
    const body = JSON.stringify({
      id: event,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: seconds(),
      livemode: false,
      type,
      data: { object },
    });
    const told = { id: event, type, body };
    this.events.push(told);
    this.onEvent?.(told);
    return told;
  }
}
