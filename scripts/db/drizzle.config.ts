import { defineConfig } from 'drizzle-kit'

// drizzle-kit reads a default export; nothing else in the house has one.
export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './server/store/schema.ts',
    './server/events/schema.ts',
    './server/features/*/schema.ts',
  ],
  out: './server/store/migrations',
})
