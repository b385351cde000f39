/** What the tests use of it; the package brings no types. */
declare module 'hoodiecrow-imap' {
  import type { Server } from 'node:net';

  interface Storage {
    readonly [folder: string]: { readonly messages: readonly { readonly raw: string }[] };
  }
  interface ImapServer {
    readonly server: Server;
    listen(port: number, host: string, done: () => void): void;
    getMailbox(folder: string): { readonly messages: readonly unknown[] };
    appendMessage(folder: string, flags: readonly string[], date: false, raw: string): void;
  }
  export default function hoodiecrow(settings: {
    readonly plugins: readonly string[];
    readonly users: Readonly<Record<string, { readonly password: string }>>;
    readonly storage: Storage;
  }): ImapServer;
}
