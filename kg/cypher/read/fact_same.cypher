// purpose: other statements that say the same of the same enterprise, newest document first
// params: id, limit
// returns: level, values, alike, citation
// mode: read
MATCH (f:Fact {id: $id})-[:SUBJECT]->(:Record)-[:IDENTIFIES]->(e:Enterprise)
MATCH (f)-[:OBJECT]->(o) WHERE NOT o:Record
MATCH (e)<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(g:Fact)-[:OBJECT]->(o)
WHERE g.relation = f.relation AND g.id <> f.id AND g.state <> 'retracted'
MATCH (g)-[:FROM]->(d:Document)
RETURN DISTINCT g.level AS level, g.values AS values, coalesce(g.qualifier, '') = coalesce(f.qualifier, '') AS alike,
  {fact: g.id, facts: 1, level: g.level, quote: g.quote, page: g.page, document: d.id, title: d.title,
    publisher: d.publisher, date: coalesce(d.published, d.retrieved)} AS citation,
  toString(coalesce(d.published, d.retrieved)) AS day
ORDER BY day DESC LIMIT $limit
