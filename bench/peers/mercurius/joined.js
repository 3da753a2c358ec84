// One statement for the whole page: it joins what the request's selection needs, and nothing else.
'use strict';

const { shapes, CURRENCY, SORT_COLUMNS } = require('./schema');

// For each field of a product: its columns, where they come from, and how its value is made of a row.
const PARTS = {
  priceRange: {
    columns: 'price.minor',
    join: `LEFT JOIN LATERAL (
      SELECT min(o.price_minor)::int AS minor FROM variant v JOIN offer o ON o.variant_id = v.id
      WHERE v.product_id = p.id AND v.status = 'active' AND o.status = 'active' AND o.currency = '${CURRENCY}'
    ) price ON true`,
    shape: (row) => shapes.priceRange(row.minor),
  },
  rating: {
    columns: 'r.average_hundredths, r.count',
    join: 'LEFT JOIN rating_summary r ON r.product_id = p.id',
    shape: (row) => shapes.rating(row.average_hundredths, row.count),
  },
  availability: {
    columns: 'coalesce(stock.quantity, 0)::int AS quantity',
    join: `LEFT JOIN LATERAL (
      SELECT sum(l.on_hand - l.reserved) AS quantity FROM variant v JOIN inventory_level l ON l.variant_id = v.id
      WHERE v.product_id = p.id AND v.status = 'active'
    ) stock ON true`,
    shape: (row) => shapes.availability(row.quantity),
  },
  category: {
    columns: 'c.name AS category_name',
    join: 'JOIN category c ON c.id = p.category_id',
    shape: (row) => ({ name: row.category_name }),
  },
  image: {
    columns: 'image.url',
    join: `LEFT JOIN LATERAL (
      SELECT m.url FROM media m WHERE m.product_id = p.id ORDER BY m.position, m.id LIMIT 1
    ) image ON true`,
    shape: (row) => shapes.image(row.url),
  },
};

/** `query(text, values)` resolves to rows. */
function makeJoined(query) {
  // Documents are parsed once, so what is found out about one is found by the node of its field.
  const plans = new WeakMap();

  return {
    resolvers: {
      Query: {
        async products(_root, { sort, first }, _context, info) {
          let plan = plans.get(info.fieldNodes[0]);
          if (plan === undefined) plans.set(info.fieldNodes[0], (plan = makePlan(info)));
          const rows = await query(plan.statements[sort], [first]);
          return { edges: rows.map((row) => ({ node: plan.node(row) })) };
        },
      },
    },
  };
}

/** The statement of each sort for the fields that a request selects, and how a node is made of a row. */
function makePlan(info) {
  const wanted = ['edges', 'node'].reduce((nodes, name) => below(nodes, info.fragments, name), info.fieldNodes);
  const names = new Set(fields(wanted, info.fragments).map((field) => field.name.value));
  const parts = Object.entries(PARTS).filter(([name]) => names.has(name));
  const columns = ['p.slug', 'p.title', ...parts.map(([, part]) => part.columns)].join(', ');
  const joins = parts.map(([, part]) => part.join).join('\n');
  const statement = (column) => `
    SELECT ${columns}
    FROM (SELECT product_id, ${column} AS place FROM listing ORDER BY ${column} DESC LIMIT $1) page
    JOIN product p ON p.id = page.product_id ${joins} ORDER BY page.place DESC`;
  return {
    statements: Object.fromEntries(Object.entries(SORT_COLUMNS).map(([sort, column]) => [sort, statement(column)])),
    node(row) {
      const made = { slug: row.slug, title: row.title };
      for (const [name, part] of parts) made[name] = part.shape(row);
      return made;
    },
  };
}

function below(nodes, fragments, name) {
  return fields(nodes, fragments).filter((field) => field.name.value === name);
}

/** The fields selected in these nodes, those of fragments too. */
function fields(nodes, fragments) {
  return nodes
    .flatMap((node) => node.selectionSet?.selections ?? [])
    .flatMap((one) => {
      if (one.kind === 'Field') return [one];
      return fields([one.kind === 'FragmentSpread' ? fragments[one.name.value] : one], fragments);
    });
}

module.exports = makeJoined;
