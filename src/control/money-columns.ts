/** Which columns of the data map are about money: where use has no price, pages tell of them only what is held. */

/** In SQL. `welcome_due`: of a credit. */
const NAMES = /_microusd$|^ledger_entry_id$|^welcome_due$/;

/** `column`: its name in SQL. */
export const isMoney = (column: string, dataClass: string): boolean =>
  dataClass === 'user.financial' || NAMES.test(column);
