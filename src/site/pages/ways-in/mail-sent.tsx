/** The answer to a sign-up or to a forgotten password: the same whether the address has an account or not. */
import { FormPage } from '../../parts/form.tsx';
import type { Route } from './+types/mail-sent.ts';

export const meta: Route.MetaFunction = () => [{ title: 'Look into your mail – Kept' }];

export default function MailSent() {
  return (
    <FormPage
      title="Look into your mail"
      lead="We have sent a message to the address that you entered. The link in it goes on from here."
    >
      <p className="aside">
        Nothing there? Look into the folder for unwanted mail, and check that the address was right. Then{' '}
        <a href="/forgot-password">ask for another link</a>.
      </p>
    </FormPage>
  );
}
