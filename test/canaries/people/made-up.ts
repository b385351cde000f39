/** Made-up people who come in by every way that takes a value from an operator, and what of them is searched for. */
import { randomBytes } from 'node:crypto';
import { newCanary } from '../../support/canary.ts';
import { callAdmin } from '../../support/control.ts';

const AT_ONCE = 6;
/** Every so many have a legal hold, which ends again. */
const HELD_EACH = 10;

export interface MadeUp {
  readonly email: string;
  /** What was written about them, by what it is; each one nobody has ever written. */
  readonly values: Readonly<Record<string, string>>;
  readonly network: string;
  account: string;
}

function madeUp(isHeld: boolean): MadeUp {
  const values = {
    email: newCanary().toLowerCase(),
    name: newCanary(),
    key: newCanary(),
    credit: newCanary(),
  };
  const groups = randomBytes(12).toString('hex').match(/.{4}/g) ?? [];
  return {
    email: `${values.email}@people.example`,
    values: isHeld ? { ...values, hold: newCanary() } : values,
    network: ['2001', 'db8', ...groups.map((group) => group.replace(/^0+/, 'f'))].join(':'),
    account: '',
  };
}

/** Makes them in the running instance. */
export async function enter(adminSocket: string, count: number): Promise<MadeUp[]> {
  const people = Array.from({ length: count }, (_, place) => madeUp(place % HELD_EACH === 0));
  const queue = [...people];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await enterOne(adminSocket, next);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return people;
}

async function enterOne(adminSocket: string, person: MadeUp): Promise<void> {
  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const { status, body: answer } = await callAdmin(adminSocket, 'POST', path, body);
    if (status >= 300)
      throw new Error(`${path.replace(/@.*/, '@…')} answers ${status}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const { email, values, network } = person;
  const made = await post('/accounts', { email, name: `${values.name} of the Sample` });
  person.account = String(made.id);
  const of = `/accounts/${encodeURIComponent(email)}`;
  await post(`${of}/keys`, { name: values.key, networks: [network] });
  await post(`${of}/credit`, { amount: '1.00', reason: `because ${values.credit}` });
  if (values.hold === undefined) return;
  const hold = await post(`${of}/holds`, { reason: `court says ${values.hold}` });
  await post(`/holds/${hold.id}/reason`, { reason: `asked by ${values.hold}` });
  await post(`/holds/${hold.id}/end`, {});
}

/** What is searched for of them. */
export const wordsOf = (people: readonly MadeUp[]): string[] =>
  people.flatMap(({ values }) => Object.values(values));
