/** Kinds of values that keys of the configuration and variables of the environment may have. */
import { isIP } from 'node:net';
import { z } from 'zod';

/** Largest price, in USD for a million tokens; keeps micro-dollar arithmetic exact. */
const PRICE_USD_MAX = 2000;
const PLAN_USD_MAX = 100_000;

export const port = z.int().min(1).max(65_535);
export const text = z.string().min(1).max(4096);
/** Models, engines and regions: what may stand in the link's vocabulary. */
export const name = z
  .string()
  .regex(/^[\w.:/@+-]{1,128}$/, 'may hold letters, digits and . : / @ + - _, 128 at most');
export const network = z.string().refine(isNetwork, 'must be a network such as 10.0.0.0/8 or fd00::/8');
export const httpUrl = z
  .string()
  .refine(isHttpUrl, 'must be an http:// or https:// address without user, query or fragment');
export const domain = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain such as example.org, in lower case');
export const selector = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'must be a name such as kept2026, in lower case');
export const mailbox = z
  .string()
  .max(320)
  .regex(/^(?:[^<>@\r\n",;]+ )?<?[^\s<>@",;]+@[^\s<>@",;]+>?$/, 'must be like Kept <no-reply@example.org>');
export const reachable = z.union([z.email(), httpUrl], 'must be an e-mail address or an address of a page');
/** Whole cents. */
export const usdAmount = z
  .number()
  .min(1)
  .max(PLAN_USD_MAX)
  .refine((usd) => Number.isInteger(Math.round(usd * 1e6) / 1e4), 'must be an amount in whole cents');
export const seconds = z.number().min(0.1).max(86_400);
export const usdPerMillion = z.number().min(0).max(PRICE_USD_MAX);
export const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable');
export const hostAndPort = z
  .string()
  .max(300)
  .refine(
    (host) => isHttpUrl(`https://${host}`) && !host.includes('/'),
    'must be a host such as agent.example.org',
  );

/** As the directory of the Data Rights Protocol names agents and businesses (3.05). */
export const directoryId = z.string().regex(/^[A-Z_]{1,100}$/, 'may hold capital letters and _, 100 at most');

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return (url.protocol === 'http:' || url.protocol === 'https:') && plain;
}

function isNetwork(value: string): boolean {
  const [address = '', bits = '', ...rest] = value.split('/');
  const version = isIP(address);
  return (
    rest.length === 0 && version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
  );
}
