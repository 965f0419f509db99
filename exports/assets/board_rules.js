"use strict";
// Which rules a month of trips breaks, as far as this page can tell: each with the trip that it is told at.
function Rules(data, clock, pieces) {
  const limits = data.limits;
  const nameOf = (visit) => data.visits[visit].name;
  // What one trip breaks by itself.
  function checkTrip(trip, timed, add) {
    const vehicle = data.vehicles[trip.vehicle], crew = data.crews[trip.crew];
    timed.days.forEach((day) => checkDay(trip, day, add));
    if (trip.days.length - 1 > limits.nights) { add("nights", null, { count: trip.days.length - 1, limit: limits.nights }); }
    if (timed.peak[0] > vehicle.boxes || timed.peak[1] > vehicle.kg + 0.001) {
      add("load", null, { boxes: timed.peak[0], kg: pieces.decimal(timed.peak[1]), room: vehicle.boxes, room_kg: pieces.decimal(vehicle.kg) });
    }
    trip.days.flat().forEach((number) => {
      const visit = data.visits[number];
      if (!visit.vehicles.includes(trip.vehicle)) { add("vehicle", number, {}); }
      if (!crew.vehicles.includes(trip.vehicle) || !visit.crews.includes(trip.crew)) { add("crew", number, {}); }
    });
  }
  function checkDay(trip, day, add) {
    const vehicle = data.vehicles[trip.vehicle], crew = data.crews[trip.crew], on = { day: pieces.day(day.number) };
    day.stops.forEach((stop) => {
      const { pin } = data.visits[stop.visit];
      const differs = (who) => pin[who] !== null && pin[who] !== trip[who];
      if (pin && (!pin.days[day.number] || differs("vehicle") || differs("crew"))) { add("pin", stop.visit, {}); }
      if (stop.missed) { add("closed", stop.visit, { ...on, time: pieces.clock(stop.arrive) }); }
    });
    day.lost.forEach(([from, to]) => add("road", null, { ...on, site: data.sites[from], other: data.sites[to] }));
    const out = day.finish - day.begin;
    if (out > limits.duty) { add("duty", null, { ...on, time: pieces.hours(out), limit: pieces.hours(limits.duty) }); }
    if (day.late > 0) { add("late", null, { ...on, time: pieces.hours(day.late) }); }
    if (day.drive_min > limits.drive_day) { add("driving", null, { ...on, time: pieces.hours(day.drive_min), limit: pieces.hours(limits.drive_day) }); }
    const beds = data.lodging.find(([site]) => site === day.bed);
    if (!day.isLast && (!beds || beds[1] < crew.members)) { add("bed", null, { ...on, count: crew.members }); }
    if (!vehicle.free[day.number] || data.days[day.number].over) { add("away", null, { ...on, who: vehicle.name }); }
    if (!crew.free[day.number]) { add("away", null, { ...on, who: crew.name }); }
  }
  // Times of all trips: two of a day go one after the other where the vehicle can be loaded between them.
  function timeAll(trips) {
    const timed = trips.map(clock), days = new Map();
    trips.forEach((trip, number) => trip.days.forEach((_, k) => [`v${trip.vehicle}`, `c${trip.crew}`].forEach((who) => {
      const key = `${who} ${trip.first + k}`;
      days.set(key, [...(days.get(key) || []), number]);
    })));
    trips.forEach((trip, number) => {
      const [a, b, ...more] = days.get(`v${trip.vehicle} ${trip.first}`), other = trips[b];
      const isTwo = a === number && other && !more.length && trips[a].days.length === 1 && other.days.length === 1;
      if (!isTwo || other.crew !== trip.crew || days.get(`c${trip.crew} ${trip.first}`).length > 2) { return; }
      const order = [[a, b], [b, a]].find(([one, two]) => clock.pair(trips[one], trips[two]));
      if (order) { clock.pair(trips[order[0]], trips[order[1]]).forEach((one, k) => { timed[order[k]] = one; }); }
    });
    return timed;
  }
  // Vehicles and crews on two trips on one day, and crews that drive or work too much in a week or in a row.
  function checkPeople(all, add) {
    const used = new Map(), weeks = new Map(), worked = data.crews.map(() => new Set());
    all.forEach(({ trip, drive, number, second }) => drive.forEach((minutes, k) => {
      const day = trip.first + k;
      (second ? [] : [["vehicle", data.vehicles[trip.vehicle]], ["crew", data.crews[trip.crew]]]).forEach(([kind, who]) => {
        const key = `${kind} ${who.id} ${day}`, others = used.get(key) || [];
        if (others.length) { [...others, number].forEach((one) => add(one, "twice", null, { who: who.name, day: pieces.day(day) })); }
        used.set(key, [...others, number]);
      });
      const key = `${trip.crew} ${data.days[day].week}`, week = weeks.get(key) || { crew: trip.crew, day, minutes: 0, days: new Set(), trips: new Set() };
      week.minutes += minutes;
      week.days.add(day);
      week.trips.add(number);
      worked[trip.crew].add(day);
      weeks.set(key, week);
    }));
    weeks.forEach((week) => {
      const on = { day: pieces.day(Math.min(...week.days)) };
      week.trips.forEach((number) => {
        if (week.minutes > limits.drive_week) { add(number, "week", null, { ...on, time: pieces.hours(week.minutes), limit: pieces.hours(limits.drive_week) }); }
        if (week.days.size > limits.work_days) { add(number, "rest", null, on); }
      });
    });
    all.forEach(({ trip, number }) => {
      const days = worked[trip.crew];
      let from = trip.first, to = trip.first;
      while (days.has(from - 1)) { from -= 1; }
      while (days.has(to + 1)) { to += 1; }
      if (to - from + 1 > limits.days_in_row) { add(number, "rest", null, { day: pieces.day(from) }); }
    });
  }
  // Batches that are left before they are fetched, and visits of one group that lie too near each other.
  function checkLinks(trips, places, add) {
    data.visits.forEach((visit, number) => {
      const here = places[number];
      if (!here) { return; }
      visit.givers.forEach(([giver]) => {
        const there = places[giver];
        const order = trips[here.trip].days.flat(), isSame = Boolean(there) && there.trip === here.trip;
        const good = isSame ? order.indexOf(giver) < order.indexOf(number)
          : there && data.vehicles[trips[there.trip].vehicle].depot === data.vehicles[trips[here.trip].vehicle].depot
            && trips[here.trip].first > trips[there.trip].first + trips[there.trip].days.length - 1 + limits.check_days;
        if (!good) { add(here.trip, "giver", number, { other: nameOf(giver) }); }
      });
      if (visit.lacks) { add(here.trip, "giver", number, { other: "?" }); }
      const [group, gap] = visit.gap;
      data.visits.forEach((other, k) => {
        if (k === number || !group || other.gap[0] !== group || !places[k]) { return; }
        const apart = Math.abs(places[k].day - here.day), least = Math.max(gap, other.gap[1]);
        if (apart < least) { add(here.trip, "gap", number, { count: apart, limit: least }); }
      });
    });
  }
  // Times of every trip, the place of every visit, what is broken at each trip, and the sums of the month.
  return (arrangement) => {
    const trips = arrangement.trips, timed = timeAll(trips), broken = trips.map(() => []), told = new Set();
    const places = data.visits.map(() => null);
    trips.forEach((trip, number) => timed[number].days.forEach((day) => day.stops.forEach((stop) => {
      places[stop.visit] = { trip: number, day: day.number, stop };
    })));
    function add(number, rule, visit, values) {
      const trip = trips[number];
      if (!trip) { return; }
      const [short, long] = data.rules[rule];
      const names = { vehicle: data.vehicles[trip.vehicle].name, crew: data.crews[trip.crew].name, site: visit === null ? "" : nameOf(visit) };
      const text = pieces.fill(long, { ...names, ...values });
      if (told.has(`${number} ${text}`)) { return; }
      told.add(`${number} ${text}`);
      broken[number].push({ rule, visit, short, text });
    }
    trips.forEach((trip, number) => checkTrip(trip, timed[number], (rule, visit, values) => add(number, rule, visit, values)));
    const all = trips.map((trip, number) => ({ trip, number, second: timed[number].second, drive: timed[number].days.map((day) => day.drive_min) }));
    checkPeople([...data.standing.map((trip, k) => ({ trip, number: -1 - k, second: trip.second, drive: trip.drive })), ...all], add);
    checkLinks(trips, places, add);
    const sum = (part) => timed.reduce((total, trip) => total + part(trip), 0);
    return {
      timed, places, broken,
      totals: {
        visits: places.filter(Boolean).length, trips: trips.length, distance: sum((trip) => trip.metres), driving: sum((trip) => trip.drive_min),
        nights: sum((trip) => trip.days.length - 1), cost: sum((trip) => trip.cost), broken: broken.reduce((total, own) => total + own.length, 0)
      }
    };
  };
}
