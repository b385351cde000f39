/** A server that cannot answer (5xx), or will not now (429), has shown nothing of itself: whoever asked it could not look. */

import { CannotLook } from './check.ts';
import type { Answer, Asking, Eyes } from './eyes.ts';

const TOO_MANY = 429;
const CANNOT = 500;

/** The same eyes, which reject with `CannotLook` where no answer is one. */
export function answered<E extends Eyes>(eyes: E): E {
  return {
    ...eyes,
    page: async (path: string, init?: Asking) => required('site', path, await eyes.page(path, init)),
    api: async (path: string, init?: Asking) => required('API', path, await eyes.api(path, init)),
    signUp: async (more: Parameters<Eyes['signUp']>[0]) =>
      required('site', '/sign-up', await eyes.signUp(more)),
  };
}

function required(server: string, path: string, answer: Answer): Answer {
  if (answer.status === TOO_MANY || answer.status >= CANNOT)
    throw new CannotLook(`the ${server} answered ${answer.status}${codeOf(answer)} to ${path.split('?')[0]}`);
  return answer;
}

/** A word of the API's closed list. */
function codeOf({ text }: Answer): string {
  const [, code] = /"code":"([a-z_]{1,40})"/.exec(text) ?? [];
  return code === undefined ? '' : ` ${code}`;
}
