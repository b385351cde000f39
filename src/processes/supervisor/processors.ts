/** Which of the operator's systems may be somebody else's, and what is said of each. */
import pg from 'pg';
import type { Config } from '../../config/index.ts';
import { PROCESSORS, type ProcessorId, type ProcessorSettings } from '../../control/processors/settings.ts';
import { isOwn } from './own-hosts.ts';

export function processorSettings(config: Config): Promise<readonly ProcessorSettings[]> {
  const { databaseUrl, mail, mailDoor, stripe, processors } = config;
  const hosts: readonly (readonly [ProcessorId, string | null])[] = [
    ['database', databaseUrl && databaseHost(databaseUrl)],
    ['mail', mail.smtpUrl && new URL(mail.smtpUrl).hostname],
    ['mailbox', mailDoor.imapUrl && new URL(mailDoor.imapUrl).hostname],
    ['payments', stripe && new URL(stripe.apiUrl).hostname],
  ];
  return Promise.all(
    hosts.flatMap(([id, host]) => (host === null ? [] : [settingsOf(id, host, processors[id] ?? null)])),
  );
}

/** Whoever takes payments is another company, also where a test stands in for it. */
const settingsOf = async (
  id: ProcessorId,
  host: string,
  terms: ProcessorSettings['terms'],
): Promise<ProcessorSettings> => ({ id, own: id !== 'payments' && (await isOwn(host)), terms });

/** Those that the operator announces before they are set up. */
export const comingProcessors = ({ processorsComing }: Config): readonly ProcessorSettings[] =>
  PROCESSORS.flatMap((id) => {
    const terms = processorsComing[id];
    return terms === undefined ? [] : [{ id, own: false, terms }];
  });

/** As `pg` reads it; a folder of local sockets is on this machine. */
function databaseHost(connectionString: string): string {
  const { host } = new pg.Client({ connectionString });
  return host.startsWith('/') ? 'localhost' : host;
}
