/** Numbers that both sides agree on. Each has its unit in its name and a line saying why that number. */

/** A hold is a handful of things, not a pallet: WIRE, hold:create. */
export const quantityMax = 20
/** A title fits two lines on a phone ticket and one row of a desk. */
export const titleMax = 120
/** Room for a page of text; longer belongs behind a link. */
export const descriptionMax = 8_000
/** Shopify's own bound on variants of one product. */
export const variantsMax = 100
/** Products of one merchant, archived ones too: more than one desk can look after. */
export const productsMax = 10_000
/** More pictures than anybody swipes through. */
export const imagesMax = 12
/** One show's line-up; the bag sheet stays a list that a thumb can scroll. */
export const lineupMax = 100
/** Variants in one line-up: every viewer is sent all of them. */
export const lineupVariantsMax = 1_000
/** Chat text as people count it, and as memory does. */
export const chatGraphemesMax = 300
export const chatBytesMax = 1_000
/** Why somebody was muted, banned, or a product pulled: one sentence. */
export const reasonMax = 300
/** Fits the seller pill without being cut on most phones. */
export const displayNameMax = 40
export const emailMax = 254
/** NIST SP 800-63B: at least 64 must be allowed; the top bound keeps hashing cheap. */
export const passwordMin = 8
export const passwordMax = 200
/** Money in minor units: ten million of a two-digit currency; sums stay far below 2^53. */
export const priceAmountMax = 1_000_000_000
/** Units of one variant; fits a Postgres int with room for sums. */
export const stockMax = 1_000_000
/** Idempotency keys: a UUID and a prefix fit; longer is somebody storing data in them. */
export const keyMax = 128
/** What somebody looks for in a list: a name, a title, a number. */
export const searchMax = 100
export const pageDefault = 20
export const pageMax = 100
/** Events a client may be behind before it gets a snapshot instead: WIRE, Events. */
export const catchUpEventsMax = 1_000
export const catchUpBytesMax = 256 * 1024
/** Flash sales: WIRE, sale:start. */
export const countdownMsMin = 10_000
export const countdownMsMax = 300_000
export const saleMsMin = 10_000
export const saleMsMax = 1_200_000
/** Auctions: WIRE, auction:open. Shorter than people need to see it, longer than they watch one thing. */
export const auctionMsMin = 15_000
export const auctionMsMax = 600_000
/** What a late bid sets the clock back to; 0 says that the end stays. */
export const extendMsMin = 5_000
export const extendMsMax = 60_000
/** A bid is at most so many times what it must be at least: a slip of the finger is not a price. */
export const bidLeapMax = 10
/** Who waits for one thing that is sold out: more would wait for nothing. */
export const lineMax = 10_000
/** Places of one account in all lines: each keeps a unit from newcomers. */
export const linePlacesMax = 20
export const slowSecondsMax = 300
/** A mute lasts at most four weeks; longer is a ban. */
export const muteMsMax = 28 * 24 * 3_600_000
/** Parcels told of in one call: a hundred letters and stock rows fit into its deadline. */
export const parcelsMax = 100
/** Codes of one merchant, those that are over too: more than one a day for a year. */
export const codesMax = 500
export const codeMin = 3
export const codeMax = 32
/** Products that one code names; for more than a line-up it is for the whole shop. */
export const codeProductsMax = 100
/** How often one code may be used: more people than any show has. */
export const codeQuotaMax = 1_000_000
export const codePerBuyerMax = 100
/** Minor units that a code must leave to pay, where Stripe names no other least charge: domain/discount.ts has those. */
export const leastPaidMinor = 50
/** Items in one order; a bag larger than this is a business purchase. */
export const orderItemsMax = 50
export const addressesMax = 20
/** Of one show: a list of them is told whole. */
export const moderatorsMax = 50
/** Planned shows that one account is reminded of. */
export const remindersMax = 100
/** Hosts that one account follows: more than anybody keeps up with. */
export const followsMax = 1_000
/** Pages of others that show a merchant's shows: a shop has a few; the list goes into one header. */
export const embedOriginsMax = 20
/** A signed token opens an embed for this long at most; what is open stays open. */
export const embedTokenMsMax = 3_600_000
/** A show's report counts orders that its replay sells for so long; the rest is at the desk. */
export const reportDays = 30
/** Points of a report's chart: a phone is 390 wide, a desk shows two pixels each. */
export const reportPointsMax = 720
/** Returns, in days. What a shop promises unless it says otherwise: as long as Shopify's own template. */
export const returnDays = 30
export const returnDaysMax = 365
/** What is broken, wrong or never came may be said for so long at least, whatever a shop promises. */
export const faultDaysMin = 30
/** A parcel that nobody said arrived counts as arrived so long after it was sent. */
export const arriveDays = 7
/** A shop that does not answer has said yes. */
export const answerDays = 5
/** What is to be sent back is sent by then, or its return is closed. */
export const sendBackDays = 14
/** A shop says that it came, or its buyer may ask the house; in the days below, after which time asks it. */
export const receiveDays = 7
/** So long after a no, or after less than was paid, the house may be asked. */
export const disputeDays = 14
/** Of one order: more is a quarrel, not a return. */
export const returnsMax = 10
/** What is said in a return: a page of a letter. */
export const saidBytesMax = 1_000
/** What an affiliate has of a sale, in hundredths of a percent: half of it at most. */
export const affiliateRateBpsMax = 5_000
/** Products of a shop with a rate of their own: told and sent whole. */
export const affiliateProductsMax = 200
/** Partners of a shop, those who left too: more than one desk looks after. */
export const affiliatesMax = 1_000
/** Shops that one account is an affiliate of, those that it left too. */
export const partnershipsMax = 100
/** Invitations of a shop that nobody has taken yet. */
export const affiliateInvitationsMax = 50
export const affiliateInvitationDays = 30
/** A browser keeps whose link it came by for so long: as TikTok and Amazon count in days, not months. */
export const viaDays = 30
export const payoutNoteMax = 200
/** A question that a phone shows in two lines, and answers that fit a button. */
export const pollQuestionMax = 120
export const pollAnswerMax = 40
export const pollAnswersMin = 2
/** Beyond four, people read and do not watch. */
export const pollAnswersMax = 4
export const pollMsMin = 10_000
export const pollMsMax = 600_000
/** Of one show: one every few minutes of a long evening. */
export const pollsMax = 100
export const giveawayMsMin = 30_000
export const giveawayMsMax = 600_000
/** Of one show, as of polls. */
export const giveawaysMax = 100
/** Of one giveaway: their list is read whole by whoever checks the draw, 1.6 MB at most. */
export const entriesMax = 20_000
/** Addresses that a shop sends its news to: its own server, its ERP, its shipping, one being tried. */
export const webhooksMax = 5
export const webhookUrlMax = 500
/** Programs that one shop lets in, and what they are called. */
export const apiKeysMax = 20
export const keyNameMax = 60
