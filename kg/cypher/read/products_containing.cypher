// purpose: names of products that hold a text, of those that facts or lists of products state
// params: text, kinds, limit
// returns: name
// mode: read
MATCH (p:Product) WHERE p.name CONTAINS $text
  AND (EXISTS { (p)<-[:SUBJECT|OBJECT]-(:Fact) } OR EXISTS { (p)-[:IN]->(d:Document) WHERE NOT d.kind IN $kinds })
RETURN p.name AS name ORDER BY size(p.name), name LIMIT $limit
