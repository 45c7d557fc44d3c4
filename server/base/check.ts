import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import type { FieldError } from '../../shared/wire/base.ts'
import { Refusal } from './refusal.ts'

/** Errors told at most: enough to mend a form, not enough to echo an attack. */
const errorsMax = 20

type TypeboxError = { instancePath: string; message: string; params?: object }

/** Checks payloads strictly: nothing stripped, nothing coerced. Throws VALIDATION that names each field. */
export function checker<T>(schema: TSchema): (value: unknown) => T {
  const compiled = Compile(schema)
  return (value) => {
    if (compiled.Check(value)) return value as T
    const errors = onePerField(compiled.Errors(value).slice(0, errorsMax).flatMap(fieldErrors))
    throw new Refusal('VALIDATION', sentence(errors), { errors })
  }
}

/** The same for query strings and path parameters, where numbers arrive as text. */
export function looseChecker<T>(schema: TSchema): (value: unknown) => T {
  const strict = checker<T>(schema)
  return (value) => strict(Value.Convert(schema, { ...(value as object) }))
}

function fieldErrors(e: TypeboxError): FieldError[] {
  const params = e.params as
    | { requiredProperties?: string[]; additionalProperties?: string[] }
    | undefined
  const missing = params?.requiredProperties
  if (missing)
    return missing.map((p) => ({ pointer: `${e.instancePath}/${p}`, detail: 'is missing' }))
  const extra = params?.additionalProperties
  if (extra) {
    return extra.slice(0, errorsMax).map((p) => ({
      pointer: `${e.instancePath}/${p.slice(0, 100)}`,
      detail: 'is not known here',
    }))
  }
  return [{ pointer: e.instancePath || '/', detail: e.message }]
}

/** The checker says the same of one field in several ways: the first is enough. */
function onePerField(errors: FieldError[]): FieldError[] {
  return [...new Map(errors.toReversed().map((e) => [e.pointer, e])).values()].reverse()
}

function sentence(errors: FieldError[]): string {
  const first = errors[0]
  if (!first) return 'That is not what this takes.'
  const name = first.pointer.slice(1) || 'The body'
  return `${name} ${first.detail}.`
}
