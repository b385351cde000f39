/** Who may sign up holds for newcomers by a provider too, and a refusal does not tell whether the address has an account. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ControlSettings } from '../../src/control/settings.ts';
import { openSite } from '../../src/site/server.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { Browser } from './browser.ts';
import { refusedIn, signInBy } from './by-provider.ts';
import { somebody } from './person.ts';
import { StandIn } from './provider-stand-in.ts';

let postgres: TestPostgres;
let provider: StandIn;
let control: TestControl;

beforeAll(async () => {
  [postgres, provider] = await Promise.all([startPostgres(), new StandIn().start()]);
});
afterAll(async () => {
  await Promise.all([postgres?.stop(), provider?.stop()]);
});

/** Somebody comes whom the provider vouches for; answers why they are refused, or null. */
async function comes(email: string, invitation?: string): Promise<string | null> {
  provider.person = { sub: email.replace('@', '-at-'), email, email_verified: true };
  const form = { wish: 'sign_in', ...(invitation !== undefined && { invitation }) };
  const { siteUrl } = control.settings;
  return refusedIn(await signInBy(new Browser(siteUrl), siteUrl, 'work', form));
}
const mails = () => control.sql("select template from mail where template = 'connect_first'");

const starts = (signUp: ControlSettings['signUp']) => {
  beforeAll(async () => {
    const providers = [provider.settings()];
    control = await startTestControl(postgres, { providers, signUp }, openSite);
    await somebody(control, 'known@example.org');
  });
  afterAll(() => control.end());
};

describe('closed', () => {
  starts({ mode: 'closed', domains: [], credit: 0 });
  test('nobody gets in, and all hear the same', async () => {
    expect(await comes('new@example.org')).toBe('nobody_connected');
    expect(await mails()).toEqual([]);
    expect(await comes('known@example.org')).toBe('nobody_connected');
    expect(await mails()).toHaveLength(1);
    expect(await control.sql('select 1 from person')).toHaveLength(1);
  });
});

describe('domains', () => {
  starts({ mode: 'domains', domains: ['example.edu'], credit: 0 });
  test('only who has an address there', async () => {
    expect(await comes('new@example.org')).toBe('nobody_connected');
    expect(await comes('known@example.org')).toBe('nobody_connected');
    expect(await comes('new@example.edu')).toBeNull();
  });
});

describe('invite', () => {
  starts({ mode: 'invite', domains: [], credit: 0 });
  test('an invitation lets one in, once, and is used up by a known address as well', async () => {
    const invite = async () => {
      const { body } = await control.admin('POST', '/invitations', {});
      return new URL(body.url).searchParams.get('invitation') ?? '';
    };
    expect(await comes('new@example.org')).toBe('nobody_connected');
    expect(await comes('new@example.org', 'none')).toBe('invitation_not_valid');
    const first = await invite();
    expect(await comes('new@example.org', first)).toBeNull();
    expect(await comes('other@example.org', first)).toBe('invitation_not_valid');
    const second = await invite();
    expect(await comes('known@example.org', second)).toBe('nobody_connected');
    expect(await comes('other@example.org', second)).toBe('invitation_not_valid');
  });
});
