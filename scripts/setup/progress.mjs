// What somebody who waits gets to read: one line for each long step, with the time it takes.

const isLive = process.stdout.isTTY && !process.env.CI
const plainLineMs = 30_000

export function say(line) {
  console.log(line)
}

/**
 * Runs a step that may take long. `work` gets a function to tell how far it is. On a terminal one
 * line counts the seconds; elsewhere there is a line at the start, every half minute, and at the end.
 */
export async function step(title, work) {
  const startedAt = Date.now()
  let detail = ''
  const status = () => `${title}${detail && `, ${detail}`} (${elapsed(startedAt)})`
  const show = () => (isLive ? rewrite(`  … ${status()}`) : say(`  … ${status()}`))

  if (isLive) show()
  else say(`  … ${title}`)
  const timer = setInterval(show, isLive ? 1_000 : plainLineMs)
  try {
    const result = await work((now) => {
      detail = now
    })
    finishLine(`  ✓ ${title} (${elapsed(startedAt)})`)
    return result
  } catch (error) {
    finishLine(`  ✗ ${title} (${elapsed(startedAt)})`)
    throw error
  } finally {
    clearInterval(timer)
  }
}

export function elapsed(sinceMs) {
  const seconds = Math.round((Date.now() - sinceMs) / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

function rewrite(line) {
  process.stdout.write(`\r\x1b[K${line.slice(0, (process.stdout.columns || 80) - 1)}`)
}

function finishLine(line) {
  if (isLive) process.stdout.write('\r\x1b[K')
  say(line)
}
