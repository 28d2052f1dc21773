// purpose: names of all indexes, those behind constraints included (they bear the constraint's name)
// params: -
// returns: name
// mode: read
SHOW INDEXES YIELD name RETURN name
