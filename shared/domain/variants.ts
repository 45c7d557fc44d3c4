/** The name of a product's only variant, where nobody gave it one; Shopify writes "Default Title". */
export const onlyVariant = 'Standard'
