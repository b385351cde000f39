/** Writes an answer once. */
import { FormPage, Problem } from '../../parts/form.tsx';
import { TemplateForm } from '../../parts/template-form.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/answer-template-new.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => {
    await parts.messageDesk.templates.list(caller);
    return { once: crypto.randomUUID() };
  });

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['name', 'words', 'once'], async ({ name, words, once }, site) => {
    await site.parts.messageDesk.templates.write(site.caller, { name, words }, once);
    return goOn(site, '/desk/messages/templates');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Write an answer – Desk – Kept' }];

export default function AnswerTemplateNew({ loaderData, actionData }: Route.ComponentProps) {
  const once = actionData?.entered.once || loaderData.once;
  return (
    <FormPage title="Write an answer" lead="Whoever answers a message can choose it.">
      <Problem refused={actionData} />
      <TemplateForm entered={actionData?.entered ?? {}} once={once} />
    </FormPage>
  );
}
