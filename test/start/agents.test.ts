/** Agents of the Data Rights Protocol in the configuration: what is wrong ends the start with a sentence that names it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import nacl from 'tweetnacl';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-agents-'));
const file = path.join(folder, 'config.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const newKey = (): string => keyOf(nacl.sign.keyPair().publicKey);
const agent = { id: 'AGENT_ONE', name: 'One', verify_key: newKey() };
const read = (drp: object) => {
  writeFileSync(file, JSON.stringify({ drp }));
  return readConfig({ KEPT_CONFIG: file }, folder);
};
const withAgents = (...agents: object[]) => read({ business_id: 'KEPT', agents });

test('an agent is read as the network’s directory has it; it is told of changes at the host of its page', () => {
  const web_url = 'https://agent.example.org/about';
  const contacts = {
    technical_contact: 'a@example.org',
    identity_assurance_url: 'https://agent.example.org/how',
  };
  expect(withAgents({ ...agent, web_url, ...contacts }).drp).toEqual({
    businessId: 'KEPT',
    privateCallbacks: false,
    agents: [
      { id: 'AGENT_ONE', name: 'One', verifyKey: agent.verify_key, callbackHost: 'agent.example.org' },
    ],
  });
  const told = { ...agent, web_url, callback_host: 'hooks.example.org:8443' };
  expect(withAgents(told).drp?.agents[0]?.callbackHost).toBe('hooks.example.org:8443');
  expect(withAgents(agent).drp?.agents[0]?.callbackHost).toBeNull();
  writeFileSync(file, '{}');
  expect(readConfig({ KEPT_CONFIG: file }, folder).drp).toBeNull();
});

test.each<[string, object, RegExp]>([
  ['no agent', { business_id: 'KEPT', agents: [] }, /"drp\.agents"/],
  [
    'an id in small letters',
    { business_id: 'kept', agents: [agent] },
    /"drp\.business_id" is wrong: may hold capital/,
  ],
  [
    'two of one id',
    { business_id: 'KEPT', agents: [agent, { ...agent, verify_key: newKey() }] },
    /Two agents have the id "AGENT_ONE"/,
  ],
  [
    'two of one key',
    { business_id: 'KEPT', agents: [agent, { ...agent, id: 'TWO' }] },
    /Two agents have the verify_key/,
  ],
  [
    'a host with a path',
    { business_id: 'KEPT', agents: [{ ...agent, callback_host: 'a.example/x' }] },
    /callback_host" is wrong/,
  ],
  [
    'a secret',
    { business_id: 'KEPT', agents: [{ ...agent, token: 'hush' }] },
    /token" is wrong: is not a key/,
  ],
])('%s', (_, drp, sentence) => {
  expect(() => read(drp)).toThrow(sentence);
});

test.each([
  ['no base64', 'not a key'],
  ['too short', keyOf(new Uint8Array(31).fill(7))],
  ['too long', keyOf(new Uint8Array(33).fill(7))],
  ['nothing but zeros', keyOf(new Uint8Array(32))],
  ['of small order', 'JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/AU='],
  ['of small order, with the sign', 'JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/IU='],
])('a key that is none: %s', (_, verify_key) => {
  expect(() => withAgents({ ...agent, verify_key })).toThrow(
    /verify_key" is wrong: must be an Ed25519 public key/,
  );
});
