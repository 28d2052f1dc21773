// purpose: the sentence and the document of each fact
// params: facts
// returns: fact, relation, quote, page, start, end, level, method, document, title, publisher, published, demo
// mode: read
UNWIND $facts AS id
MATCH (f:Fact {id: id})-[:FROM]->(d:Document)
RETURN f.id AS fact, f.relation AS relation, f.quote AS quote, f.page AS page, f.start AS start, f.end AS end,
  f.level AS level, f.method AS method, d.id AS document, d.title AS title, d.publisher AS publisher,
  d.published AS published, coalesce(d.demo, false) AS demo
