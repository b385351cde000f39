/** What an agent shows for being let to ask, at the desk: looked at by a download, then accepted or not. */
import type { RequestDesk } from '../../control/requests/index.ts';
import { AUTHORITY_WORDS } from './request-words.ts';

type Shown = Awaited<ReturnType<RequestDesk['one']>>;

const KB = 1024;
const OUTCOMES = { accepted: 'accepted', refused: 'not accepted' } as const;

export function AgentProof({ request }: { request: Pick<Shown, 'id' | 'agentProof' | 'may'> }) {
  const { id, agentProof: proof, may } = request;
  if (proof === null) return null;
  return (
    <section className="form-page stack">
      <h2>What the agent shows</h2>
      <p>
        {AUTHORITY_WORDS[proof.authority]}: a {proof.format.toUpperCase()} file of{' '}
        {Math.ceil(proof.bytes / KB)} KB,{' '}
        {proof.outcome === null
          ? proof.isLookedAt
            ? 'looked at'
            : 'not looked at yet'
          : OUTCOMES[proof.outcome]}
        .
      </p>
      {may.open ? (
        <>
          <form method="post" action={`/desk/requests/${id}/proof`}>
            <button className="button second" type="submit">
              Download the proof
            </button>
            <p className="help">
              The look goes into the record first. The file comes from a stranger: open it with care.
            </p>
          </form>
          {proof.waits && proof.isLookedAt && <Decide />}
        </>
      ) : (
        <p className="quiet">It is opened by whoever has the role privacy.</p>
      )}
    </section>
  );
}

const Decide = () => (
  <form method="post">
    <p>
      Accepted, the request belongs to whoever has the address that was named, and goes on; they are told by
      mail. Not accepted, it is refused for want of a proof, whether we know the address or not.
    </p>
    <p className="actions">
      <button className="button" type="submit" name="do" value="accept_proof">
        It shows that they let them
      </button>
      <button className="button second" type="submit" name="do" value="refuse_proof">
        It does not
      </button>
    </p>
  </form>
);
