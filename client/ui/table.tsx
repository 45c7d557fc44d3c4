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
  onChoose?: (row: T) => void
}

/** Rows 48 to 56, sticky head, no zebra. A chosen row is tinted; Enter and a click choose it. */
export function Table<T>({ label, columns, rows, idOf, chosen, onChoose }: Props<T>) {
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
          const choose = onChoose === undefined ? undefined : () => onChoose(row)
          return (
            <tr
              key={id}
              aria-selected={chosen === undefined ? undefined : id === chosen}
              tabIndex={choose === undefined ? undefined : 0}
              onClick={choose}
              onKeyDown={(event) => event.key === 'Enter' && choose?.()}
            >
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
