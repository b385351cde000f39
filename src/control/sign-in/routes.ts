/**
 * The ways in as JSON over HTTP, below `/api/auth`: the same actions and checks as the pages' forms. Everything that
 * changes something is refused unless it comes from our own pages.
 */

import type { BlockList } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { readInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { askForAddress, askToChangeAddress, changeAddress, confirmAddress } from './address.ts';
import { agree } from './agree.ts';
import { type Caller, callerOf } from './caller.ts';
import { confirmItIsYou } from './confirm-it-is-you.ts';
import { inputs } from './inputs.ts';
import { isOwnRequest, relyingParty } from './origin.ts';
import type { SignInParts } from './parts.ts';
import {
  beginPasskey,
  beginPasskeySignIn,
  confirmByPasskey,
  listPasskeys,
  makePasskey,
  removePasskey,
  signInWithPasskey,
} from './passkeys.ts';
import { beginProvider } from './providers/begin.ts';
import { disconnect, listProviders } from './providers/connections.ts';
import { SignInRefused } from './refusals.ts';
import { askForReset, resetPassword } from './reset-password.ts';
import {
  beginSecondFactor,
  completeSignIn,
  confirmSecondFactor,
  endSecondFactor,
  renewRecoveryCodes,
} from './second-factor.ts';
import { endOtherSessions, endSession, listSessions } from './sessions.ts';
import { setPassword } from './set-password.ts';
import { useSetupLink } from './setup-link.ts';
import { signInWithPassword, signOut } from './sign-in.ts';
import { signUp, signUpInput } from './sign-up.ts';
import { whoIs } from './state.ts';

const BODY_BYTES_MAX = 32 * 1024;

export function signInRoutes(parts: SignInParts, trusted: BlockList): Hono {
  const app = new Hono();
  const asks = (c: Context): Caller => callerOf(c.req.raw.headers, getConnInfo(c).remote.address, trusted);
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLong }));
  app.use(async (c, next) => {
    c.header('cache-control', 'no-store');
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (!reads && !isOwnRequest(c.req.raw.headers, parts.settings.siteUrl)) {
      throw new SignInRefused('origin_not_allowed');
    }
    await next();
  });
  comingIn(app, parts, asks);
  whileIn(app, parts, asks);
  secondFactors(app, parts, asks);
  passkeys(app, parts, asks);
  providers(app, parts, asks);
  return app;
}

type Asks = (c: Context) => Caller;

function comingIn(app: Hono, parts: SignInParts, asks: Asks): void {
  app.post('/sign-up', async (c) => {
    await signUp(parts, asks(c), await readInput(c, signUpInput));
    return c.json({ state: 'mail_sent' }, 202);
  });
  app.post('/sign-in', async (c) => {
    const { setCookies } = await signInWithPassword(parts, asks(c), await readInput(c, inputs.signIn));
    return answer(c, setCookies, { state: 'signed_in' });
  });
  app.post('/second-factor', async (c) => {
    const { code } = await readInput(c, inputs.code);
    const { setCookies } = await completeSignIn(parts, asks(c), code);
    return answer(c, setCookies, { state: 'signed_in' });
  });
  app.post('/sign-out', async (c) => {
    const { setCookies } = await signOut(parts, asks(c));
    return answer(c, setCookies, { state: 'signed_out' });
  });
  app.post('/confirm-address', async (c) => {
    const { setCookies } = await confirmAddress(parts, asks(c), await readInput(c, inputs.link));
    return answer(c, setCookies, { state: 'confirmed' });
  });
  app.post('/ask-for-reset', async (c) => {
    await askForReset(parts, asks(c), (await readInput(c, inputs.email)).email);
    return c.json({ state: 'mail_sent' }, 202);
  });
  app.post('/reset-password', async (c) => {
    await resetPassword(parts, asks(c), await readInput(c, inputs.reset));
    return c.json({ state: 'password_set' });
  });
  app.post('/set-up', async (c) => {
    const { setCookies } = await useSetupLink(parts, asks(c), await readInput(c, inputs.link));
    return answer(c, setCookies, { state: 'signed_in' });
  });
}

