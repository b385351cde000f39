/**
 * `provider`: the data terms that a request asks for, in OpenRouter's words. They can tighten what the account
 * allows, never loosen it (INFER-2). An unknown key is refused: a typo must not loosen in silence.
 */
import { invalid, isObject, type Schema } from './parameter.ts';

export interface ProviderWish {
  /** `deny`: only engines that neither keep content nor train on it. */
  readonly dataCollection: 'allow' | 'deny';
  /** Zero data retention: only engines that keep nothing. */
  readonly zdr: boolean;
  /** Only engines in one of these regions; null is any. */
  readonly region: readonly string[] | null;
}

const REGIONS_MAX = 16;
const REGION = /^[\w.:/@+-]{1,128}$/;
const NO_WISH: ProviderWish = { dataCollection: 'allow', zdr: false, region: null };
export const PROVIDER_SAYS =
  '`{"data_collection":"deny"|"allow","zdr":true|false,"region":"…"|["…"]}`; no other key';

export const providerSchema: Schema = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    data_collection: { enum: ['allow', 'deny'] },
    zdr: { type: 'boolean' },
    region: {
      anyOf: [
        { type: 'string', pattern: REGION.source },
        {
          type: 'array',
          minItems: 1,
          maxItems: REGIONS_MAX,
          items: { type: 'string', pattern: REGION.source },
        },
      ],
    },
  },
};

/** Throws `ApiError` for anything but the three known keys. */
export function readProvider(value: unknown): ProviderWish {
  if (value == null) return NO_WISH;
  if (!isObject(value)) throw invalid('provider');
  let { dataCollection, zdr, region } = NO_WISH;
  for (const [key, wish] of Object.entries(value)) {
    if (key === 'data_collection') dataCollection = readCollection(wish);
    else if (key === 'zdr') zdr = readFlag(wish);
    else if (key === 'region') region = readRegions(wish);
    else throw invalid('provider');
  }
  return { dataCollection, zdr, region };
}

function readCollection(wish: unknown): 'allow' | 'deny' {
  if (wish !== 'allow' && wish !== 'deny') throw invalid('provider.data_collection');
  return wish;
}

function readFlag(wish: unknown): boolean {
  if (typeof wish !== 'boolean') throw invalid('provider.zdr');
  return wish;
}

function readRegions(wish: unknown): readonly string[] {
  const regions: readonly unknown[] = Array.isArray(wish) ? wish : [wish];
  if (regions.length === 0 || regions.length > REGIONS_MAX || !regions.every(isRegion))
    throw invalid('provider.region');
  return regions;
}

const isRegion = (v: unknown): v is string => typeof v === 'string' && REGION.test(v);
