/** What each role in an account may do, in words; what is allowed is decided in `control/accounts/members.ts`. */
import type { MemberRole } from '../../control/accounts/index.ts';

export const ROLES: Readonly<Record<MemberRole, { readonly name: string; readonly may: string }>> = {
  owner: { name: 'Owner', may: 'Everything: members, keys, money, data terms, and ending the account.' },
  developer: { name: 'Developer', may: 'Makes and revokes keys, tries models, sees usage. No money.' },
  billing: { name: 'Billing', may: 'Sees usage, cost and the ledger. Makes no keys.' },
  viewer: { name: 'Viewer', may: 'Sees usage, and which keys and members there are. Changes nothing.' },
};
const NAMES = Object.keys(ROLES) as MemberRole[];

/** One of the four, chosen; none is chosen beforehand where `chosen` is left out. */
export const RoleFields = ({ chosen }: { chosen?: string | undefined }) => (
  <fieldset>
    <legend>Role</legend>
    {NAMES.map((role) => (
      <label className="box-line" key={role}>
        <input type="radio" name="role" value={role} defaultChecked={role === chosen} required />
        <span>
          {ROLES[role].name}
          <br />
          <span className="help">{ROLES[role].may}</span>
        </span>
      </label>
    ))}
  </fieldset>
);
