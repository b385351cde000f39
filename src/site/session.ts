/**
 * Who asks for a page, and what becomes of a form: the frame that every page with a form uses. A form is a POST to the
 * page's own address; done, it leads on by a redirect, so that reloading sends nothing twice; refused, the page is shown
 * again with what to do and with what was entered.
 */
import { data, type RouterContextProvider, redirect } from 'react-router';
import type { Permission } from '../control/accounts/index.ts';
import type { ConsolePages, Member } from '../control/console/index.ts';
import type { ShownProblem } from '../control/page-parts.ts';
import type { Caller, SignedIn, Step } from '../control/sign-in/index.ts';
import { type SiteContext, siteContext } from './context.ts';
import { CONFIRM_PAGE } from './places.ts';

type Context = Readonly<RouterContextProvider>;

/** Where what is still asked of somebody is answered. */
const STEP_PAGES: Readonly<Record<Step, string>> = {
  second_factor: '/sign-in/code',
  way_in: '/welcome',
  agreement: '/welcome',
  age: '/welcome',
  address: '/welcome',
};

export interface Demanded {
  /** Steps that this page answers itself. */
  readonly besides?: readonly Step[];
  /** Also while the account is going to be deleted. */
  readonly whileDeleted?: boolean;
}

/** The signed-in person; anybody else is led to where they sign in, or to what is still asked of them. */
export async function signedIn(
  request: Request,
  context: Context,
  demanded: Demanded = {},
): Promise<SignedIn> {
  const who = await context.get(siteContext).who();
  if (who === null) throw redirect(withNext('/sign-in', request));
  if (who.deletion !== null && demanded.whileDeleted !== true) throw redirect('/console/leaving');
  const [due] = who.steps.filter((step) => demanded.besides?.includes(step) !== true);
  if (due !== undefined && (who.deletion === null || due === 'second_factor'))
    throw redirect(withNext(STEP_PAGES[due], request));
  return who;
}

/**
 * Somebody who confirmed within the last ten minutes that it is them; anybody else does that first. After `signedIn`.
 */
export function demandFresh(request: Request, context: Context, { fresh }: SignedIn): void {
  // What was entered is not lost where the ten minutes ended meanwhile: the page says what to do.
  if (!fresh && !context.get(siteContext).refused) throw redirect(withNext(CONFIRM_PAGE, request));
}

/** Somebody who confirmed it at most `withinMs` ago; anybody else does that first. After `signedIn`. */
export function demandConfirmed(request: Request, { confirmedMsAgo }: SignedIn, withinMs: number): void {
  if (confirmedMsAgo > withinMs) throw redirect(withNext(CONFIRM_PAGE, request));
}

/** What control answers to somebody; for whom it is not, the page does not exist. Comes after `signedIn`. */
export function answered<Answer>(
  context: Context,
  work: (site: SiteContext) => Promise<Answer>,
): Promise<Answer> {
  const site = context.get(siteContext);
  return work(site).catch(refusal(site.parts));
}

/** For `catch` in a loader: what control refuses is a page of that status. */
export const refusal =
  (parts: Pick<SiteContext['parts'], 'problemOf'>) =>
  (error: unknown): never => {
    const problem = parts.problemOf(error);
    throw problem === null ? error : data(null, { status: problem.status });
  };

/** What it answers about an account; as `answered`. */
export const ask = <Answer>(
  context: Context,
  work: (console: ConsolePages, caller: Caller) => Promise<Answer>,
): Promise<Answer> => answered(context, ({ parts, caller }) => work(parts.console, caller));

/** Somebody who may do `what` in the account that a page is about; as `ask`. */
export const memberOf = (context: Context, account: string, what: Permission): Promise<Member> =>
  ask(context, (console, caller) => console.member(caller, account, what));

/** `page`, which leads back to the page that was asked for. */
function withNext(page: string, request: Request): string {
  const { pathname, search } = new URL(request.url);
  return leadingTo(page, pathname + search);
}

/** `page`, which leads on to `next`; by itself where that is empty. */
export const leadingTo = (page: string, next: string): string =>
  next === '' ? page : `${page}${page.includes('?') ? '&' : '?'}next=${encodeURIComponent(next)}`;

/** An address inside the site, where somebody wanted to go before they signed in. */
export function nextOf(request: Request, otherwise = '/console'): string {
  return inside(new URL(request.url).searchParams.get('next') ?? '', otherwise);
}

/** `address` where it is one inside the site. */
export const inside = (address: string, otherwise: string): string =>
  /^\/(?![/\\])[\w\-./?=&%]*$/.test(address) ? address : otherwise;

/** Throws 400 for what is no form. */
const formDataOf = (request: Request): Promise<FormData> =>
  request.formData().catch(() => {
    throw data(null, { status: 400 });
  });

/** Files are none. A box that is ticked sends `yes`. */
const fieldsOf = (sent: FormData): Record<string, string> =>
  Object.fromEntries(
    [...sent.entries()].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );

const filesOf = (sent: FormData): Map<string, File> =>
  new Map([...sent.entries()].flatMap(([name, value]) => (typeof value === 'string' ? [] : [[name, value]])));

export interface Refused {
  readonly problem: ShownProblem;
  /** What was entered, to be shown again; never a password or a code. */
  readonly entered: Readonly<Record<string, string>>;
}

/**
 * Carries out a form that came from our own pages. `work` answers where to go on, or
 * what is shown this once; what it is refused with is shown.
 * `keep`: names of the fields to show again.
 */
export async function carryOut<Done>(
  { request, context }: { readonly request: Request; readonly context: Context },
  keep: readonly string[],
  work: (form: Record<string, string>, site: SiteContext, files: ReadonlyMap<string, File>) => Promise<Done>,
) {
  const site = context.get(siteContext);
  const { parts } = site;
  let form: Record<string, string> = {};
  try {
    if (!parts.signIn.isOwn(request.headers)) throw data(null, { status: 403 });
    const sent = await formDataOf(request);
    form = fieldsOf(sent);
    return await work(form, site, filesOf(sent));
  } catch (error) {
    const problem = parts.problemOf(error);
    if (problem === null) throw error;
    site.refused = true;
    const entered = Object.fromEntries(keep.map((name) => [name, form[name] ?? '']));
    return data({ problem, entered } satisfies Refused, { status: problem.status, headers: problem.headers });
  }
}

/** Cookies of an action, then on to another page. */
export function goOn(site: SiteContext, to: string, setCookies: readonly string[] = []): Response {
  site.setCookies.push(...setCookies);
  // 303: the browser asks for the next page by GET.
  return redirect(to, 303);
}
