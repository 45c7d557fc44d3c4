import { speaker } from '../../ui/speak.ts'

const en = {
  record: 'Record this show',
  'record.waits': 'Will be recorded from the start',
  'record.on': 'Being recorded',
  'record.off': 'Not recorded',
  'record.no.no-program': 'Not recorded: this server has no ffmpeg',
  'record.no.program-failed': 'Recording failed. Trying again',
  'record.no.busy': 'Not recorded: too many shows are recorded right now',
  'record.no.disk-full': 'Not recorded: the disk is full',
  'record.no.storage': 'Recording cannot be stored. Trying again',
} as const

export const t = speaker(en)
