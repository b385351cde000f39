/** The machine and whoever answers for what no program can see of it. */
import type { Attestation } from '../../control/verification/index.ts';
import { attested, broken, CannotLook, type Check, off, type Seen } from '../check.ts';
import type { Eyes } from '../eyes.ts';
import { portsOpenToOthers } from '../listeners.ts';

/** What somebody answers for; `seen` is what a program sees besides. */
async function answeredFor(
  { attestations }: Pick<Eyes, 'attestations'>,
  statement: Attestation['statement'],
  seen: string,
): Promise<Seen> {
  const found = (await attestations()).find((each) => each.statement === statement);
  if (found === undefined) throw new CannotLook('there is no such statement');
  const { standing, words } = found;
  if (standing === null) return off(`${seen} Nobody answers for the rest yet: \`kept attest ${statement}\`.`);
  const { role, document, at, until, expired } = standing;
  const by = `${words} ${role} answers for it since ${at.slice(0, 10)}, by a document with the SHA-256 ${document}`;
  return expired
    ? broken(`${by}; that was over on ${until.slice(0, 10)}.`)
    : attested(`${seen} ${by}, until ${until.slice(0, 10)}.`);
}

export const examined: Check = {
  id: 'examined',
  clauses: ['SECURE-1'],
  pace: 'hour',
  restsOn: ['record'],
  probe: 'Looks for who answers for an examination against SOC 2 and ISO/IEC 27001, and until when.',
  look: (eyes) =>
    answeredFor(
      eyes,
      'soc2_iso27001',
      'Which criteria of both each promise bears on, and by what code, is in docs/bindings.md.',
    ),
};

export const assessed: Check = {
  id: 'assessed',
  clauses: ['SECURE-2'],
  pace: 'hour',
  restsOn: ['record'],
  probe: 'Looks for who answers for an assessment of the measures of GDPR and HIPAA, and until when.',
  look: (eyes) =>
    answeredFor(
      eyes,
      'gdpr_hipaa',
      'Which articles and sections each promise bears on, and by what code, is in docs/bindings.md.',
    ),
};

export const listeners: Check = {
  id: 'listeners',
  clauses: ['SECURE-4'],
  pace: 'minutes',
  restsOn: ['record'],
  probe:
    'Asks the kernel at which ports the processes of this instance listen for others, and looks for who answers for the firewall before them.',
  async look(eyes) {
    const { settings, gateways } = eyes;
    const wanted = new Set([
      settings.sitePort,
      ...(settings.mailDoor.listen === null ? [] : [settings.mailDoor.listen.port]),
    ]);
    const own = await portsOpenToOthers([process.pid]);
    const theirs = await portsOpenToOthers(gateways().map(({ pid }) => pid));
    const more = own.filter((port) => !wanted.has(port));
    if (more.length > 0 || theirs.length > 1)
      return broken(
        `${more.length > 0 ? `Control listens at ${more.join(', ')} for others` : `Gateways listen at ${theirs.join(', ')} for others`}, which nothing declares.`,
      );
    const ports = [...own, ...theirs];
    return answeredFor(
      eyes,
      'firewalls',
      ports.length === 0
        ? 'No port of this instance is open to others than this machine.'
        : `Open to others ${ports.length === 1 ? 'is' : 'are'} ${ports.join(' and ')}, for site and API, and nothing else.`,
    );
  },
};
