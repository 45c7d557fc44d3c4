export type {
  ChatMessage,
  Money,
  Producer,
  Room,
  ShownProduct,
  ShownSale,
  ShownVariant,
  Snapshot,
  Stock,
  TalkLine,
} from '../../shared/domain/room.ts'
