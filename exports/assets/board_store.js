"use strict";
// The arrangement as it is, what it was before, and what the browser keeps of it between two visits.
function Store(data, moves, notes) {
  const isServed = (number) => data.trips.some((trip) => trip.days.some((day) => day.includes(number)));
  const planned = { trips: data.trips, locked: data.visits.flatMap((visit, number) => (visit.pin && visit.pin.is_fixed && isServed(number) ? [number] : [])) };
  const visitNumbers = new Map(data.visits.map((visit, number) => [visit.id, number]));
  const past = [], future = [];
  const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  let present = read() || moves.copy(planned);
  // Everything is kept by ids, so that what the facts no longer know is left out when it is read again.
  function write() {
    notes.set("arrangement", isSame(present, planned) ? "" : JSON.stringify({
      trips: present.trips.map((trip) => ({
        id: trip.id, vehicle: data.vehicles[trip.vehicle].id, crew: data.crews[trip.crew].id, first: data.days[trip.first].d,
        days: trip.days.map((day) => day.map((visit) => data.visits[visit].id))
      })),
      locked: present.locked.map((visit) => data.visits[visit].id)
    }));
  }
  function read() {
    try {
      const kept = JSON.parse(notes.get("arrangement")), seen = new Set();
      const known = (id) => visitNumbers.has(id) && !seen.has(id) && seen.add(id);
      const trips = kept.trips.map((trip) => ({
        id: String(trip.id), vehicle: data.vehicles.findIndex((one) => one.id === trip.vehicle), crew: data.crews.findIndex((one) => one.id === trip.crew),
        first: data.days.findIndex((day) => day.d === trip.first), days: trip.days.map((day) => day.filter(known).map((id) => visitNumbers.get(id)))
      })).filter((trip) => trip.vehicle >= 0 && trip.crew >= 0 && trip.first >= 0 && moves.fits(trip, trip.first) && trip.days.flat().length);
      return { trips, locked: kept.locked.filter((id) => visitNumbers.has(id)).map((id) => visitNumbers.get(id)) };
    } catch (error) {
      return null; // nothing is kept, or nothing that this page wrote
    }
  }
  function turn(from, to) {
    if (!from.length) { return false; }
    to.push(present);
    present = from.pop();
    write();
    return true;
  }
  return {
    planned,
    now: () => present,
    set(next) {
      if (isSame(next, present)) { return false; }
      past.push(present);
      future.length = 0;
      present = next;
      write();
      return true;
    },
    undo: () => turn(past, future),
    redo: () => turn(future, past),
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
    isPlanned: () => isSame(present, planned)
  };
}
