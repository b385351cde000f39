/**
 * Leads on to a page of Stripe, by itself and by a link: a form may lead nowhere but to ourselves (`form-action`).
 */
import { FormPage } from './form.tsx';

interface Props {
  readonly url: string;
  readonly lead: string;
  /** On the link. */
  readonly label: string;
}

export const OnToStripe = ({ url, lead, label }: Props) => (
  <FormPage title="On to Stripe" lead={lead}>
    <meta httpEquiv="refresh" content={`0;url=${url}`} />
    <p>
      <a className="button" href={url} rel="noreferrer">
        {label}
      </a>
    </p>
  </FormPage>
);
