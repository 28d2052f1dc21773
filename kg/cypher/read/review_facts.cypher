// purpose: what documents say of a firm, three statements of each relation, what tells firms apart first
// params: id, limit
// returns: relation, name, values, citation
// mode: read
MATCH (:Enterprise {id: $id})<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(f:Fact)-[:FROM]->(d:Document)
WHERE f.state = 'active'
WITH f, d ORDER BY toString(coalesce(d.published, d.retrieved, '')) DESC, f.id
WITH f.relation AS relation, collect({f: f, d: d})[..3] AS found
UNWIND found AS item
WITH relation, item.f AS f, item.d AS d
ORDER BY CASE relation WHEN 'PROFILE' THEN 0 WHEN 'ALIAS_OF' THEN 1 WHEN 'LOCATED_IN' THEN 2 WHEN 'OWNS_PATENT' THEN 3
  WHEN 'PRODUCES' THEN 4 WHEN 'WON_CONTRACT' THEN 5 ELSE 6 END, relation, f.id
LIMIT $limit
RETURN relation, f.object_name AS name, f.values AS values,
  {fact: f.id, facts: 1, level: f.level, quote: f.quote, page: f.page, document: d.id, title: d.title,
    publisher: d.publisher, date: coalesce(d.published, d.retrieved)} AS citation
