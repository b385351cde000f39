/**
 * The key store as operators see it: what it holds, and its rotations while everything runs. What it does with keys is
 * `src/store/keys`; opening it at the start is `src/control/open-keys.ts`.
 */
export type { Rotating } from './rotate-keys.ts';
export { keyStoreRoutes } from './routes.ts';
