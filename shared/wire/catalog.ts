import Type, { type Static } from 'typebox'
import {
  descriptionMax,
  imagesMax,
  priceAmountMax,
  returnDaysMax,
  searchMax,
  stockMax,
  titleMax,
  variantsMax,
} from '../limits.ts'
import { Currency, Id, IdParam, Line, Page, PageQuery, Shape, Sum, Text } from './base.ts'
import { routes } from './contract.ts'

/** A price that somebody asks: at least one minor unit. */
export const Price = Shape({
  amount: Type.Integer({ minimum: 1, maximum: priceAmountMax }),
  currency: Currency,
})

export const Variant = Shape({
  id: Id,
  sku: Type.String(),
  title: Type.String(),
  price: Sum,
  available: Type.Integer(),
  onHand: Type.Optional(Type.Integer()),
  held: Type.Optional(Type.Integer()),
  sold: Type.Optional(Type.Integer()),
})
export type Variant = Static<typeof Variant>

export const Product = Shape({
  id: Id,
  title: Type.String(),
  description: Type.String(),
  images: Type.Array(Type.String()),
  status: Type.Union([Type.Literal('active'), Type.Literal('archived')]),
  variants: Type.Array(Variant),
})
export type Product = Static<typeof Product>

/** Pictures are ours: the path that POST /pictures answered. No product points at another host. */
const Image = Type.String({ maxLength: 200, pattern: '^/pictures/[0-9a-f-]{36}\\.webp$' })
const Sku = Line(64)

const NewVariant = Shape({
  sku: Sku,
  title: Line(titleMax),
  price: Price,
  onHand: Type.Integer({ minimum: 0, maximum: stockMax }),
})

const VariantChange = Shape({
  id: Type.Optional(Id),
  sku: Type.Optional(Sku),
  title: Type.Optional(Line(titleMax)),
  price: Type.Optional(Price),
  onHand: Type.Optional(Type.Integer({ minimum: 0, maximum: stockMax })),
})

export const ImportReport = Shape({
  created: Type.Integer(),
  updated: Type.Integer(),
  rejected: Type.Array(
    Shape({ row: Type.Integer(), pointer: Type.String(), detail: Type.String() }),
  ),
})
export type ImportReport = Static<typeof ImportReport>

/** One line of a variant's stock ledger, for the merchant's desk. */
export const LedgerLine = Shape({
  n: Type.Integer(),
  kind: Type.String(),
  quantity: Type.Integer(),
  reason: Type.Optional(Type.String()),
  at: Type.String(),
})

const ShippingPrice = Shape({
  price: Shape({
    amount: Type.Integer({ minimum: 0, maximum: priceAmountMax }),
    currency: Currency,
  }),
  freeFrom: Type.Optional(Type.Integer({ minimum: 0, maximum: priceAmountMax })),
})

/** What a buyer is told before paying. `freeFrom` is an amount of the price's currency. */
export const Merchant = Shape({
  name: Text(0, titleMax),
  address: Text(0, 500),
  shipping: Type.Array(ShippingPrice, { maxItems: 20 }),
  countries: Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), {
    maxItems: 250,
    uniqueItems: true,
  }),
  taxNote: Text(0, 500),
  terms: Text(0, descriptionMax),
  returns: Text(0, descriptionMax),
  /** So long after it arrived a piece may be given back; what was sent before keeps what was promised then. 30 unless set. */
  returnDays: Type.Optional(Type.Integer({ minimum: 0, maximum: returnDaysMax })),
})
export type Merchant = Static<typeof Merchant>

export const catalogRoutes = routes({
  createProduct: {
    method: 'POST',
    path: '/products',
    summary: 'List a product; whoever makes one is a merchant',
    may: 'account',
    apiKey: true,
    key: 'optional',
    body: Shape({
      title: Line(titleMax),
      description: Text(0, descriptionMax),
      images: Type.Optional(Type.Array(Image, { maxItems: imagesMax })),
      variants: Type.Array(NewVariant, { minItems: 1, maxItems: variantsMax }),
    }),
    reply: Product,
    status: 201,
  },
  products: {
    method: 'GET',
    path: '/products',
    summary: 'My products',
    may: 'account',
    apiKey: true,
    query: Shape({ ...PageQuery, q: Type.Optional(Text(0, searchMax)) }),
    reply: Page(Product),
    status: 200,
  },
  product: {
    method: 'GET',
    path: '/products/:id',
    summary: 'One of my products',
    may: 'owner',
    apiKey: true,
    admin: true,
    params: IdParam,
    reply: Product,
    status: 200,
  },
  changeProduct: {
    method: 'PATCH',
    path: '/products/:id',
    summary: 'Change title, text, pictures, status, prices; live shows hear of it',
    may: 'owner',
    apiKey: true,
    key: 'optional',
    params: IdParam,
    body: Shape({
      title: Type.Optional(Line(titleMax)),
      description: Type.Optional(Text(0, descriptionMax)),
      images: Type.Optional(Type.Array(Image, { maxItems: imagesMax })),
      status: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('archived')])),
      variants: Type.Optional(Type.Array(VariantChange, { minItems: 1, maxItems: variantsMax })),
    }),
    reply: Product,
    status: 200,
  },
  importProducts: {
    method: 'POST',
    path: '/products/import',
    summary: "Import Shopify's product CSV, both header generations; per-row report",
    may: 'account',
    apiKey: true,
    takes: 'text/csv',
    reply: ImportReport,
    status: 200,
  },
  addPicture: {
    method: 'POST',
    path: '/pictures',
    summary: 'Upload a picture (multipart field `file`); it is re-encoded, metadata is dropped',
    may: 'account',
    apiKey: true,
    takes: 'multipart/form-data',
    reply: Shape({ url: Type.String() }),
    status: 201,
  },
  merchant: {
    method: 'GET',
    path: '/merchant',
    summary: 'My shop: shipping, countries, tax note, terms, returns, name and address',
    may: 'account',
    apiKey: true,
    reply: Merchant,
    status: 200,
  },
  changeMerchant: {
    method: 'PUT',
    path: '/merchant',
    summary: 'Set my shop',
    may: 'account',
    body: Merchant,
    reply: Merchant,
    status: 200,
  },
})

export const inventoryRoutes = routes({
  correctStock: {
    method: 'POST',
    path: '/variants/:id/stock',
    summary: 'Correct the units on hand with a reason; CONFLICT below held + sold',
    may: 'owner',
    apiKey: true,
    key: 'optional',
    params: IdParam,
    body: Shape({
      delta: Type.Integer({ minimum: -stockMax, maximum: stockMax }),
      reason: Line(300),
    }),
    reply: Variant,
    status: 200,
  },
  stockLedger: {
    method: 'GET',
    path: '/variants/:id/ledger',
    summary: "A variant's stock ledger, newest first",
    may: 'owner',
    apiKey: true,
    params: IdParam,
    query: Shape(PageQuery),
    reply: Page(LedgerLine),
    status: 200,
  },
})
