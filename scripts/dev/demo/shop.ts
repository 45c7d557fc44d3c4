// What the demo shop sells and when. Pictures are the drawings of client/ui/art.

const currency = 'USD'
const dollars = (price: number) => ({ amount: Math.round(price * 100), currency })

export const password = 'open-the-window'

export const people = {
  host: { email: 'marta@vitrine.example', displayName: 'Marta Oliveira' },
  moderator: { email: 'ines@vitrine.example', displayName: 'Ines' },
  viewer: { email: 'aylin@vitrine.example', displayName: 'Aylin Çelik' },
} as const

export const viewerAddress = {
  name: 'Aylin Çelik',
  line1: 'Torstraße 14',
  city: 'Berlin',
  postalCode: '10119',
  country: 'DE',
}

export const merchant = {
  name: 'Barro Studio',
  address: 'Barro Studio, Rua do Norte 21, 1200-283 Lisboa, Portugal',
  shipping: [{ price: dollars(6), freeFrom: dollars(150).amount }],
  countries: ['PT', 'ES', 'FR', 'DE', 'NL', 'BE', 'AT', 'IT', 'PL', 'SE', 'DK', 'IE', 'GB', 'US'],
  taxNote: 'Prices include VAT where it applies.',
  terms:
    'Every piece is thrown and glazed by hand, so yours may differ a little from the one in the show. ' +
    'Parcels leave the studio within three working days.',
  returns:
    'Send it back within 30 days, unused, and we refund the price of the piece. ' +
    'Something arrived broken? Write to us with a photograph and we replace it or refund you.',
}

export interface DemoProduct {
  art: string
  title: string
  description: string
  variants: {
    sku: string
    title: string
    price: { amount: number; currency: string }
    onHand: number
  }[]
}

const variant = (sku: string, title: string, price: number, onHand: number) => ({
  sku,
  title,
  price: dollars(price),
  onHand,
})

export const products: DemoProduct[] = [
  {
    art: 'mug',
    title: 'Ridge mug',
    description: 'A tall mug with thrown ridges and a handle for three fingers. Dishwasher safe.',
    variants: [variant('RM-OAT', 'Oat, 350 ml', 24, 22)],
  },
  {
    art: 'dripper',
    title: 'Pour-over dripper',
    description: 'Sits on most mugs and carafes and takes a size 2 paper filter.',
    variants: [variant('PD-ASH', 'Ash', 38, 12)],
  },
  {
    art: 'bowl',
    title: 'Low bowl',
    description: 'Wide and low, for noodles or fruit. The moss glaze breaks to brown at the rim.',
    variants: [
      variant('LB-MOSS-18', 'Moss, 18 cm', 42, 24),
      variant('LB-MOSS-14', 'Moss, 14 cm', 32, 8),
      variant('LB-MOSS-22', 'Moss, 22 cm', 54, 3),
    ],
  },
  {
    art: 'vase',
    title: 'Bud vase',
    description: 'Holds one stem well and three at most. Glazed inside, watertight.',
    variants: [variant('BV-INK', 'Ink blue', 28, 10)],
  },
  {
    art: 'plate',
    title: 'Serving plate',
    description: 'A flat plate with a raised rim, for bread or a whole fish.',
    variants: [variant('SP-SALT-28', 'Salt, 28 cm', 56, 8)],
  },
  {
    art: 'teapot',
    title: 'Teapot',
    description: 'Pours without a drip. Half a litre, with a strainer thrown into the spout.',
    variants: [variant('TP-TEN', 'Tenmoku', 94, 6)],
  },
  {
    art: 'candle',
    title: 'Candle holder',
    description: 'Unglazed terracotta with a saucer for the wax. For candles of 22 mm.',
    variants: [variant('CH-TER', 'Terracotta', 19, 20)],
  },
  {
    art: 'cups',
    title: 'Two espresso cups',
    description: 'A pair, one blue and one rust, 80 ml each.',
    variants: [variant('EC-BR', 'Blue and rust', 30, 10)],
  },
]

/** To put before the room on the first evening, and to type at checkout. */
export const code = { code: 'LIVE10', off: { percent: 10 }, quota: 50 }

/** The first show is the one to start; it sells everything. The others show what is to come. */
export const shows = [
  { title: 'Autumn kiln opening', daysAhead: 0, hour: 20, skus: products.map(firstSku) },
  {
    title: 'Seconds sale: crooked but fine',
    daysAhead: 4,
    hour: 20,
    skus: ['RM-OAT', 'LB-MOSS-18'],
  },
  { title: 'Glaze table: ask me anything', daysAhead: 9, hour: 11, skus: ['SP-SALT-28', 'BV-INK'] },
]

export function firstSku(product: { variants: { sku: string }[] }): string {
  return product.variants[0]?.sku ?? ''
}
