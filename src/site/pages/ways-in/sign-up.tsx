/** Signing up: name, address, password, two statements, nothing else (COLLECT-1, SCOPE-2, CHILD-1). */
import { siteContext } from '../../context.ts';
import { Agreements, Field, FormPage, NewPassword, Problem } from '../../parts/form.tsx';
import { ProviderForms } from '../../parts/providers.tsx';
import { tokenOfJoinPage } from '../../places.ts';
import { carryOut, goOn, leadingTo, nextOf } from '../../session.ts';
import type { Route } from './+types/sign-up.ts';

export function loader({ context, request }: Route.LoaderArgs) {
  const { mode, documents, providers } = context.get(siteContext).parts.signIn;
  const next = nextOf(request, '');
  const joining = tokenOfJoinPage(next);
  const invitation = new URL(request.url).searchParams.get('invitation') ?? joining;
  const signIn = leadingTo('/sign-in', next);
  return { mode, documents, providers, next, invitation, joins: joining !== '', signIn };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['name', 'email'], async (form, site) => {
    const { adult, agreed, invitation, password, ...rest } = form;
    const next = nextOf(args.request, '');
    await site.parts.signIn.signUp(site.caller, {
      ...rest,
      ...(password !== '' && { password }),
      adult: adult === 'yes',
      agreed: agreed === 'yes',
      ...(invitation !== '' && { invitation }),
      ...(next !== '' && { next }),
    });
    return goOn(site, '/sign-up/mail');
  });

export const meta: Route.MetaFunction = () => [{ title: 'Sign up – Kept' }];

export default function SignUp({
  loaderData: { mode, documents, providers, next, invitation, joins, signIn },
  actionData,
}: Route.ComponentProps) {
  const isClosed = mode === 'closed' || (mode === 'invite' && invitation === '');
  if (isClosed) {
    return (
      <FormPage title="Sign up">
        <p className="note">
          {mode === 'closed'
            ? 'Nobody can sign up here by themselves. Ask whoever runs this service for an account.'
            : 'Signing up here needs an invitation. Open the link that you were sent.'}
        </p>
        <p className="aside">
          You have an account? <a href={signIn}>Sign in</a>
        </p>
      </FormPage>
    );
  }
  return (
    <FormPage title="Sign up" lead="A name and an address that reaches you. Nothing else is asked.">
      <Problem refused={actionData} />
      <form method="post">
        <Field
          name="name"
          label="Name"
          autoComplete="name"
          defaultValue={actionData?.entered.name}
          required
        />
        <Field
          name="email"
          label="E-mail address"
          type="email"
          autoComplete="email"
          defaultValue={actionData?.entered.email}
          help={joins ? 'The one that the invitation came to: only with it you can accept.' : undefined}
          required
        />
        <NewPassword
          required={false}
          help="A few words that you do not use elsewhere. Or leave it empty, and make a passkey after you followed the link in our mail."
        />
        <input type="hidden" name="invitation" value={invitation} />
        <Agreements documents={documents} />
        <button className="button" type="submit">
          Sign up
        </button>
      </form>
      <ProviderForms
        providers={providers}
        label="Sign up with"
        {...(next !== '' && { next })}
        {...(invitation !== '' && { invitation })}
      />
      <p className="aside">
        You have an account? <a href={signIn}>Sign in</a>
      </p>
    </FormPage>
  );
}
