// purpose: say which projection the graph holds
// params: stamp, version, written
// returns: -
// mode: write
MERGE (m:Meta {id: 'schema'}) SET m.stamp = $stamp, m.version = $version, m.written = $written
