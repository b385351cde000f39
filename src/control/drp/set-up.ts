/** An agent sets up its token by a message that it signed (2.05). Why that is refused, the protocol tells nobody. */
import type { Agent, Directory } from './directory.ts';
import { demandOurs, readMessage, setUpMessage } from './messages.ts';
import type { DrpParts } from './parts.ts';
import { notSigned } from './refused.ts';
import { hashOf, isSignedBy, jsonOf, readSigned } from './signed-message.ts';
import { takeOnce } from './take-once.ts';
import { setUpToken } from './tokens.ts';

/** Answers the token, shown this once. Throws `DrpRefused`. */
export async function setUp(
  { requesting: { erasing } }: DrpParts,
  directory: Directory,
  agent: Agent,
  body: string,
): Promise<string> {
  const { services, store } = erasing;
  const signed = readSigned(body);
  if (!isSignedBy(signed, agent.key)) throw notSigned();
  const message = readMessage(jsonOf(signed), setUpMessage);
  demandOurs(message, agent.id, directory.businessId, store.now());
  return services.db.transaction(async (tx) => {
    await takeOnce(tx, hashOf(agent.id, signed), message['expires-at']);
    return setUpToken(tx, agent.id, store.now());
  });
}
