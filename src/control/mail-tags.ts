/**
 * What binds a report about a mail (RFC 3464, RFC 5965) to that mail: its row's id with a keyed checksum, in its Message-ID
 * and, where we take mail, in the address that reports come back to. It says nothing about anybody; who does not have the
 * mail can only guess it, at one in 2^80.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Id, isId } from '../link/ids.ts';
import type { ControlSettings } from './settings.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_BYTES = 16;
const CHECK_BYTES = 10;
/** Of both, 5 bits each. */
const SIGNS = Math.ceil(((ID_BYTES + CHECK_BYTES) * 8) / 5);
/** Wherever it stands: no letter or number right before or after. */
const TAG = new RegExp(`(?<![a-z0-9])[a-z2-7]{${SIGNS}}(?![a-z0-9])`, 'gi');
/** Before the tag, in the address. */
const MARK = '+b-';
/** RFC 5321, 4.5.3.1.1. */
const LOCAL_PART_MAX = 64;
/** Of one report; more are none of ours. */
const TAGS_MAX = 50;

export class MailTags {
  readonly #pepper: Buffer;
  readonly #returnTo: string | null;

  /** `pepper`: hex. `returnTo`: our address that takes mail with a tag as well; null: reports go where answers go. */
  constructor(pepper: string, returnTo: string | null) {
    this.#pepper = Buffer.from(pepper, 'hex');
    this.#returnTo = returnTo;
  }

  /** Of a mail's row. */
  of(id: Id): string {
    return base32(Buffer.concat([Buffer.from(id, 'hex'), this.#check(id)]));
  }

  /** The sender of its envelope; null: that of its head. */
  returnPath(id: Id): string | null {
    if (this.#returnTo === null) return null;
    const [local = '', host = ''] = this.#returnTo.split('@');
    const tagged = `${local}${MARK}${this.of(id)}`;
    return tagged.length > LOCAL_PART_MAX ? null : `${tagged}@${host}`;
  }

  /** Ids of our mails that a text names, each once. */
  idsIn(text: string): Id[] {
    const tags = text.match(TAG) ?? [];
    return [...new Set(tags.slice(0, TAGS_MAX).flatMap((tag) => this.#idOf(tag.toLowerCase()) ?? []))];
  }

  #idOf(tag: string): Id | null {
    const bytes = fromBase32(tag);
    const id = bytes.subarray(0, ID_BYTES).toString('hex');
    const check = bytes.subarray(ID_BYTES, ID_BYTES + CHECK_BYTES);
    return isId(id) && timingSafeEqual(check, this.#check(id)) ? id : null;
  }

  #check(id: Id): Buffer {
    return createHmac('sha256', this.#pepper)
      .update(`kept mail tag v1\n${id}`)
      .digest()
      .subarray(0, CHECK_BYTES);
  }
}

/** The address that reports come back to with a tag: where we take mail ourselves, or the operator says that a mailbox does. */
export function returnsTo({
  mail,
  mailDoor,
  company,
}: Pick<ControlSettings, 'mail' | 'mailDoor' | 'company'>): string | null {
  return (mail.taggedReturn ?? mailDoor.listen !== null) ? company.policyEmail : null;
}

/** Whether mail to this address is about a mail of ours, whatever it says. */
export const isReportAddress = (address: string): boolean => address.toLowerCase().includes(MARK);

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((sign) => ALPHABET.indexOf(sign).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