function whileIn(app: Hono, parts: SignInParts, asks: Asks): void {
  const { signUp: how, siteUrl } = parts.settings;
  app.get('/me', async (c) => {
    const { who, setCookies } = await whoIs(parts, asks(c));
    const { policy, terms } = parts.settings.documents;
    const offered = {
      sign_up: how.mode,
      documents: { policy, terms },
      passkeys: { rp_id: relyingParty(siteUrl).id },
      providers: parts.settings.providers.map(({ id, name }) => ({ id, name })),
    };
    if (who === null) return answer(c, setCookies, { signed_in: false, ...offered });
    const { name, email, staffRole, steps, fresh, ways, deletion } = who;
    return answer(c, setCookies, {
      signed_in: true,
      ...offered,
      name,
      email,
      staff_role: staffRole,
      steps,
      fresh,
      ways: {
        password: ways.password,
        passkeys: ways.passkeys,
        providers: ways.providers,
        second_factor: ways.secondFactor,
      },
      deletion: deletion === null ? null : { due_at: new Date(deletion.dueAt).toISOString() },
    });
  });
  app.post('/agree', async (c) => {
    await agree(parts, asks(c), await readInput(c, inputs.agreeing));
    return c.json({ state: 'agreed' });
  });
  app.post('/ask-for-address', async (c) => {
    await askForAddress(parts, asks(c));
    return c.json({ state: 'mail_sent' }, 202);
  });
  app.post('/ask-to-change-address', async (c) => {
    await askToChangeAddress(parts, asks(c), (await readInput(c, inputs.email)).email);
    return c.json({ state: 'mail_sent' }, 202);
  });
  app.post('/change-address', async (c) => {
    await changeAddress(parts, asks(c), (await readInput(c, inputs.token)).token);
    return c.json({ state: 'changed' });
  });
  app.post('/password', async (c) => {
    await setPassword(parts, asks(c), (await readInput(c, inputs.password)).password);
    return c.json({ state: 'password_set' });
  });
  app.post('/confirm-it-is-you', async (c) => {
    await confirmItIsYou(parts, asks(c), await readInput(c, inputs.proof));
    return c.json({ state: 'confirmed' });
  });
  app.get('/sessions', async (c) => c.json({ sessions: await listSessions(parts, asks(c)) }));
  app.post('/sessions/end-others', async (c) => c.json({ ended: await endOtherSessions(parts, asks(c)) }));
  app.post('/sessions/:id/end', async (c) => {
    await endSession(parts, asks(c), c.req.param('id'));
    return c.json({ state: 'ended' });
  });
}

function secondFactors(app: Hono, parts: SignInParts, asks: Asks): void {
  app.post('/second-factor/begin', async (c) => c.json(await beginSecondFactor(parts, asks(c))));
  app.post('/second-factor/confirm', async (c) => {
    const { code } = await readInput(c, inputs.code);
    return c.json({ recovery_codes: await confirmSecondFactor(parts, asks(c), code) });
  });
  app.post('/second-factor/recovery-codes', async (c) =>
    c.json({ recovery_codes: await renewRecoveryCodes(parts, asks(c)) }),
  );
  app.post('/second-factor/end', async (c) => {
    await endSecondFactor(parts, asks(c));
    return c.json({ state: 'off' });
  });
}

function passkeys(app: Hono, parts: SignInParts, asks: Asks): void {
  app.get('/passkeys', async (c) => c.json({ passkeys: await listPasskeys(parts, asks(c)) }));
  app.post('/passkeys/begin', async (c) => c.json(await beginPasskey(parts, asks(c))));
  app.post('/passkeys', async (c) => {
    const { ticket, name, response } = await readInput(c, inputs.passkeyMade);
    const made = { ticket, name, response: response as unknown as RegistrationResponseJSON };
    return c.json(await makePasskey(parts, asks(c), made), 201);
  });
  app.post('/passkeys/:id/remove', async (c) => {
    await removePasskey(parts, asks(c), c.req.param('id'));
    return c.json({ state: 'removed' });
  });
  app.post('/passkeys/sign-in/begin', async (c) => c.json(await beginPasskeySignIn(parts, asks(c))));
  const used = async (c: Context) => {
    const { ticket, response } = await readInput(c, inputs.passkeyUsed);
    return { ticket, response: response as unknown as AuthenticationResponseJSON };
  };
  app.post('/passkeys/sign-in', async (c) => {
    const { setCookies } = await signInWithPasskey(parts, asks(c), await used(c));
    return answer(c, setCookies, { state: 'signed_in' });
  });
  app.post('/passkeys/confirm-it-is-you', async (c) => {
    await confirmByPasskey(parts, asks(c), await used(c));
    return c.json({ state: 'confirmed' });
  });
}

function providers(app: Hono, parts: SignInParts, asks: Asks): void {
  app.get('/providers', async (c) => c.json({ providers: await listProviders(parts, asks(c)) }));
  app.post('/providers/:id/begin', async (c) => {
    const wish = await readInput(c, inputs.provider);
    const begun = await beginProvider(parts, asks(c), { ...wish, provider: c.req.param('id') });
    return answer(c, begun.setCookies, { url: begun.url });
  });
  app.post('/providers/:id/disconnect', async (c) => {
    await disconnect(parts, asks(c), c.req.param('id'));
    return c.json({ state: 'disconnected' });
  });
}

function answer(c: Context, setCookies: readonly string[], body: object): Response {
  for (const line of setCookies) c.header('set-cookie', line, { append: true });
  return c.json(body);
}

function tooLong(): never {
  throw new Problem(413, 'too_long', `A body may have at most ${BODY_BYTES_MAX} bytes.`);
}
