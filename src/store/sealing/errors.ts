/** Why a sealed value does not open. No message holds anything of the value. */

/** The subject's key is dead or never was: nobody opens this again. */
export class KeyGone extends Error {
  override readonly name = 'KeyGone';
  readonly code = 'key_gone';

  constructor() {
    super('the key of this value is gone');
  }
}

/** Damaged, sealed by another key, or moved here from another place. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly code = 'unreadable';

  constructor() {
    super('this value is damaged or does not belong here');
  }
}
