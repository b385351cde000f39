/** What went wrong at a provider, out of the library's errors; their messages quote the provider and go no further. */
import { ProviderFailed } from './provider.ts';

/** RFC 6749, 4.1.2.1 and OpenID Connect Core, 3.1.2.6: somebody said no. */
const DENIALS: ReadonlySet<unknown> = new Set([
  'access_denied',
  'login_required',
  'consent_required',
  'interaction_required',
  'account_selection_required',
]);

export function failureOf(error: unknown): ProviderFailed {
  if (error instanceof ProviderFailed) return error;
  if (!(error instanceof Error)) return new ProviderFailed('wrong_answer');
  if (error.name === 'AuthorizationResponseError' && 'error' in error && DENIALS.has(error.error)) {
    return new ProviderFailed('denied');
  }
  return new ProviderFailed(isUnreachable(error) ? 'unreachable' : 'wrong_answer');
}

/** `fetch` says only that it failed; the reason is its cause. */
function isUnreachable(error: Error): boolean {
  const { cause } = error;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return true;
  if (error instanceof TypeError && error.message === 'fetch failed') return true;
  return cause instanceof Error && isUnreachable(cause);
}
