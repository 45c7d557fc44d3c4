export type { HeldMessage, PersonCard, Report, Word } from '../../shared/wire/moderation.ts'
