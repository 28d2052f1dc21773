// purpose: statements that fill an enterprise's own properties and names, newest document first
// params: id
// returns: relation, values, name, valid_from, valid_to, citation
// mode: read
MATCH (:Enterprise {id: $id})<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(f:Fact)-[:FROM]->(d:Document)
WHERE f.relation IN ['PROFILE', 'ALIAS_OF'] AND f.state <> 'retracted'
RETURN f.relation AS relation, f.values AS values, f.object_name AS name, toString(f.valid_from) AS valid_from,
  toString(f.valid_to) AS valid_to,
  {fact: f.id, facts: 1, level: f.level, quote: f.quote, page: f.page, document: d.id, title: d.title,
    publisher: d.publisher, date: coalesce(d.published, d.retrieved)} AS citation
ORDER BY toString(coalesce(d.published, d.retrieved)) DESC, f.id
