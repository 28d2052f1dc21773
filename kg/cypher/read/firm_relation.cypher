// purpose: edges of one relation that start from an enterprise, or those that held on a day, each with its target and its best sentence
// params: id, relation, day, states, periods, skip, limit
// returns: edge, label, key, name, object, buyer, further, citation
// mode: read
MATCH (:Enterprise {id: $id})-[r]->(o) WHERE type(r) = $relation AND ($day IS NULL OR (coalesce(r.valid_from <= date($day), true)
  AND coalesce(r.valid_to > date($day) OR (r.valid_to = date($day) AND NOT type(r) IN $states), true)
  AND NOT coalesce(type(r) IN $periods AND left(toString(r.period), 4) + '-12-31' > $day, false)))
WITH r, o, coalesce(toString(r.valid_from), toString(o.signed), toString(o.granted), toString(r.period), toString(r.as_of), '') AS newest
ORDER BY $day IS NULL AND r.valid_to IS NOT NULL, CASE WHEN type(r) = 'PRODUCES' THEN coalesce(r.share, 0) ELSE 0 END DESC,
  CASE WHEN type(r) = 'PRODUCES' THEN CASE r.level WHEN 'disclosed' THEN 0 WHEN 'strongly_inferred' THEN 1 WHEN 'declared' THEN 2 ELSE 3 END ELSE 0 END, newest DESC, coalesce(o.name, o.title, '')
SKIP $skip LIMIT $limit
WITH collect({r: r, o: o}) AS found
UNWIND range(0, size(found) - 1) AS place
WITH place, found[place].r AS r, found[place].o AS o
OPTIONAL MATCH (f:Fact {id: r.fact})-[:FROM]->(d:Document)
RETURN properties(r) AS edge, labels(o)[0] AS label, coalesce(o.id, o.key, o.code, o.number) AS key, coalesce(o.name, o.title) AS name,
  o {.*, grams: null, pinyin: null, embedding: null} AS object,
  [(o)-[:LET_BY]->(b:Enterprise) | b {.id, .name}][0] AS buyer,
  [(o)-[t:IN_FOUNDATION_FIELD|ABOUT]->(x) | {relation: type(t), label: labels(x)[0], key: x.key, name: x.name, level: t.level, fact: t.fact}] AS further,
  {fact: f.id, facts: r.facts, level: r.level, quote: f.quote, page: f.page, document: d.id, title: d.title,
    publisher: d.publisher, date: coalesce(d.published, d.retrieved)} AS citation
ORDER BY place
