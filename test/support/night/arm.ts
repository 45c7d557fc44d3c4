// Loaded into each web process of a night: its failpoints are armed while it runs, by whoever started it.

import { armFailpoints } from '../../../server/base/failpoint.ts'

const tellOver = (stallOver: string) => void process.send?.({ stallOver })
process.on('message', ({ failpoints }: { failpoints?: string }) => {
  if (failpoints !== undefined) armFailpoints(failpoints, tellOver)
})
// Listening keeps a channel open; this process ends when its work does.
process.channel?.unref()
