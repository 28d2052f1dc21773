// purpose: all indexes, those behind constraints included, and whether they are online
// params: -
// returns: name, state
// mode: read
SHOW INDEXES YIELD name, state RETURN name, state
