/** Why a target was missed, by `path: of / to`. A missed one without a reason fails the report and a test. */
export const reasons: Readonly<Record<string, string>> = {
  'start: second npm start / s to ready':
    'measured while other work wanted both cores fifteen times over: most of that time it waited for one.',
  'start: idle web process / MB':
    'the process loads every room at once: TypeBox checks, Drizzle, sharp, mail, queues and the API pages.',
  'drop: ours, 1 variant, by CPU / Lua, AOF always':
    'a quick run: over 20,000 attempts our deciding process is still being compiled; its best run was 1.24.',
}
