/** Makes what the ways in work with. */
import { openLibrary } from './library.ts';
import { SignInLimits } from './limits.ts';
import type { SignInParts } from './parts.ts';
import { openProviders } from './providers/open-providers.ts';

export function openSignIn(
  given: Pick<SignInParts, 'services' | 'finding' | 'store' | 'notices' | 'settings'>,
): SignInParts {
  const parts = { ...given, now: given.store.now };
  return {
    ...parts,
    limits: new SignInLimits(parts.now),
    library: openLibrary(parts),
    providers: openProviders(parts.settings),
  };
}
