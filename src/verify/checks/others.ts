/** Others who get data, and what travels to them. */
import { isIPv6, SocketAddress } from 'node:net';
import { isHere } from '../../control/on-this-machine.ts';
import type { End } from '../../control/processors/index.ts';
import { broken, type Check, countOf, kept, noneOf, off } from '../check.ts';
import { socketsOf } from '../sockets.ts';

export const recipients: Check = {
  id: 'recipients',
  clauses: ['DISCLOSE-2'],
  pace: 'minutes',
  probe:
    'Asks the kernel which connections control holds, and compares them with those that the guard of declared places let through; looks for processors that are not named.',
  async look({ recipients: register, egress }) {
    const unnamed = register.filter(
      ({ role, own, name, region, keeps, contract, kind }) =>
        kind !== 'engine' && role === 'processor' && !own && [name, region, keeps, contract].includes(null),
    );
    const through = new Set(egress.ends().map(nameOf));
    const past = (await establishedEnds()).filter((end) => !through.has(nameOf(end)));
    const wrong = [
      ...past.map(
        ({ port }) => `control holds a connection to port ${port} that nothing declared let through`,
      ),
      ...(egress.refused > 0
        ? [
            `control wanted to connect to ${countOf(egress.refused, 'place')} that nobody declared, and was refused`,
          ]
        : []),
    ];
    if (wrong.length > 0) return noneOf(wrong, '');
    if (unnamed.length > 0)
      return off(
        `The operator has not said who ${unnamed.map(({ id }) => id).join(', ')} is, where, how long it keeps what it gets, or by which contract: "processors" in the configuration.`,
      );
    return kept(
      `${countOf(register.length, 'recipient')} are declared, each with the fields that it gets; control holds a connection to nobody else, and none was refused.`,
    );
  },
};

/** The other ends of TCP connections that this process began: those whose own port nobody listens on. */
async function establishedEnds(): Promise<End[]> {
  const sockets = await socketsOf('self');
  const listening = new Set(
    sockets.filter(({ state }) => state === 'listening').map(({ here }) => here.port),
  );
  return sockets
    .filter(({ state, here }) => state === 'established' && !listening.has(here.port))
    .map(({ there }) => there);
}

/** One name for an address, however it is written; IPv4 in IPv6 is the IPv4 address that it names (RFC 4291, 2.5.5.2). */
function nameOf({ address, port }: End): string {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const plain = new SocketAddress({ address, family }).address.replace(/^::ffff:(?=\d+\.)/, '');
  return `${plain} ${port}`;
}

export const payments: Check = {
  id: 'payments',
  clauses: ['PROVIDE-2'],
  pace: 'hour',
  probe:
    'Looks for a field of a card in every public page, and for a column that could hold a card’s number.',
  async look(eyes) {
    const { stripe, billing } = eyes.settings;
    const columns = await eyes.rows<{ column: string }>(
      `select table_name || '.' || column_name as column from information_schema.columns where table_schema = 'public' and column_name ~* 'card_?number|^pan$|cvc|cvv|iban'`,
    );
    const wrong = columns.map(({ column }) => `${column} could hold a card`);
    for (const path of await eyes.publicPages()) {
      const { text } = await eyes.page(path);
      if (/autocomplete="cc-|name="(?:card|cvc|iban)/i.test(text)) wrong.push(`${path} asks for a card`);
    }
    if (wrong.length > 0) return noneOf(wrong, '');
    if (billing === 'off')
      return kept('Nothing is ordered here. No page asks for a card, and no column could hold one.');
    return stripe === null
      ? off(
          'Nothing can be ordered here before Stripe’s keys are set: STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET. No page asks for a card, and no column could hold one.',
        )
      : kept(
          'Orders are paid on pages of Stripe. No page of ours asks for a card, and no column could hold one.',
        );
  },
};

export const encrypted: Check = {
  id: 'encrypted',
  clauses: ['SECURE-5'],
  pace: 'hour',
  probe: 'Looks at how site, API and everything outside of this machine are reached.',
  async look({ settings }) {
    const { siteUrl, apiUrl, stripe } = settings;
    if (stripe !== null && !stripe.apiUrl.startsWith('https:') && !isHere(stripe.apiUrl))
      return broken('Stripe is reached without encryption.');
    const open = [siteUrl, apiUrl].filter((url) => !url.startsWith('https:'));
    const exposed = open.filter((url) => !isHere(url));
    if (exposed.length > 0) return broken(`${exposed.join(' and ')} can be read on the way.`);
    return open.length > 0
      ? off(
          'The site or the API is reached on this machine only, without encryption: set KEPT_SITE_URL and KEPT_API_URL to https addresses before others use them.',
        )
      : kept('Site, API and Stripe are reached over TLS only.');
  },
};

export const passwords: Check = {
  id: 'passwords',
  clauses: ['SECURE-6'],
  pace: 'hour',
  probe:
    'Sends a password that everybody knows to the form for signing up, and looks at how passwords are stored.',
  async look(eyes) {
    const answer = await eyes.signUp({ password: 'password123' });
    const types = await eyes.rows<{ type: string }>(
      `select data_type as type from information_schema.columns where table_schema = 'public' and table_name = 'sign_in_method' and column_name like '%password%'`,
    );
    if (types.some(({ type }) => type !== 'bytea')) return broken('Passwords are not stored sealed.');
    const stored = 'Passwords are stored as hashes, and those sealed.';
    if (answer.status === 403 && eyes.settings.signUp.mode !== 'open')
      return kept(`Strangers cannot sign up here, whatever their password. ${stored}`);
    if (answer.status !== 400 || !answer.text.includes('weak_password'))
      return broken(`A password that everybody knows was answered ${answer.status}.`);
    return kept(`A password that everybody knows was refused. ${stored}`);
  },
};
