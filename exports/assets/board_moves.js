"use strict";
// What can be done to an arrangement: each move gives a new one and leaves the old as it was.
// An arrangement is {trips: [{id, vehicle, crew, first, days: [[visit, …], …]}], locked: [visit, …]}.
function Moves(data, clock) {
  const copy = (arrangement) => JSON.parse(JSON.stringify(arrangement));
  const lastOf = (trip) => trip.first + trip.days.length - 1;
  const find = (arrangement, id) => arrangement.trips.find((trip) => trip.id === id);
  const tripOf = (arrangement, visit) => arrangement.trips.find((trip) => trip.days.some((day) => day.includes(visit)));
  const fits = (trip, first) => first >= 0 && first + trip.days.length <= data.days.length && !data.days[first].over;
  function takeOff(arrangement, visit) {
    const trip = tripOf(arrangement, visit);
    if (trip) { trip.days = trip.days.map((day) => day.filter((one) => one !== visit)); }
  }
  // A trip that was changed leaves on the day of its first visit and is home on that of its last one,
  // or a day before or after where the clock finds that this keeps the hours better.
  function settleTrip(trip) {
    const filled = trip.days.flatMap((day, k) => (day.length ? [k] : [])), from = filled[0], days = trip.days.slice(from, filled[filled.length - 1] + 1);
    const tries = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([early, late]) => ({
      ...trip, first: trip.first + from - early, days: [...Array(early).fill([]), ...days, ...Array(late).fill([])]
    })).filter((tried, k) => k === 0 || (fits(tried, tried.first) && tried.days.length <= data.limits.nights + 1));
    return tries.reduce((best, tried) => (isLess(clock(tried).strain, clock(best).strain) ? tried : best));
  }
  const isLess = (one, other) => one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
  function settle(before, after) {
    const known = new Set(before.trips.map((trip) => JSON.stringify(trip)));
    after.trips = after.trips.filter((trip) => trip.days.some((day) => day.length)).map((trip) => (known.has(JSON.stringify(trip)) ? trip : settleTrip(trip)));
    after.trips.sort((one, other) => one.first - other.first || (one.id < other.id ? -1 : 1));
    return after;
  }
  function nextId(arrangement) {
    let number = 1;
    while ([...data.trips, ...data.standing, ...arrangement.trips].some((trip) => trip.id === Moves.NEW + number)) { number += 1; }
    return Moves.NEW + number;
  }
  // The crews for a vehicle on some days, the best first: may do it, is free then, is the one before.
  function listCrews(arrangement, vehicle, first, count, visits, before, id) {
    const span = Array.from({ length: count }, (none, k) => first + k);
    const others = [...data.standing, ...arrangement.trips].filter((trip) => trip.id !== id);
    const faults = (number) => {
      const crew = data.crews[number];
      const isPinned = ({ pin }) => pin !== null && pin.crew !== null && pin.crew !== number;
      const cannot = !crew.vehicles.includes(vehicle) || visits.some((visit) => !data.visits[visit].crews.includes(number) || isPinned(data.visits[visit]));
      const isOff = span.some((day) => !crew.free[day]);
      // With the same vehicle it may go out a second time on that day.
      const isAgain = (trip) => data.limits.reload > 0 && trip.vehicle === vehicle && count === 1 && trip.days.length === 1;
      const isOut = others.some((trip) => trip.crew === number && !isAgain(trip) && span.some((day) => day >= trip.first && day <= lastOf(trip)));
      return 4 * cannot + 2 * (isOff || isOut) + (number !== before);
    };
    return data.crews.map((crew, number) => number).sort((one, other) => faults(one) - faults(other) || one - other);
  }
  function crewOf(arrangement, vehicle, first) {
    const own = arrangement.trips.filter((trip) => trip.vehicle === vehicle);
    own.sort((one, other) => Math.abs(one.first - first) - Math.abs(other.first - first));
    return own.length ? own[0].crew : -1;
  }
  // Puts a visit onto a trip, on one of its days or on one before or after them; `at` is its place in that day.
  function putOn(trip, visit, day, at) {
    while (day < trip.first) { trip.days.unshift([]); trip.first -= 1; }
    while (day > lastOf(trip)) { trip.days.push([]); }
    const visits = trip.days[day - trip.first];
    visits.splice(at === undefined ? visits.length : at, 0, visit);
  }
  return {
    copy, find, tripOf, lastOf, listCrews,
    isLocked: (arrangement, visit) => arrangement.locked.includes(visit),
    lockedOf: (arrangement, trip) => trip.days.flat().find((visit) => arrangement.locked.includes(visit)),
    // Moves a visit: to {trip, day, at}, to {vehicle, day} as a new trip, or to null, off every trip.
    moveVisit(before, visit, target) {
      const after = copy(before), own = tripOf(before, visit);
      takeOff(after, visit);
      if (target && target.trip !== undefined) {
        const trip = find(after, target.trip);
        if (trip.days.some((day) => day.length)) { putOn(trip, visit, target.day, target.at); } else { Object.assign(trip, { first: target.day, days: [[visit]] }); }
      } else if (target) {
        const isWhole = Boolean(own) && own.days.flat().length === 1, id = isWhole ? own.id : nextId(after);
        const [crew] = listCrews(after, target.vehicle, target.day, 1, [visit], crewOf(before, target.vehicle, target.day), id);
        after.trips.push({ id, vehicle: target.vehicle, crew, first: target.day, days: [[visit]] });
      }
      return settle(before, after);
    },
    // Moves a whole trip; without a crew the one that it has, or one that fits better.
    moveTrip(before, id, vehicle, first, crew) {
      const after = copy(before), trip = find(after, id), visits = trip.days.flat();
      const [best] = listCrews(after, vehicle, first, trip.days.length, visits, trip.crew, id);
      Object.assign(trip, { vehicle, first, crew: crew === undefined ? best : crew });
      return settle(before, after);
    },
    // Whether a trip would lie within the days that are still open.
    fits,
    setLock(before, visits, isLocked) {
      const after = copy(before);
      after.locked = after.locked.filter((visit) => !visits.includes(visit));
      if (isLocked) { after.locked.push(...visits); }
      after.locked.sort((one, other) => one - other);
      return after;
    }
  };
}
Moves.NEW = "NEW-";
