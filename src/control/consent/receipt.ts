/**
 * The receipt of an answer: the fields of ISO/IEC TS 27560:2023 (consent record information structure) as JSON, with
 * the record's own receipt beside them. Made anew from the row at any time; a field that nothing here knows is left
 * out, not filled with a guess. Field names by the public guide of W3C's DPVCG to that specification.
 */
import type { MapEntry } from '../../store/map/table.ts';
import { CONSENT_PURPOSES, type ConsentPurpose } from '../../store/map/words.ts';
import { type ConsentRow, PROOF_DAYS } from './schema.ts';
import { subjectOfRow } from './standing.ts';
import { type ConsentTexts, TEXT_LANGUAGE } from './texts.ts';

const SCHEMA_VERSION = 'ISO/IEC TS 27560:2023';

export interface ReceiptSources {
  readonly texts: ConsentTexts;
  readonly map: readonly MapEntry[];
  /** Public address of the site. */
  readonly siteUrl: string;
  /** Name of the operator. */
  readonly company: string;
}

/** `proof`: the record's receipt (C2SP tlog-proof) of the answer, or of its taking back. */
export function receiptOf(
  row: ConsentRow,
  proof: string | null,
  { texts, map, siteUrl, company }: ReceiptSources,
) {
  const subject = subjectOfRow(row);
  const shown = texts.version(row.purpose, row.version);
  return {
    schema_version: SCHEMA_VERSION,
    receipt_id: row.id,
    record_id: row.id,
    pii_principal_id: subject.id,
    pii_principal_type: subject.kind,
    pii_processing: {
      privacy_notice: {
        version: row.version,
        since: shown?.since ?? null,
        sha256: shown?.sha256 ?? null,
        text: shown?.text ?? null,
      },
      language: TEXT_LANGUAGE,
      purposes: [
        {
          purpose: row.purpose,
          purpose_type: CONSENT_PURPOSES[row.purpose],
          lawful_basis: 'consent',
          pii_information: classesFor(map, row.purpose),
          pii_controllers: [siteUrl],
          collection_method: row.way,
          retention_period: `proof of the answer: ${PROOF_DAYS} days after it was taken back or ended`,
          withdrawal_method: [`${siteUrl}/privacy/choices`, 'mail', 'the operator'],
          privacy_rights: `${siteUrl}/privacy`,
        },
      ],
    },
    party_identification: [
      { party_id: siteUrl, party_name: company, party_role: 'pii_controller', party_url: siteUrl },
    ],
    events: eventsOf(row),
    record_receipt: proof,
  };
}

export type ConsentReceipt = ReturnType<typeof receiptOf>;

function eventsOf(row: ConsentRow) {
  const entity = { entity_id: subjectOfRow(row).id };
  const answered = {
    event_time: row.at.toISOString(),
    event_type: 'explicit',
    event_state: row.answer,
    event_way: row.way,
    ...entity,
    ...(row.expiresAt !== null && { validity_duration: row.expiresAt.toISOString() }),
  };
  if (row.withdrawnAt === null) return [answered];
  const withdrawn = {
    event_time: row.withdrawnAt.toISOString(),
    event_type: 'explicit',
    event_state: 'withdrawn',
    event_way: row.withdrawnWay,
    ...entity,
  };
  return [answered, withdrawn];
}

/** The data classes that the map gives to this purpose. */
function classesFor(map: readonly MapEntry[], purpose: ConsentPurpose): string[] {
  const classes = map.flatMap(({ columns }) =>
    Object.values(columns).flatMap(({ facts }) =>
      facts.class !== 'none' && 'purposes' in facts && facts.purposes.includes(purpose) ? [facts.class] : [],
    ),
  );
  return [...new Set(classes)].sort();
}
