// One statement for the page, then one for each kind of thing that its products show, for all of them at once.
'use strict';

const { shapes, CURRENCY, SORT_COLUMNS } = require('./schema');

const PAGES = Object.fromEntries(
  Object.entries(SORT_COLUMNS).map(([sort, column]) => [
    sort,
    `SELECT p.id, p.slug, p.title, p.category_id
     FROM (SELECT product_id, ${column} AS place FROM listing ORDER BY ${column} DESC LIMIT $1) page
     JOIN product p ON p.id = page.product_id ORDER BY page.place DESC`,
  ]),
);

const PRICES = `
  SELECT v.product_id AS id, min(o.price_minor)::int AS minor
  FROM variant v JOIN offer o ON o.variant_id = v.id
  WHERE v.product_id = ANY ($1) AND v.status = 'active' AND o.status = 'active' AND o.currency = $2
  GROUP BY v.product_id`;
const RATINGS = 'SELECT product_id AS id, average_hundredths, count FROM rating_summary WHERE product_id = ANY ($1)';
const STOCK = `
  SELECT v.product_id AS id, sum(l.on_hand - l.reserved)::int AS quantity
  FROM variant v JOIN inventory_level l ON l.variant_id = v.id
  WHERE v.product_id = ANY ($1) AND v.status = 'active'
  GROUP BY v.product_id`;
const CATEGORIES = 'SELECT id, name FROM category WHERE id = ANY ($1)';
const IMAGES = `
  SELECT DISTINCT ON (product_id) product_id AS id, url
  FROM media WHERE product_id = ANY ($1) ORDER BY product_id, position, id`;

/** `query(text, values)` resolves to rows. */
function makeLoaders(query) {
  /** A loader of one value a product: what `statement` finds by `key`, as `shape` makes it of its row or of none. */
  function loader(statement, key, shape, ...others) {
    return {
      // A product is on a page once, so there is nothing to remember within a request.
      opts: { cache: false },
      async loader(queries) {
        const keys = queries.map(({ obj }) => obj[key]);
        const rows = new Map();
        for (const row of await query(statement, [keys, ...others])) rows.set(row.id, row);
        return keys.map((one) => shape(rows.get(one)));
      },
    };
  }

  return {
    resolvers: {
      Query: {
        async products(_root, { sort, first }) {
          const rows = await query(PAGES[sort], [first]);
          return { edges: rows.map((node) => ({ node })) };
        },
      },
    },
    loaders: {
      Product: {
        priceRange: loader(PRICES, 'id', (row) => shapes.priceRange(row?.minor ?? null), CURRENCY),
        rating: loader(RATINGS, 'id', (row) => shapes.rating(row?.average_hundredths, row?.count)),
        availability: loader(STOCK, 'id', (row) => shapes.availability(row?.quantity ?? 0)),
        category: loader(CATEGORIES, 'category_id', (row) => row),
        image: loader(IMAGES, 'id', (row) => shapes.image(row?.url ?? null)),
      },
    },
  };
}

module.exports = makeLoaders;
