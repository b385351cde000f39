/**
 * Somebody asks for somebody else on the web: with a proof that a person here looks at, or refused with the ground; nothing
 * tells whether the person that they name is known, and no file does anything but lie there, sealed.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { proofIn, requestsOf } from '../requests/people.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { agentsOf, PDF } from './people.ts';

const MB = 1024 * 1024;
const STEP_MS = 500;
let postgres: TestPostgres;
let control: TestControl;
let site: ReturnType<typeof requestsOf>;
let agents: ReturnType<typeof agentsOf>;
let people = 0;
let email: string;
let officer: Browser;
let support: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  site = requestsOf(control);
  agents = agentsOf(control);
  officer = await somebody(control, 'officer@example.org', 'privacy');
  await strengthen(officer);
  support = await somebody(control, 'support@example.org', 'support');
  await strengthen(support);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  // Limits are forgotten by a start.
  await control.stop();
  for (const table of ['agent_proof', 'privacy_request_step', 'privacy_request', 'mail'])
    await control.sql(`delete from ${table}`);
  await control.start();
  email = `ada${++people}@example.org`;
  await somebody(control, email);
});

const desk = (form: Record<string, string>, id: string, who = officer) =>
  site.post(who, `/desk/requests/${id}`, form);
const looks = async () => (await control.sql("select 1 from record_entry where kind = 'staff_read'")).length;
const proofs = () => control.sql<{ outcome: string | null }>('select outcome from agent_proof');

test('with a proof: the person is asked, or somebody here looks at it, which is recorded, and accepts it', async () => {
  const path = await agents.asked({ email }, PDF);
  const { id } = await site.newest();
  expect(await site.newest()).toMatchObject({ state: 'identity', person: null });
  const letter = await site.letter('request_proof_agent');
  expect(letter).toContain('Somebody who says that you let them asked us');
  expect(letter).not.toContain('Lovelace');
  const asked = `/privacy/requests/prove?token=${proofIn(letter)}`;
  expect(await site.page(asked)).toContain('Somebody who calls themselves “Lovelace &amp; Co.”');
  expect(await site.page(`/desk/requests/${id}`, support)).not.toContain('Lovelace');
  // Nobody decides about what they have not seen.
  expect((await desk({ do: 'accept_proof' }, id)).status).toBe(409);
  expect((await agents.download(support, id)).status).toBe(403);
  expect((await agents.download(officer, id, 'https://evil.example')).status).toBe(403);
  const before = await looks();
  const file = await agents.download(officer, id);
  expect(Buffer.from(await file.arrayBuffer()).equals(PDF)).toBe(true);
  expect(await looks()).toBe(before + 1);
  expect(file.headers.get('content-disposition')).toBe(`attachment; filename="proof-${id}.pdf"`);
  expect(file.headers.get('content-type')).toBe('application/pdf');
  expect(file.headers.get('x-content-type-options')).toBe('nosniff');
  expect(file.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
  expect((await desk({ do: 'accept_proof' }, id, support)).status).toBe(403);
  expect((await desk({ do: 'accept_proof' }, id)).status).toBe(303);
  expect(await site.until('delivered')).toMatchObject({ proven_by: 'staff' });
  // The proof has died with its key; who asked as a stranger is told nothing new.
  expect((await agents.download(officer, id)).status).toBe(404);
  expect(await site.page(path)).not.toContain('It was carried out');
  expect((await desk({ do: 'refuse_proof' }, id)).status).toBe(409);
});

test('what is no proof is refused with the ground, which the agent reads, whether the address is held or not', async () => {
  const pages: string[] = [];
  for (const address of [email, 'nobody@example.org']) {
    const path = await agents.asked({ email: address, place: 'US-CA' }, PDF);
    const { id } = await site.newest();
    await agents.download(officer, id);
    expect((await desk({ do: 'refuse_proof' }, id)).status).toBe(303);
    expect(await site.newest()).toMatchObject({ state: 'closed', decision: 'refused' });
    pages.push(await site.page(path));
  }
  for (const page of pages) {
    expect(page).toContain('Whoever asked for you did not show that you let them');
    expect(page).toContain('11 CCR 7026(j)');
    expect(page).toContain('a permission that you signed');
  }
});

test('without a proof: refused at once, with no letter to anybody; an opt-out where the law wants one, and taken where not', async () => {
  const refused = await agents.asked({ email });
  expect(await site.newest()).toMatchObject({ state: 'closed', decision: 'refused' });
  expect(await site.page(refused)).toContain('did not show that you let them');
  await agents.asked({ email, right: 'opt_out_sale', place: 'US-CA' });
  expect(await site.newest()).toMatchObject({ state: 'closed', decision: 'refused' });
  expect(await site.mails()).toEqual([]);
  await agents.asked({ email, right: 'opt_out_sale', place: 'US-CA' }, PDF);
  expect((await site.until('delivered')).decision).toBe('whole');
  await agents.asked({ email, right: 'opt_out_sale', place: 'FR' });
  expect((await site.until('delivered')).decision).toBe('whole');
  expect(await site.mails()).toEqual([]);
});

test('known or not: the same answer on the same step of time', async () => {
  const seen: string[] = [];
  for (const address of [email, 'nobody@example.org']) {
    const begun = performance.now();
    const path = await agents.asked({ email: address }, PDF);
    // Never before a step is over: how much later depends on the machine.
    expect(performance.now() - begun).toBeGreaterThan(STEP_MS - 10);
    seen.push(
      (await site.page(path))
        .replaceAll(/[\w-]{43}/g, 'T')
        .replaceAll(/\d{2}:\d{2}(:\d{2}\.\d{3}Z)?/g, 't')
        .replaceAll(/nonce="[^"]*"/g, ''),
    );
  }
  expect(seen[0]).toBe(seen[1]);
});

test('hostile files: by content, not by name; nothing of them is kept', async () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  const wrong: readonly [number, Uint8Array][] = [
    [400, svg],
    [400, Buffer.from('<html><script>alert(1)</script>')],
    [400, Buffer.from('MZ\u0090 program')],
    [400, Buffer.from(' %PDF-1.7')],
    [400, Buffer.from('PK\u0003\u0004 an archive')],
    [400, Buffer.from([0xff, 0xd8])],
    [413, Buffer.concat([PDF, Buffer.alloc(5 * MB)])],
    [413, Buffer.concat([PDF, Buffer.alloc(6 * MB)])],
  ];
  for (const [status, file] of wrong)
    for (const name of ['proof.pdf', '../../etc/passwd.pdf'])
      expect([file.subarray(0, 8), (await agents.send({ email }, file, name)).status]).toEqual([
        file.subarray(0, 8),
        status,
      ]);
  expect(await site.rows()).toEqual([]);
  expect(await proofs()).toEqual([]);
  // A PDF that is a page, too, is still only saved.
  await agents.asked({ email }, Buffer.concat([PDF, Buffer.from('<script>alert(1)</script>')]));
  const file = await agents.download(officer, (await site.newest()).id);
  expect(file.headers.get('content-disposition')).toMatch(/^attachment/);
  const [raw] = await control.sql<{ text: string }>(
    "select encode(content, 'escape') as text from agent_proof",
  );
  expect(raw?.text).not.toContain('PDF');
});

test('what is missing or malformed is said, and a form of another site is refused', async () => {
  for (const form of [
    { email: 'no address' },
    { email, agent: ' ' },
    { email, agent: 'Eve\n\nCall 555-0100' },
    { email, agent: '<b>Eve</b>' },
    { email, agent: 'x'.repeat(101) },
    { email, authority: 'friendship' },
    { email, right: 'everything' },
    { email, place: 'XX' },
    { email, right: 'delete' },
    { email, right: 'object' },
  ])
    expect([form, (await agents.send(form, PDF)).status]).toEqual([form, 400]);
  const foreign = await fetch(`${control.settings.siteUrl}/privacy/requests/agent`, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
    body: new FormData(),
  });
  expect([400, 403]).toContain(foreign.status);
  const broken = await fetch(`${control.settings.siteUrl}/privacy/requests/agent`, {
    method: 'POST',
    headers: { origin: control.settings.siteUrl, 'content-type': 'multipart/form-data; boundary=x' },
    body: 'nonsense',
  });
  expect(broken.status).toBe(400);
  expect(await site.rows()).toEqual([]);
});

test('the person says that they did not let them, or that they did: then the proof is gone, and the person sees who asked', async () => {
  await agents.asked({ email }, PDF);
  const token = proofIn(await site.letter('request_proof_agent'));
  const answer = await site.post(null, `/privacy/requests/prove?token=${token}`, { token, answer: 'me' });
  await site.until('delivered');
  expect(await site.page(answer.headers.get('location') ?? '')).toContain('Lovelace');
  await control.stop();
  await control.start();
  await expect.poll(proofs).toEqual([]);
});
