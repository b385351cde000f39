/**
 * Which models a browser looked at, for recommendations (USE-6): in one cookie of that browser, only with consent, and
 * nowhere else. Nothing of it is stored by us.
 */
import { cookieLine, cookieValue } from '../cookies.ts';

const NAME = 'kept_looked_at';
const SECONDS = 30 * 86_400;
/** The last one is what is recommended by. */
const MODELS_MAX = 3;
const MODEL_NAME = /^[\w.:/@+-]{1,128}$/;

/** The newest first; what is no model's name is left out. */
export function readLookedAt(siteUrl: string, cookies: string): readonly string[] {
  const names = (cookieValue(siteUrl, cookies, NAME) ?? '').split('~').map(decoded);
  return names.filter((name) => MODEL_NAME.test(name)).slice(0, MODELS_MAX);
}

/** The Set-Cookie header after `name` was looked at, too. */
export function lookedAtCookie(siteUrl: string, before: readonly string[], name: string): string {
  const names = [name, ...before.filter((each) => each !== name)].slice(0, MODELS_MAX);
  return cookieLine(siteUrl, NAME, names.map(encodeURIComponent).join('~'), SECONDS);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
