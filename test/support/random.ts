import fc from 'fast-check'

/**
 * Where random tests begin: the same place every time, so that a change that turns one red is to blame
 * itself. `npm run soak` begins elsewhere, again and again. A failure prints its seed and path.
 */
export const seed = Number(process.env.SEED ?? 1)

fc.configureGlobal({ seed })

export { fc }
