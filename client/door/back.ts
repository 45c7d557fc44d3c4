/** Where to go after the door: the place that a link names, if it is one of ours. */
export function placeBack(given: string | null, origin: string): string {
  if (given === null || !URL.canParse(given, origin)) return '/'
  // Read as a browser reads it: `/\evil.test` is another site.
  const { origin: there, pathname, search, hash } = new URL(given, origin)
  return there === origin && given.startsWith('/') ? `${pathname}${search}${hash}` : '/'
}
