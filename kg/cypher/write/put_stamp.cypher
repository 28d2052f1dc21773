// purpose: say which projection the graph holds, and which firms the last changes touched
// params: stamp, version, written, trail
// returns: -
// mode: write
MERGE (m:Meta {id: 'schema'}) SET m.stamp = $stamp, m.version = $version, m.written = $written, m.trail = $trail
