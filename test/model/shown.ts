import type { Model, Sale } from './model.ts'
import { lineups, variantsOf } from './steps.ts'

/** What somebody who joins a show is shown, exactly as of its last seq. */
export function shownTo(model: Model, who: number, show: number) {
  const { shelf, staff } = model
  const products = (lineups[show] ?? []).map((product) => ({
    pulled: model.pulled.has(`${show} ${product}`),
    variants: variantsOf([product]).map((variant) => variantShown(model, show, variant)),
  }))
  const sales = model.sales.filter((sale) => !sale.over && sale.show === show)
  const holds = shelf.holds
    .filter((h) => h.buyer === who && h.show === show)
    .filter((h) => h.state === 'ordered' || (h.state === 'active' && !shelf.isDue(h)))
    .map((h) => `${h.n} ${h.state}`)
  return {
    seq: model.seq(show),
    pinned: model.pinned[show] ?? null,
    products,
    sales: sales.map((sale) => saleShown(model, sale)).sort(),
    you: {
      role: staff.roleOf(show, who),
      muted: staff.isMuted(show, who),
      banned: staff.isBanned(show, who),
      holds,
    },
  }
}

/** Price and limit of the open offer, else of the next, else as written. */
function variantShown(model: Model, show: number, variant: number) {
  const { shelf } = model
  const next = shelf.offersOf(show, variant).filter((offer) => offer.to > shelf.now)
  const [offer] = next.sort((a, b) => a.from - b.from)
  const price = offer?.price ?? (model.prices[variant] as number)
  if (model.isPulled(show, variant)) return { price, available: 0, limit: null }
  const available = Math.max(0, offer ? shelf.left(offer) : shelf.free(variant))
  return { price, available, limit: offer && offer.perBuyer < Infinity ? offer.perBuyer : null }
}

function saleShown({ shelf }: Model, { variant, offer, wasPrice }: Sale): string {
  const state = () => {
    if (offer.to <= shelf.now) return 'ended'
    if (offer.from > shelf.now) return 'announced'
    return shelf.left(offer) <= 0 ? 'sold-out' : 'open'
  }
  return `${variant} ${state()} ${offer.price} instead of ${wasPrice}, ${offer.cap}`
}
