// purpose: contracts with their winners and the documents of their best statements
// params: -
// returns: id, firm, title, signed, published, retrieved, document, fact
// mode: read
MATCH (e:Enterprise)-[r:WON_CONTRACT]->(c:Contract) WHERE e.retracted IS NULL
OPTIONAL MATCH (:Fact {id: r.fact})-[:FROM]->(d:Document)
RETURN c.id AS id, e.id AS firm, coalesce(c.project, c.title, '') AS title, toString(c.signed) AS signed,
  toString(d.published) AS published, toString(d.retrieved) AS retrieved, d.id AS document, r.fact AS fact
ORDER BY id, firm
