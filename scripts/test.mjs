// npm test: sets up what is missing, then runs the tests. Arguments go to vitest: npm test -- races
// --times N runs them so many times, until one fails: npm test -- test/media/nodes.test.ts --times 10

import { node, root } from './setup/paths.mjs'
import { handOver, Misuse, main } from './setup/run.mjs'
import { setUpMedia, setUpTests } from './setup/setup.mjs'

await main(async () => {
  const { times, args } = read(process.argv.slice(2))
  const isMedia = args.some((arg) => arg.includes('test/media'))
  const env = await (isMedia ? setUpMedia() : setUpTests())
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts']
  for (let run = 1; run <= times; run += 1) {
    if (times > 1) console.log(`\nrun ${run} of ${times}`)
    const code = await handOver(node, [...vitest, ...args], { cwd: root, env })
    if (code !== 0) return code
  }
  return 0
})

function read(args) {
  const at = args.indexOf('--times')
  if (at < 0) return { times: 1, args }
  const times = Number(args[at + 1])
  if (!Number.isInteger(times) || times < 1) throw new Misuse('--times takes a whole number')
  return { times, args: args.toSpliced(at, 2) }
}
