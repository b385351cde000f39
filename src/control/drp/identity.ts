/**
 * Whom a request is about, as the agent claims it (3.04). `…_verified` is the agent's word: it is kept for whoever looks,
 * and proves nothing to us. What is needed to find somebody is the address; the place is what the request says.
 */
import { type NamedPlace, type Place, UNSAID } from '../law/index.ts';
import type { ExerciseMessage } from './messages.ts';

const UNITED_STATES = /^(?:us|usa|u\.s\.a?\.?|united states(?: of america)?)$/i;
const REGIME_PLACES = { ccpa: 'US-CA' } as const;

type Address = Exclude<ExerciseMessage['address'], string | null | undefined>;

export function placeOf(
  { address, regime }: Pick<ExerciseMessage, 'address' | 'regime'>,
  places: readonly NamedPlace[],
): Place {
  const said = typeof address === 'object' && address !== null ? placeOfAddress(address, places) : null;
  if (said !== null) return said;
  return regime === 'ccpa' ? REGIME_PLACES.ccpa : UNSAID;
}

function placeOfAddress({ country, region }: Address, places: readonly NamedPlace[]): Place | null {
  const isAbroad = country != null && country !== '' && !UNITED_STATES.test(country);
  const said = (isAbroad ? country : (region ?? '')).toLowerCase();
  const found = places.find(({ place, name }) => {
    const code = place.toLowerCase();
    const isState = code.startsWith('us-');
    return isState !== isAbroad && (said === name.toLowerCase() || said === code.replace(/^us-/, ''));
  });
  return found?.place ?? null;
}

/** One line for each claim besides the address for mail; null: none. */
export function claimsOf(message: ExerciseMessage): string | null {
  const lines = [
    claim('Name', message.name),
    claim('Telephone', message.phone_number, message.phone_number_verified),
    claim('Address', addressInWords(message.address), message.address_verified),
    claim('Power of attorney', message.power_of_attorney),
    claim('What they are to us', message.relationships?.join(', ')),
    message.email_verified == null || !message.email
      ? null
      : `E-mail address${checked(message.email_verified)}`,
  ].filter((line) => line !== null);
  return lines.length === 0 ? null : lines.join('\n');
}

function claim(label: string, said: string | null | undefined, verified?: boolean | null): string | null {
  return said == null || said === '' ? null : `${label}: ${said}${verified == null ? '' : checked(verified)}`;
}

const checked = (verified: boolean): string =>
  verified ? ' (the agent says that it checked it)' : ' (the agent says that it did not check it)';

function addressInWords(address: ExerciseMessage['address']): string | null {
  if (typeof address !== 'object' || address === null) return address ?? null;
  const { formatted, street_address, locality, region, postal_code, country } = address;
  const parts = [street_address, locality, region, postal_code, country].filter((part) => part);
  return formatted || parts.join(', ') || null;
}
