/**
 * Payments: credit that people buy by Stripe. Stripe's pages take the card; what Stripe tells afterwards by webhook is
 * booked in the ledger (see billing), which is the truth of every balance, as Stripe's books are of every payment. Of a
 * card nothing but the month in which it ends comes here, names and addresses never. Without Stripe's keys there is none of this.
 */
export { beginPayment, OFFERED_USD } from './begin.ts';
export { savedCard } from './cards/schema.ts';
export { findPayment, listPayments, receiptUrl, showPayment } from './for-console.ts';
export { partWithStripe, stripeFor, stripeProcessor } from './forget.ts';
export { openPayments, type Payments } from './open.ts';
export type { PaymentParts } from './parts.ts';
export { endPlan, type ShownPlan, shownPlan } from './plans/change.ts';
export { planSubscription } from './plans/schema.ts';
export type { Plan } from './plans/settings.ts';
export { subscribe } from './plans/subscribe.ts';
export { customerAtStripe, openPortal } from './portal.ts';
export {
  chooseRecharge,
  dropRecharge,
  type ShownRecharge,
  shownRecharge,
} from './recharge/choose.ts';
export type { Reconciliation } from './reconcile.ts';
export { leftOver, makeRefund, planRefund, refundables, refundLeft } from './refund.ts';
export { paymentRoutes } from './routes.ts';
export type { StripeSettings } from './settings.ts';
export { UNPAID_STEPS } from './unpaid/schema.ts';
export { forgiveInvoices, openInvoices, type ShownUnpaid, unpaidRpmOf } from './unpaid/settle.ts';
