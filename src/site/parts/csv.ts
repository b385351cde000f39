/** Tables as CSV (RFC 4180) that spreadsheets open. */

type Cell = string | number | null;

/** A file to save; it is not kept in between. */
export function csvFile(name: string, head: readonly string[], rows: readonly (readonly Cell[])[]): Response {
  const text = [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
  return new Response(`${text}\r\n`, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}.csv"`,
      'cache-control': 'no-store',
    },
  });
}

/** Words that a spreadsheet would take for a formula get an apostrophe before them, so that it does not run them. */
function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
