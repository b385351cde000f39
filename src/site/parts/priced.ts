/** Whether use has a price here: where it has none (`billing: off`), no page speaks of money. */
import { useRouteLoaderData } from 'react-router';

/** What the document around every page knows (`root.tsx`). */
type Root = () => { readonly isPriced: boolean };

export const useIsPriced = (): boolean => useRouteLoaderData<Root>('root')?.isPriced ?? true;
