// purpose: stamp of the projection that the graph holds
// params: -
// returns: stamp, version, written
// mode: read
MATCH (m:Meta {id: 'schema'}) RETURN m.stamp AS stamp, m.version AS version, m.written AS written
