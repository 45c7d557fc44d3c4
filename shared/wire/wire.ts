import { accountRoutes } from './accounts.ts'
import { adminRoutes } from './admin.ts'
import { affiliateRoutes } from './affiliates.ts'
import { auctionCommands } from './auctions.ts'
import { catalogRoutes, inventoryRoutes } from './catalog.ts'
import { chatCommands } from './chat.ts'
import type { Commands, Routes } from './contract.ts'
import { embedRoutes } from './embeds.ts'
import { followingRoutes } from './following.ts'
import { giveawayCommands, giveawayRoutes } from './giveaways.ts'
import { holdCommands, holdRoutes } from './holds.ts'
import { hookRoutes } from './hooks.ts'
import { keyRoutes } from './keys.ts'
import { lineCommands } from './line.ts'
import { linkRoutes } from './links.ts'
import { mediaCommands } from './media.ts'
import { moderationCommands, moderationRoutes } from './moderation.ts'
import { orderRoutes, paymentRoutes, sandboxRoutes } from './orders.ts'
import { pollCommands } from './polls.ts'
import { codeCommands, codeRoutes } from './promotions.ts'
import { recordingRoutes } from './recordings.ts'
import { replayRoutes } from './replay.ts'
import { reportRoutes } from './report.ts'
import { returnRoutes } from './returns.ts'
import { salesCommands } from './sales.ts'
import { showCommands, showRoutes } from './shows.ts'
import { streamKeyRoutes } from './whip.ts'

/** The whole wire in two tables: what documents, tests and the permission matrix are made from. */
export const allRoutes = {
  ...accountRoutes,
  ...catalogRoutes,
  ...inventoryRoutes,
  ...holdRoutes,
  ...showRoutes,
  ...streamKeyRoutes,
  ...recordingRoutes,
  ...embedRoutes,
  ...linkRoutes,
  ...followingRoutes,
  ...moderationRoutes,
  ...codeRoutes,
  ...giveawayRoutes,
  ...orderRoutes,
  ...returnRoutes,
  ...affiliateRoutes,
  ...hookRoutes,
  ...keyRoutes,
  ...paymentRoutes,
  ...sandboxRoutes,
  ...replayRoutes,
  ...reportRoutes,
  ...adminRoutes,
} satisfies Routes

export const allCommands = {
  ...showCommands,
  ...salesCommands,
  ...auctionCommands,
  ...codeCommands,
  ...pollCommands,
  ...giveawayCommands,
  ...holdCommands,
  ...lineCommands,
  ...chatCommands,
  ...moderationCommands,
  ...mediaCommands,
} satisfies Commands
