/** A unit that a buyer holds and is about to order. */
export type Bag = { buyer: string; holdId: string; key: string }

/** A way to turn held units into orders that can be paid: ours or a peer. All write the same rows. */
export type Side = {
  /** Orders one bag; resolves when the order and where to pay it are durable. */
  place(bag: Bag): Promise<{ orderId: string }>
  close(): Promise<void>
}

/** Where everything is sent. */
export const shippingAddress = {
  name: 'Ada Buyer',
  line1: 'Kiln Lane 1',
  city: 'Delft',
  postalCode: '2611',
  country: 'NL',
}
