import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import type { FieldError } from '../../shared/wire/base.ts'
import { Refusal } from './refusal.ts'

/** Errors told at most: enough to mend a form, not enough to echo an attack. */
const errorsMax = 20
/** Of a payload that is wrong, this much is looked at to say what: above every bound of the wire. */
const entriesMax = 500
const depthMax = 12

type TypeboxError = { keyword: string; instancePath: string; message: string; params?: object }

/**
 * Checks payloads strictly: nothing stripped, nothing coerced. Throws VALIDATION that names each field.
 * Compiled by the first payload: of three hundred shapes an idle process has met a few (2 MB less).
 */
export function checker<T>(schema: TSchema): (value: unknown) => T {
  let compiled: ReturnType<typeof Compile> | undefined
  return (value) => {
    compiled ??= Compile(schema)
    if (compiled.Check(value)) return value as T
    const found = compiled.Errors(excerpt(value)).slice(0, errorsMax)
    const errors = onePerField(found.flatMap(fieldErrors))
    throw new Refusal('VALIDATION', sentence(errors), { errors })
  }
}

/** The same for query strings and path parameters, where numbers arrive as text. */
export function looseChecker<T>(schema: TSchema): (value: unknown) => T {
  const strict = checker<T>(schema)
  return (value) => strict(Value.Convert(schema, { ...(value as object) }))
}

/**
 * The beginning of each list and object. The checker looks for all errors, and for items that stand
 * twice in the square of their number: a list of thirty thousand would stop the process for seconds.
 */
function excerpt(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== 'object') return value
  if (depth === depthMax) return Array.isArray(value) ? [] : {}
  if (Array.isArray(value)) return value.slice(0, entriesMax).map((v) => excerpt(v, depth + 1))
  const entries = Object.entries(value).slice(0, entriesMax)
  return Object.fromEntries(entries.map(([key, v]) => [key, excerpt(v, depth + 1)]))
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
  // `false` is the schema of every field that a shape does not have.
  const detail = e.keyword === 'boolean' ? 'is not known here' : e.message
  return [{ pointer: e.instancePath || '/', detail }]
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
