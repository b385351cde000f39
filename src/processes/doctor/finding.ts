/** One line of `kept doctor`: what was looked at, how it is, and what to do. */
export interface Finding {
  /** What was looked at, in a few words. */
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'problem';
  /** How it is. */
  readonly message: string;
  /** What to do; null where nothing is. */
  readonly todo: string | null;
}

export const ok = (name: string, message: string): Finding => ({ name, state: 'ok', message, todo: null });
export const warning = (name: string, message: string, todo: string): Finding => ({
  name,
  state: 'warning',
  message,
  todo,
});
export const problem = (name: string, message: string, todo: string): Finding => ({
  name,
  state: 'problem',
  message,
  todo,
});
