"""One statement for each page. They read the same tables as the store's loaders, so answers are equally fresh."""

_CARD = """
    SELECT p.id, p.slug, p.title, c.name AS category, price.minor AS price_minor, r.average_hundredths, r.count,
           coalesce(stock.quantity, 0)::bigint AS quantity, image.url
    FROM page
    JOIN product p ON p.id = page.product_id {condition}
    JOIN category c ON c.id = p.category_id
    LEFT JOIN rating_summary r ON r.product_id = p.id
    LEFT JOIN LATERAL (
        SELECT min(o.price_minor) AS minor
        FROM variant v JOIN offer o ON o.variant_id = v.id
        WHERE v.product_id = p.id AND v.status = 'active' AND o.status = 'active' AND o.currency = $1
    ) price ON true
    LEFT JOIN LATERAL (
        SELECT sum(l.on_hand - l.reserved) AS quantity
        FROM variant v JOIN inventory_level l ON l.variant_id = v.id
        WHERE v.product_id = p.id AND v.status = 'active'
    ) stock ON true
    LEFT JOIN LATERAL (
        SELECT m.url FROM media m WHERE m.product_id = p.id ORDER BY m.position, m.id LIMIT 1
    ) image ON true
    ORDER BY page.place
"""


def listing(key_column: str) -> str:
    """$1 currency. `key_column` is the listing's column for the sort."""
    page = f"SELECT product_id, -{key_column} AS place FROM listing ORDER BY {key_column} DESC LIMIT 24"
    return f"WITH page AS MATERIALIZED ({page}) {_CARD.format(condition='')}"


HITS = "WITH page AS (SELECT * FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted (product_id, place))" + _CARD.format(
    condition="AND p.status = 'active'"
)

# $1 currency, $2 slug.
PRODUCT = """
    SELECT p.slug, p.title, p.description, p.option_names, p.attributes::text AS attributes,
           b.slug AS brand_slug, b.name AS brand_name, r.average_hundredths, r.count, r.histogram,
           (SELECT json_agg(json_build_object('slug', a.slug, 'name', a.name)
                            ORDER BY array_position(c.ancestor_ids, a.id))
            FROM category a WHERE a.id = ANY (c.ancestor_ids)) AS breadcrumbs,
           (SELECT json_object_agg(a.code, json_build_object('code', a.code, 'label', a.label, 'unit', a.unit))
            FROM attribute a WHERE a.code IN (SELECT jsonb_object_keys(p.attributes))) AS attribute_types,
           (SELECT json_agg(v.option_values ORDER BY v.position, v.id)
            FROM variant v WHERE v.product_id = p.id AND v.status = 'active') AS option_values,
           (SELECT json_agg(json_build_object('url', m.url, 'alt', m.alt, 'width', m.width, 'height', m.height)
                            ORDER BY m.position, m.id)
            FROM (SELECT * FROM media WHERE product_id = p.id ORDER BY position, id LIMIT 24) m) AS media,
           (SELECT coalesce(sum(l.on_hand - l.reserved), 0)::bigint
            FROM variant v JOIN inventory_level l ON l.variant_id = v.id
            WHERE v.product_id = p.id AND v.status = 'active') AS quantity,
           (SELECT json_agg(json_build_object(
                'sku', v.sku, 'values', v.option_values, 'price', box.price_minor, 'compare_at', box.compare_at_minor,
                'seller', box.seller, 'quantity', coalesce(stock.quantity, 0)) ORDER BY v.position, v.id)
            FROM (SELECT * FROM variant WHERE product_id = p.id AND status = 'active'
                  ORDER BY position, id LIMIT 20) v
            LEFT JOIN LATERAL (
                SELECT o.price_minor, o.compare_at_minor, s.name AS seller
                FROM offer o JOIN seller s ON s.id = o.seller_id
                WHERE o.variant_id = v.id AND o.status = 'active' AND o.currency = $1
                ORDER BY o.price_minor, o.id LIMIT 1
            ) box ON true
            LEFT JOIN LATERAL (
                SELECT sum(l.on_hand - l.reserved) AS quantity FROM inventory_level l WHERE l.variant_id = v.id
            ) stock ON true) AS variants
    FROM product p
    JOIN category c ON c.id = p.category_id
    LEFT JOIN brand b ON b.id = p.brand_id
    LEFT JOIN rating_summary r ON r.product_id = p.id
    WHERE p.slug = $2 AND p.status = 'active'
"""
