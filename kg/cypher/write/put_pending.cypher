// purpose: say what a load is about to do, so that the next one can finish it
// params: work
// returns: -
// mode: write
MERGE (m:Meta {id: 'pending'}) SET m.work = $work
