/** Where everybody who buys in a test lives. */
export const home = {
  name: 'Aylin Demir',
  line1: '1 Quay Street',
  city: 'Bristol',
  postalCode: 'BS1 4DJ',
  country: 'GB',
}
