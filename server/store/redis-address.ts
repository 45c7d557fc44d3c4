type RedisNode = { host: string; port: number }

/** Where Redis is, read from REDIS_URL. */
export type RedisAddress = {
  mode: 'single' | 'sentinel' | 'cluster'
  /** The servers to ask first: the only one, the sentinels, or some nodes of the cluster. */
  nodes: [RedisNode, ...RedisNode[]]
  /** Which master the sentinels are asked for. */
  master: string | undefined
  username: string | undefined
  password: string | undefined
  db: number
  tls: boolean
}

/**
 * `redis://:password@host:6379/0` is one server. With `?mode=cluster&nodes=host2:6379,host3:6379`
 * it is a cluster of which these nodes are known; with `?mode=sentinel&master=name&nodes=…` these
 * are sentinels (port 26379 where none is given), and the password is the servers' own and theirs.
 */
export function readRedisAddress(url: string): RedisAddress {
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(url)
  const mode = searchParams.get('mode') ?? 'single'
  if (mode !== 'single' && mode !== 'sentinel' && mode !== 'cluster') {
    throw new Error('REDIS_URL: mode is cluster or sentinel')
  }
  const master = searchParams.get('master') ?? undefined
  if (mode === 'sentinel' && !master) throw new Error('REDIS_URL: mode=sentinel needs master=name')
  const usual = mode === 'sentinel' ? 26_379 : 6_379
  const more = (searchParams.get('nodes') ?? '').split(',').filter(Boolean)
  return {
    mode,
    nodes: [
      { host: hostname, port: Number(port || usual) },
      ...more.map((at) => nodeAt(at, usual)),
    ],
    master,
    username: username ? decodeURIComponent(username) : undefined,
    password: password ? decodeURIComponent(password) : undefined,
    db: Number(pathname.slice(1) || 0),
    tls: protocol === 'rediss:',
  }
}

function nodeAt(text: string, usual: number): RedisNode {
  const { hostname, port } = new URL(`redis://${text}`)
  return { host: hostname, port: Number(port || usual) }
}
