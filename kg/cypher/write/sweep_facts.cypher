// purpose: take out facts that an interrupted load left without a document or subject
// params: -
// returns: -
// mode: write
MATCH (f:Fact) WHERE NOT (f)-[:FROM]->() OR NOT (f)-[:SUBJECT]->() DETACH DELETE f
