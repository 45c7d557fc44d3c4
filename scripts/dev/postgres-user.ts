// Postgres refuses to run as root. Started by root, it runs as the system user `postgres`.

import { execFileSync, spawnSync } from 'node:child_process'

const name = 'postgres'

/** How to start a program as somebody whom Postgres accepts. `uid` is missing when we are that one. */
export interface PostgresUser {
  uid?: number
  gid?: number
  command(program: string, args: string[]): [program: string, args: string[]]
}

/** `paths` are what Postgres must reach: its programs and its data. */
export function postgresUser(paths: string[]): PostgresUser {
  if (process.getuid?.() !== 0) return { command: (program, args) => [program, args] }
  const { uid, gid } = findUser() ?? createUser()
  const ways = [plain, ...['dac_read_search', 'dac_override'].map(reachingAcross)]
  const way = ways.map((make) => make(uid, gid)).find((command) => reaches(command, paths))
  if (way) return { uid, gid, command: way }
  throw new Error(
    `the user '${name}' cannot reach ${paths.join(' and ')}: ` +
      'move the checkout out of a private folder, run as another user than root, or set DATABASE_URL',
  )
}

function plain(uid: number, gid: number): PostgresUser['command'] {
  return (program, args) => as(uid, gid, [], program, args)
}

/**
 * A checkout in root's home or a private temporary folder is closed to other users. One capability
 * lets Postgres pass through folders; its own files still belong to its own user. Without the
 * securebit, access(2), by which Postgres looks for its programs, would disregard the capability.
 */
function reachingAcross(capability: string) {
  const capabilities = [
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
  ]
  return (uid: number, gid: number): PostgresUser['command'] =>
    (program, args) =>
      as(uid, gid, capabilities, program, args)
}

function as(
  uid: number,
  gid: number,
  more: string[],
  program: string,
  args: string[],
): [string, string[]] {
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...more]
  return ['setpriv', [...identity, '--', program, ...args]]
}

function reaches(command: PostgresUser['command'], paths: string[]): boolean {
  const script = 'for path do test -x "$path" || exit 1; done'
  return spawnSync(...command('/bin/sh', ['-c', script, 'sh', ...paths])).status === 0
}

function findUser(): { uid: number; gid: number } | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }))
  if (uid?.status !== 0 || gid?.status !== 0) return undefined
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

function createUser(): { uid: number; gid: number } {
  const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin']
  execFileSync('useradd', [...flags, name])
  const user = findUser()
  if (!user) throw new Error(`the user '${name}' could not be created`)
  return user
}
