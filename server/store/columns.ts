import { customType, timestamp } from 'drizzle-orm/pg-core'

/** Columns that every room's tables use in the same way. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => 'bytea',
})

export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
