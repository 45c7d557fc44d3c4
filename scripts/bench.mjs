// npm run bench: measures the hot paths beside other ways of doing the same, in the same run.

import { node, root } from './setup/paths.mjs'
import { pgbench, wantJanus, wantPgbench, wantTellers } from './setup/programs.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpHouse, setUpTests } from './setup/setup.mjs'

/** What a path compares with and no package of npm brings; a quick run takes what is there. */
const peers = { fanout: wantTellers, media: wantJanus, checkout: wantPgbench }

await main(async () => {
  const asked = process.argv.slice(2)
  const env = await (asked.includes('glass') ? setUpTests() : setUpHouse())
  for (const [path, want] of Object.entries(peers)) {
    if (asked.includes(path) && !asked.includes('--quick')) await want()
  }
  return handOver(node, ['scripts/bench/main.ts', ...asked], {
    cwd: root,
    env: { ...env, PGBENCH: pgbench() ?? '' },
  })
})
