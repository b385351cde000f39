/** Whether an address is one of this machine, so that nobody can read what goes there on its way. Pure. */

/** By the name alone; a name that only looks like a loopback address (`127.example.org`) is none. */
export const isHere = (url: string): boolean =>
  /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname);
