/** Taking one's data along (STATE-4; GDPR Art. 20): also while a deletion is scheduled. */
import { FormPage } from '../../parts/form.tsx';
import { demandFresh, signedIn } from '../../session.ts';
import type { Route } from './+types/export.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context, { whileDeleted: true });
  demandFresh(request, context, who);
  return { back: who.deletion === null ? '/console/profile' : '/console/leaving' };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Take your data with you – Kept' }];

export default function Export({ loaderData: { back } }: Route.ComponentProps) {
  return (
    <FormPage
      title="Take your data with you"
      lead="Everything that we hold about you and the accounts that you own, as one ZIP file: JSON, CSV, a schema, and a receipt."
    >
      <p>
        It is made while you download it and lies nowhere with us. That may take some minutes; a download that
        breaks off is begun anew. <a href="/docs">What is in it</a> stands in its README too.
      </p>
      <p>
        <a className="button" href="/console/export/archive" download="kept-export.zip">
          Download it
        </a>
      </p>
      <p className="aside">
        <a href={back}>Back</a>
      </p>
    </FormPage>
  );
}
