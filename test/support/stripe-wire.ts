/**
 * What may be sent to Stripe, call by call and parameter by parameter, each with what its values look like and which fields
 * of the declaration it comes from (`processors/kinds.ts`). The stand-in looks at every request by this list; what is not
 * on it fails the test that sent it (`stripe-wire-setup.ts`).
 */

interface Declared {
  readonly is: RegExp;
  /** Fields of ours, as the declaration names them. None: a word that is always the same, or an id of Stripe's own. */
  readonly from: readonly string[];
}

type Call = Readonly<Record<string, Declared>>;

const word = (...words: readonly string[]): Declared => ({ is: whole(words.join('|')), from: [] });
const theirs = (prefix: string): Declared => ({ is: whole(`${prefix}_\\w{1,255}`), from: [] });
const ours = (is: string, ...from: readonly string[]): Declared => ({ is: whole(is), from });
const whole = (is: string): RegExp => new RegExp(`^(${is})$`);

const NUMBER = '\\d{1,15}';
const OUR_ID = '[0-9a-f]{32}';
const USD = '\\d{1,6}(\\.\\d{2})? USD';
/** Where people come back to: pages of the account's credit, and of one payment of it. */
const PLACE = `http://(localhost|127\\.0\\.0\\.1):\\d+/console/acct_${OUR_ID}/credit(/plan(\\?begun)?|/payments/${OUR_ID})?`;
const ACCOUNT = 'account.id';
const PAYMENT = 'payment.id';
const PLAN = 'plan_subscription.id';

const place = ours(PLACE, ACCOUNT, PAYMENT);
const count = ours(NUMBER);
const list: Call = {
  limit: count,
  'created[gte]': count,
  'created[lte]': count,
  starting_after: { is: /^\w{1,255}$/, from: [] },
};
const session: Call = {
  mode: word('payment', 'subscription'),
  customer: theirs('cus'),
  client_reference_id: ours(OUR_ID, PAYMENT, PLAN),
  success_url: place,
  cancel_url: place,
  expires_at: count,
  'line_items[0][quantity]': word('1'),
  'line_items[0][price_data][currency]': word('usd'),
  'line_items[0][price_data][unit_amount]': ours(NUMBER, 'payment.amount', 'plan_subscription.price'),
  'line_items[0][price_data][tax_behavior]': word('exclusive'),
  'line_items[0][price_data][recurring][interval]': ours('month|year', 'plan_subscription.every'),
  'line_items[0][price_data][product_data][name]': ours(
    `Credit of ${USD}|[\\w ]{1,64}: credit of ${USD} each (month|year)`,
    'payment.amount',
    'plan_subscription.plan',
    'plan_subscription.credit',
    'plan_subscription.every',
  ),
  'adaptive_pricing[enabled]': word('false'),
  'invoice_creation[enabled]': word('true'),
  'payment_intent_data[metadata][payment]': ours(OUR_ID, PAYMENT),
  'payment_intent_data[setup_future_usage]': ours('off_session', 'payment.keepsCard'),
  'subscription_data[metadata][plan]': ours(OUR_ID, PLAN),
  'automatic_tax[enabled]': word('true', 'false'),
  'tax_id_collection[enabled]': word('true'),
  billing_address_collection: word('required'),
  'customer_update[address]': word('auto'),
  'customer_update[name]': word('auto'),
};

export const CALLS: Readonly<Record<string, Call>> = {
  'DELETE /v1/customers/:id': {},
  'GET /v1/checkout/sessions': { customer: theirs('cus'), status: word('open'), limit: count },
  'GET /v1/customers/:id': { 'expand[0]': word('invoice_settings\\.default_payment_method') },
  'GET /v1/customers/:id/payment_methods': { type: word('card'), limit: count },
  'GET /v1/disputes': list,
  'GET /v1/invoices': {
    ...list,
    status: word('open', 'paid'),
    subscription: theirs('sub'),
    'expand[0]': word('data\\.payments'),
  },
  'GET /v1/payment_intents': { ...list, customer: theirs('cus') },
  'GET /v1/payment_intents/:id': { 'expand[0]': word('latest_charge') },
  'GET /v1/refunds': list,
  'GET /v1/subscriptions/:id': { 'expand[0]': word('default_payment_method') },
  'POST /v1/billing_portal/sessions': { customer: theirs('cus'), return_url: place },
  'POST /v1/checkout/sessions': session,
  'POST /v1/checkout/sessions/:id/expire': {},
  'POST /v1/customers': {},
  'POST /v1/invoices/:id/void': {},
  'POST /v1/payment_intents': {
    amount: ours(NUMBER, 'payment.askedGross'),
    currency: word('usd'),
    customer: theirs('cus'),
    payment_method: theirs('pm'),
    'automatic_payment_methods[enabled]': word('true'),
    'automatic_payment_methods[allow_redirects]': word('never'),
    off_session: word('true'),
    confirm: word('true'),
    'metadata[payment]': ours(OUR_ID, PAYMENT),
    'hooks[inputs][tax][calculation]': theirs('taxcalc'),
  },
  'POST /v1/payment_intents/:id/cancel': {},
  'POST /v1/refunds': {
    payment_intent: theirs('pi'),
    amount: ours(NUMBER, 'payment_return.gross'),
    reason: word('requested_by_customer'),
    'metadata[payment]': ours(OUR_ID, PAYMENT),
  },
  'POST /v1/subscriptions/:id': {
    cancel_at_period_end: ours('true|false', 'plan_subscription.endsThen'),
    'pause_collection[behavior]': ours('void', 'plan_subscription.isPaused'),
    pause_collection: ours('', 'plan_subscription.isPaused'),
  },
  'POST /v1/tax/calculations': {
    currency: word('usd'),
    customer: theirs('cus'),
    'line_items[0][amount]': ours(NUMBER, 'payment.amount'),
    'line_items[0][reference]': word('credit'),
    'line_items[0][tax_behavior]': word('exclusive'),
  },
};

/** Names one wish, so that it is carried out once. */
const KEY = /^[\w -]{1,100}$/;

/** What was sent beyond the list since it was looked at last: calls and names, never values. */
const found: string[] = [];

/** With `:id` for Stripe's ids. */
export const nameOfCall = (call: string): string => call.replace(/\/[a-z]+_\w{20,}/, '/:id');

/** What of a request is not declared; it is remembered for `demandDeclared` as well. */
export function undeclaredIn(
  call: string,
  sent: URLSearchParams,
  key: string | undefined,
): readonly string[] {
  const name = nameOfCall(call);
  const declared = CALLS[name];
  const wrong =
    declared === undefined
      ? [name]
      : [...sent].flatMap(([parameter, value]) =>
          declared[parameter]?.is.test(value) === true ? [] : [`${name} ${parameter}`],
        );
  if (key !== undefined && !KEY.test(key)) wrong.push(`${name} idempotency-key`);
  found.push(...wrong);
  return wrong;
}

/** Throws where something was sent that is not declared, once. */
export function demandDeclared(): void {
  const all = found.splice(0);
  if (all.length > 0) throw new Error(`sent to Stripe, and not declared: ${[...new Set(all)].join(', ')}`);
}
