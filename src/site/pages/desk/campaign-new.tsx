/** Writes a campaign, from the beginning or as an invitation to a survey; nothing is sent by that. */
import { CampaignForm } from '../../parts/campaign-form.tsx';
import { FormPage, Problem } from '../../parts/form.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/campaign-new.ts';

export const loader = ({ context, request }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => {
    await parts.campaigns.form(caller);
    const survey = new URL(request.url).searchParams.get('survey');
    const begun = survey === null ? {} : await parts.surveyDesk.invitation(caller, survey);
    return { once: crypto.randomUUID(), begun };
  });

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['subject', 'words', 'once'], async ({ once, ...form }, site) => {
    const id = await site.parts.campaigns.write(site.caller, form, once);
    return goOn(site, `/desk/campaigns/${id}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Write a campaign – Desk – Kept' }];

export default function CampaignNew({ loaderData, actionData }: Route.ComponentProps) {
  const once = actionData?.entered.once || loaderData.once;
  return (
    <FormPage title="Write a campaign" lead="You look at it, test it and say when it goes on the next page.">
      <Problem refused={actionData} />
      <CampaignForm entered={actionData?.entered ?? loaderData.begun} once={once} button="Save it" />
    </FormPage>
  );
}
