// purpose: facts that give a tier away: titles themselves, all that a list of titles says, and sentences with one of these words
// params: tiers, words
// returns: fact
// mode: read
MATCH (f:Fact {relation: 'HAS_HONOUR'})-[:OBJECT]->(h:Honour) WHERE h.tier IN $tiers
OPTIONAL MATCH (f)-[:FROM]->(d:Document) WHERE d.kind = 'list'
WITH collect(DISTINCT d) AS lists, collect(DISTINCT f.id) AS titles
CALL { WITH lists UNWIND lists AS d MATCH (g:Fact)-[:FROM]->(d) RETURN collect(g.id) AS listed }
CALL { WITH lists MATCH (s:Fact) WHERE any(word IN $words WHERE s.quote CONTAINS word) RETURN collect(s.id) AS said }
UNWIND titles + listed + said AS fact
RETURN DISTINCT fact
