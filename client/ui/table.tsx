import type { ComponentChildren } from 'preact'

export type Column<T> = {
  key: string
  title: string
  /** Numbers stand at the end side. */
  end?: boolean
  cell: (row: T) => ComponentChildren
}

type Props<T> = {
  label: string
  columns: Column<T>[]
  rows: T[]
  idOf: (row: T) => string
  chosen?: string | null
}

/** Rows 48 to 56, sticky head, no zebra. The chosen row is tinted; a link in it chooses it. */
export function Table<T>({ label, columns, rows, idOf, chosen }: Props<T>) {
  return (
    <table class="table" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col" class={column.end ? 'r' : ''}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const id = idOf(row)
          return (
            <tr key={id} aria-current={id === chosen ? 'true' : undefined}>
              {columns.map((column) => (
                <td key={column.key} class={column.end ? 'r num' : ''}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
