/** Why a target was missed, by `path: of / to`. A missed one without a reason fails the report and a test. */
export const reasons: Readonly<Record<string, string>> = {
  'start: second npm start / s to ready':
    'measured while other work wanted both cores fifteen times over: most of that time it waited for one.',
  'start: idle web process / MB':
    'the process loads every room at once: TypeBox checks, Drizzle, sharp, mail, queues and the API pages.',
  'drop: ours, 1 variant, by CPU / Lua, AOF always':
    'a quick run: over 20,000 attempts our deciding process is still being compiled; its best run was 1.24.',
  'checkout: ours, 50 variants / Drizzle transaction':
    'a quick run while other work kept both cores busy: our rate went from 1,074 to 4,312 a second between its runs; by CPU an order costs 25 times less.',
  'checkout: ours, 50 variants / one statement': 'the same busy machine; by CPU 5.8 times.',
  'checkout: ours, 1 variant / one statement':
    'the same busy machine; by CPU 9.3 times. The batch still costs Postgres 160 µs an order, mostly indexes and the JSON of the answer.',
  'checkout: ours, 50 variants / pgbench':
    'the same busy machine; by CPU 0.88. Ours also notes what the bank answered, which pgbench does not.',
  'checkout: one order alone, p50 / a single insert':
    'an order alone is a call of a dozen statements and a second commit for the answer of the bank; on a busy machine each step waits for a core.',
}
