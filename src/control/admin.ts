/**
 * The admin API: HTTP and JSON on a local socket that only the instance's own user may connect to. The commands use
 * it; whoever reaches the socket may do everything, so there are no further credentials.
 */

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { accountRoutes } from './accounts/routes.ts';
import { analyticsRoutes } from './analytics/index.ts';
import { type Backups, backupRoutes } from './backup/index.ts';
import { billingRoutes } from './billing/routes.ts';
import { type ConsentParts, consentRoutes } from './consent/routes.ts';
import { deskRoutes } from './desk/index.ts';
import { agentRoutes, type Directory } from './drp/index.ts';
import { damageFacts, type Facts, facts } from './facts.ts';
import { answerErrors } from './http.ts';
import { keyStoreRoutes, type Rotating } from './key-store/index.ts';
import { keyRoutes } from './keys/routes.ts';
import { mailRoutes } from './notices/index.ts';
import { type Payments, paymentRoutes } from './payments/index.ts';
import { Problem } from './problem.ts';
import { type Erasing, rightsRoutes } from './rights/index.ts';
import { adminSignInRoutes, type SignInParts } from './sign-in/index.ts';
import { makeTrialKey } from './trial.ts';
import { usageRoutes } from './usage/routes.ts';
import type { Explanations } from './verification/explanations.ts';
import type { Verification } from './verification/index.ts';
import { verificationRoutes } from './verification/routes.ts';

const BODY_BYTES_MAX = 64 * 1024;

export interface AdminCalls {
  /** The database broke off under a command, which may have happened. */
  readonly onOutage: () => void;
  readonly onHoldEnded: () => void;
}

export interface AdminParts {
  readonly erasing: Erasing;
  readonly backups: Backups;
  readonly rotating: Rotating;
  readonly consents: ConsentParts;
  readonly sources: Facts;
  readonly signIn: SignInParts;
  /** Null: none is configured. */
  readonly agents: Directory | null;
  readonly payments: Pick<Payments, 'reconcile'>;
  /** Versions of policy and terms. */
  readonly publishing: Hono;
  /** Null: nobody looks. */
  readonly verification: Verification | null;
  readonly explanations: Explanations;
  /** In Prometheus' text format. */
  readonly metrics: () => Promise<string>;
}

export function adminApp(
  {
    erasing,
    backups,
    rotating,
    consents,
    sources,
    signIn,
    agents,
    payments,
    publishing,
    verification,
    explanations,
    metrics,
  }: AdminParts,
  calls: AdminCalls,
): Hono {
  const { services } = erasing;
  const app = new Hono();
  answerErrors(app, services.log, calls.onOutage);
  app.use(
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: () => {
        throw new Problem(413, 'too_long', `A body may have at most ${BODY_BYTES_MAX} bytes.`);
      },
    }),
  );
  app.route('/', accountRoutes(services, erasing.store));
  app.route('/', keyRoutes(services));
  app.route('/', keyStoreRoutes(rotating));
  app.route('/', billingRoutes(services));
  app.route('/', paymentRoutes(payments));
  const { notices, settings, now } = signIn;
  app.route('/', deskRoutes({ services, notices, siteUrl: settings.siteUrl, now }));
  app.route('/', usageRoutes(services));
  app.route('/', rightsRoutes(erasing, calls.onHoldEnded));
  app.route('/', consentRoutes(consents));
  app.route('/', backupRoutes(backups, services.log));
  app.route('/', adminSignInRoutes(signIn));
  app.route(
    '/',
    mailRoutes(signIn.store, { letters: signIn.notices.letters, siteUrl: signIn.settings.siteUrl }),
  );
  app.route('/', publishing);
  app.route('/', analyticsRoutes(signIn.store));
  app.route('/', agentRoutes(services.db, agents));
  app.post('/trial-key', async (c) => c.json(await makeTrialKey(services), 201));
  app.post('/damage', async (c) => c.json(await damageFacts(sources)));
  app.get('/metrics', async (c) => c.text(await metrics()));
  app.route('/', verificationRoutes(verification, erasing.store, sources.record, explanations));
  app.get('/facts', async (c) => c.json(await facts(sources)));
  return app;
}
