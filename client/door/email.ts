/** Looks like an address; whether it is one, the letter tells. */
export function isEmail(text: string): boolean {
  return /^\S+@\S+\.\S+$/.test(text.trim())
}
