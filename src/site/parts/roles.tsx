/** What each role in an account may do, in words; what is allowed is decided in `control/accounts/members.ts`. */
import type { MemberRole } from '../../control/accounts/index.ts';
import { useIsPriced } from './priced.ts';

interface RoleWords {
  readonly name: string;
  readonly may: string;
}
type Roles = Readonly<Record<MemberRole, RoleWords>>;

const VIEWER = {
  name: 'Viewer',
  may: 'Sees usage, and which keys and members there are. Changes nothing.',
} as const;
const ROLES: Roles = {
  owner: { name: 'Owner', may: 'Everything: members, keys, money, data terms, and ending the account.' },
  developer: { name: 'Developer', may: 'Makes and revokes keys, tries models, sees usage. No money.' },
  billing: { name: 'Billing', may: 'Sees usage, cost and the ledger. Makes no keys.' },
  viewer: VIEWER,
};
/** Whoever was given the role for money has what a viewer has. */
const WITHOUT_PRICE: Roles = {
  owner: { name: 'Owner', may: 'Everything: members, keys, data terms, and ending the account.' },
  developer: { name: 'Developer', may: 'Makes and revokes keys, tries models, sees usage.' },
  billing: VIEWER,
  viewer: VIEWER,
};

export const useRoles = (): Roles => (useIsPriced() ? ROLES : WITHOUT_PRICE);

/** Those that somebody can be given. */
export function useOffered(): readonly (RoleWords & { readonly role: MemberRole })[] {
  const roles = useRoles();
  return (Object.keys(roles) as MemberRole[])
    .filter((role) => role === 'viewer' || roles[role] !== roles.viewer)
    .map((role) => ({ role, ...roles[role] }));
}

/** One of them, chosen; none is chosen beforehand where `chosen` is left out. */
export const RoleFields = ({ chosen }: { chosen?: string | undefined }) => (
  <fieldset>
    <legend>Role</legend>
    {useOffered().map(({ role, name, may }) => (
      <label className="box-line" key={role}>
        <input type="radio" name="role" value={role} defaultChecked={role === chosen} required />
        <span>
          {name}
          <br />
          <span className="help">{may}</span>
        </span>
      </label>
    ))}
  </fieldset>
);
