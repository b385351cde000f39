/** The domains above keeping, and the look at all of it. */
import { checkCatalogue } from '../store/walls/check-catalogue.ts';
import type { Gateways } from './open-gateways.ts';
import type { Ground, Opening } from './open-ground.ts';
import type { Keeping } from './open-keeping.ts';
import { openOffices } from './open-offices.ts';
import { openPeople } from './open-people.ts';
import { openProbes } from './probes/index.ts';
import { attestations } from './verification/attestations.ts';
import { Explanations } from './verification/explanations.ts';
import type { OpenVerification } from './verification/index.ts';
import { brokenPromises } from './verification/tell-staff.ts';
import { walls } from './walls.ts';

/** What was opened below. */
export interface Below {
  readonly ground: Ground;
  readonly gateways: Gateways;
  readonly keeping: Keeping;
}

export type Domains = Awaited<ReturnType<typeof openDomains>>;

/** `openVerification`: of the floor above; null: nobody looks. */
export async function openDomains(opening: Opening, below: Below, openVerification: OpenVerification | null) {
  const { settings, egress, opened } = opening;
  const { databases, store, ledger, processors } = below.ground;
  const { database, sweeping } = databases;
  const { services, sessions } = below.gateways;
  const { notices, erasing } = below.keeping;
  const { siteUrl } = settings;
  const people = await openPeople(opening, below, { tell: () => offices.dates.wake() });
  const offices = await openOffices(opening, below, people);
  const { publications, signIn } = people;
  const { law, clauses } = offices;
  const fallen = () => database.lend((client) => checkCatalogue(client, walls));
  const verification =
    openVerification?.({
      settings,
      services,
      store,
      sweeping: sweeping.db,
      erased: () => ledger.lines,
      held: (subject) => ledger.held(subject),
      clauses,
      documents: publications.documents,
      law,
      recipients: processors.register,
      egress,
      gateways: () => sessions.connected(),
      fallen,
      probes: openProbes({ erasing, signIn, sweeping: sweeping.db }),
      attestations: () => attestations(store),
      tellStaff: brokenPromises({ db: database.db, notices, siteUrl, now: store.now }),
    }) ?? null;
  opened.defer(() => verification?.stop());
  return { ...people, ...offices, fallen, verification, explanations: await Explanations.open(store) };
}
