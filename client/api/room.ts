export type {
  ChatMessage,
  Money,
  Room,
  ShownProduct,
  ShownSale,
  ShownVariant,
  TalkLine,
} from '../../shared/domain/room.ts'
