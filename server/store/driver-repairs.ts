/** What is found exactly once, and what takes its place. */
type Repair = { find: string; put: string }

/** Repairs of postgres 3.4.9, by file. */
export const repairs: Record<string, Repair[]> = {
  'connection.js': [
    {
      // A BEGIN that was written to a busy connection reserved nothing: whatever came next on that
      // connection ran inside the transaction, and was lost with it.
      find: `      return write(toBuffer(q))
        && !q.describeFirst
        && !q.cursorFn
        && sent.length < max_pipeline
        && (!q.options.onexecute || q.options.onexecute(connection))`,
      put: `      const more = write(toBuffer(q))
        && !q.describeFirst
        && !q.cursorFn
        && sent.length < max_pipeline
      return q.options.onexecute ? (q.options.onexecute(connection), false) : more`,
    },
    {
      // A statement for a connection that is gone waited for ever.
      find: `      return queryError(q, Errors.connection('CONNECTION_DESTROYED', options))

    if (stream)`,
      put: `      return queryError(q, Errors.connection('CONNECTION_DESTROYED', options))

    if (!socket || socket.destroyed)
      return queryError(q, Errors.connection('CONNECTION_CLOSED', options)), true

    if (stream)`,
    },
    {
      // Written a moment after the connection was gone: the end of the process.
      find: '    const x = socket.write(chunk, fn)',
      put: `    if (!socket) {
      chunk = nextWriteTimer = null
      return false
    }
    silence.start()
    const x = socket.write(chunk, fn)`,
    },
    {
      // What was not written yet stayed, and so did its timer, which then never ran again.
      find: `    clearImmediate(nextWriteTimer)
    if (socket) {`,
      put: `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    if (socket) {`,
    },
    {
      find: `    clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)`,
      put: `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    socket.removeListener('data', data)`,
    },
    {
      // A connection lost at this moment was a rejection that nobody handles. Who waits for the
      // connection is told when it closes.
      find: '        return fetchArrayTypes()',
      put: '        return fetchArrayTypes().catch(() => undefined)',
    },
    {
      // A server that hangs up on newcomers was called again at once, for ever, and the query waited.
      // And the next owner of a connection was told of the last one's error.
      find: `    if (initial)
      return reconnect()

    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))`,
      put: `    if (initial && options.host.length > 1)
      return reconnect()

    const failed = hadError || initial !== null
    const lost = Errors.connection('CONNECTION_CLOSED', options, socket)
    errored(lost)
    while (sent.length)
      queryError(sent.shift(), lost)
    query = results = errorResponse = null
    result = new Result()`,
    },
    {
      find: `    onclose(connection, Errors.connection('CONNECTION_CLOSED', options, socket))`,
      put: '    onclose(connection, lost, failed)',
    },
    {
      // Nobody noticed a server that is gone without a word: TCP itself takes a quarter of an hour.
      // Postgres ends a statement at its own limit, so silence for longer than that means nobody.
      find: `      , connectTimer = timer(connectTimedOut, options.connect_timeout)`,
      put: `      , connectTimer = timer(connectTimedOut, options.connect_timeout)
      , silence = timer(fellSilent, options.connection.statement_timeout && options.connection.statement_timeout / 1000 + 2)`,
    },
    {
      find: '  function connectTimedOut() {',
      put: `  function fellSilent() {
      const { bytesRead } = socket
      // A process that was stopped for a while finds the answer waiting: it is read first.
      setImmediate(() => {
        if (!socket || socket.bytesRead !== bytesRead)
          return
        error(Errors.connection('CONNECTION_SILENT', options, socket))
        socket.destroy()
      })
  }

  function connectTimedOut() {`,
    },
    {
      find: `  function data(x) {
    if (incomings) {`,
      put: `  function data(x) {
    silence.cancel()
    if (incomings) {`,
    },
    {
      find: '    connectTimer.cancel()\n\n    socket.removeAllListeners()',
      put: '    connectTimer.cancel()\n    silence.cancel()\n\n    socket.removeAllListeners()',
    },
  ],
  'index.js': [
    {
      // A transaction whose connection is gone is over: its statements must not run on the next one.
      find: `        new Promise((_, reject) => connection.onclose = reject)
      ])`,
      put: `        new Promise((_, reject) => connection.onclose = e => {
          gone = e
          while (queries.length)
            queries.shift().reject(e)
          reject(e)
        })
      ])`,
    },
    {
      find: `    let savepoints = 0
      , connection`,
      put: `    let savepoints = 0
      , gone = null
      , connection`,
    },
    {
      find: `        q.catch(e => uncaughtError || (uncaughtError = e))
        c.queue === full`,
      put: `        q.catch(e => uncaughtError || (uncaughtError = e))
        gone
          ? q.reject(gone)
          : c.queue === full`,
    },
    {
      // While no connection stands nobody waits for one: the wait has no end, and what was given up
      // meanwhile would all be done when Postgres is back.
      find: '  function onclose(c, e) {',
      put: '  function onclose(c, e, failed) {',
    },
    {
      find: '    queries.length && connect(c, queries.shift())',
      put: `    if (failed && !open.length && !busy.length && !full.length && !reserved.length)
      while (queries.length)
        queries.shift().reject(e)
    queries.length && connect(c, queries.shift())`,
    },
  ],
}
