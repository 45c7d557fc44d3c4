/** Rows as a table for a spreadsheet or another program (RFC 4180), the first with the columns' names. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  // The mark in front tells spreadsheets that it is UTF-8.
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** What people wrote is never a formula: a spreadsheet would work it out. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
