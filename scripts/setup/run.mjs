// Running other programs, and ending ourselves with a sentence instead of a stack trace.

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { say } from './progress.mjs'

/** A step that failed, told for the person at the keyboard: what happened, and what to do next. */
export class SetUpError extends Error {
  constructor(message, next) {
    super(message)
    this.next = next
  }
}

/** What was typed cannot be done: told in a sentence, exit 2, as dev/arguments.ts has it. */
export class Misuse extends Error {}

/** For an entry that takes no arguments, rather than not to heed them. */
export function refuseArguments(usage, args = process.argv.slice(2)) {
  if (args.length > 0) throw new Misuse(`Nothing is known of ${args.join(' ')}. ${usage}`)
}

/**
 * Runs a program to its end and answers {code, output}; never throws for a program that failed.
 * `onOutput` sees the text as it arrives; past `timeoutMs` the program and its children are killed.
 */
export function run(command, args, { cwd, env, timeoutMs, onOutput } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: timeoutMs !== undefined,
    })
    let output = ''
    const take = (chunk) => {
      output += chunk
      onOutput?.(String(chunk))
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    const timer = timeoutMs && setTimeout(() => process.kill(-child.pid, 'SIGKILL'), timeoutMs)
    child.on('error', (error) => {
      clearTimeout(timer)
      resolve({ code: 127, output: error.message })
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code: code ?? 1, output })
    })
  })
}

/** Gives the terminal and our signals to a program; answers its exit code. */
export function handOver(command, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    // The IPC channel is a leash: should this process be killed outright, the program notices.
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    })
    const forward = (signal) => child.kill(signal)
    process.on('SIGINT', forward)
    process.on('SIGTERM', forward)
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      process.off('SIGINT', forward)
      process.off('SIGTERM', forward)
      resolve(code ?? 128 + constants.signals[signal])
    })
  })
}

/** Runs an entry point: its answer is the exit code; a SetUpError or Misuse is told without a stack. */
export async function main(entry) {
  try {
    process.exitCode = await entry()
  } catch (error) {
    if (!(error instanceof SetUpError || error instanceof Misuse)) throw error
    console.error(`\n${error.message}`)
    if (error.next) console.error(`\nWhat to do: ${error.next}`)
    process.exitCode = error instanceof Misuse ? 2 : 1
  }
}

/** A step that failed, where the house goes on without what it was for: `lack` says what that means. */
export function tellLack(lack, error) {
  if (!(error instanceof SetUpError)) throw error
  say(`\n  ! ${lack}`)
  say(`    ${error.message.replaceAll('\n', '\n    ')}`)
  say(`    What to do: ${error.next}\n`)
}

/** The last lines of a program's output, for a message. */
export function tail(output, lines = 25) {
  return output.trimEnd().split('\n').slice(-lines).join('\n')
}
