// purpose: the firms above each of some firms, at most five steps up, with the statement that each step rests on
// params: ids
// returns: id, parent, name, facts
// mode: read
MATCH (e:Enterprise) WHERE e.id IN $ids
MATCH path = (e)-[:SUBSIDIARY_OF*1..5]->(p:Enterprise) WHERE all(step IN relationships(path) WHERE step.valid_to IS NULL)
RETURN e.id AS id, p.id AS parent, p.name AS name, [step IN relationships(path) | step.fact] AS facts
ORDER BY id, size(facts), parent, facts
