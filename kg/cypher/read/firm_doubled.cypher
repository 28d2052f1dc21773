// purpose: statements of an enterprise that speak of one thing more than once, thing by thing, newest document first
// params: id, relations
// returns: relation, key, name, values, citation
// mode: read
MATCH (:Enterprise {id: $id})<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(f:Fact)
WHERE f.relation IN $relations AND f.state <> 'retracted'
OPTIONAL MATCH (f)-[:OBJECT]->(o) WHERE NOT o:Record OR f.relation = 'SUBSIDIARY_OF'
OPTIONAL MATCH (o)-[:IDENTIFIES]->(other:Enterprise)
WITH f, coalesce(other, o) AS o
WITH f.relation AS relation, coalesce(o.id, o.key, o.code, o.number, '') AS key, coalesce(f.qualifier, '') AS qualifier,
  coalesce(o.name, o.title) AS name, collect(f) AS facts
WHERE size(facts) > 1
UNWIND facts AS f
MATCH (f)-[:FROM]->(d:Document)
RETURN relation, key + '|' + qualifier AS key, name, f.values AS values,
  {fact: f.id, facts: 1, level: f.level, quote: f.quote, page: f.page, document: d.id, title: d.title,
    publisher: d.publisher, date: coalesce(d.published, d.retrieved)} AS citation
ORDER BY relation, key, toString(coalesce(d.published, d.retrieved)) DESC, f.id
