// The part of the store's schema that its listing page asks for.
'use strict';

const schema = `
  enum ProductSort { BEST_SELLING PRICE_ASCENDING PRICE_DESCENDING RATING NEWEST }
  type Query { products(sort: ProductSort!, first: Int!): ProductConnection! }
  type ProductConnection { edges: [ProductEdge!]! }
  type ProductEdge { node: Product! }
  type Product {
    slug: String!
    title: String!
    priceRange: PriceRange
    rating: Rating!
    availability: Availability!
    category: Category!
    image: Image
  }
  type PriceRange { min: Money! }
  type Money { amountMinor: Int! currency: String! }
  type Rating { average: Float count: Int! }
  type Availability { inStock: Boolean! quantity: Int! }
  type Category { name: String! }
  type Image { url: String! }
`;

/** The columns of the table `listing` that pages are sorted by. */
const SORT_COLUMNS = {
  BEST_SELLING: 'best_selling_key',
  PRICE_ASCENDING: 'price_ascending_key',
  PRICE_DESCENDING: 'price_descending_key',
  RATING: 'rating_key',
  NEWEST: 'newest_key',
};

const CURRENCY = process.env.PEER_CURRENCY;

// From rows to the values of the schema, for both ways of reading.
const shapes = {
  priceRange: (minor) => (minor === null ? null : { min: { amountMinor: minor, currency: CURRENCY } }),
  rating: (hundredths, count) => ({ average: count ? hundredths / 100 : null, count: count ?? 0 }),
  availability: (quantity) => ({ inStock: quantity > 0, quantity }),
  image: (url) => (url === null ? null : { url }),
};

module.exports = { schema, shapes, CURRENCY, SORT_COLUMNS };
