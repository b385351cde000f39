/** Ways in by somebody else: one button for each, and why the last one was refused. */
import type { ReactNode } from 'react';
import type { SiteContext } from '../context.ts';

export type OfferedProvider = SiteContext['parts']['signIn']['providers'][number];

interface ProviderFormProps {
  readonly provider: Pick<OfferedProvider, 'id'>;
  readonly wish: 'sign_in' | 'connect' | 'confirm';
  readonly next?: string;
  readonly invitation?: string;
  /** With the button that sends it. */
  readonly children: ReactNode;
}

export const ProviderForm = ({ provider, wish, next, invitation, children }: ProviderFormProps) => (
  <form method="post" action={`/sign-in/with/${provider.id}`}>
    <input type="hidden" name="wish" value={wish} />
    {next !== undefined && <input type="hidden" name="next" value={next} />}
    {invitation !== undefined && <input type="hidden" name="invitation" value={invitation} />}
    {children}
  </form>
);

export const ProviderButton = ({ label, second = false }: { label: string; second?: boolean }) => (
  <button className={second ? 'button second' : 'button'} type="submit">
    {label}
  </button>
);

/** Beside the other ways to sign in or up. */
export const ProviderForms = ({
  providers,
  label,
  ...more
}: Pick<ProviderFormProps, 'next' | 'invitation'> & {
  readonly providers: readonly OfferedProvider[];
  /** Before the provider's name. */
  readonly label: string;
}) =>
  providers.length > 0 && (
    <div className="stack">
      {providers.map((provider) => (
        <ProviderForm key={provider.id} provider={provider} wish="sign_in" {...more}>
          <ProviderButton label={`${label} ${provider.name}`} second />
        </ProviderForm>
      ))}
    </div>
  );

/** The sentence for the refusal that an address names. */
export function refusedBy(request: Request, { parts }: SiteContext): string | null {
  const code = new URL(request.url).searchParams.get('refused');
  return code === null ? null : parts.signIn.sentenceOf(code);
}

export const RefusedBy = ({ sentence }: { readonly sentence: string | null }) =>
  sentence !== null && (
    <p className="note bad" role="alert">
      {sentence}
    </p>
  );
