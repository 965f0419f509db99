"use strict";
// The travel between sites, read from the layers that the page carries.
function Travel(data) {
  const size = data.sites.length, layers = [], OPEN = [];
  data.layers.forEach((layer) => {
    if (layer.all) { layers.push(layer.all); return; }
    const cells = layer.of < 0 ? new Array(size * size).fill(0) : layers[layer.of].slice();
    for (let k = 0; k < layer.but.length; k += 2) { cells[layer.but[k]] = layer.but[k + 1]; }
    layers.push(cells);
  });
  const shut = data.tables.map((table) => {
    const spans = new Map();
    table.shut.forEach(([cell, from, to]) => spans.set(cell, [...(spans.get(cell) || []), [from, to]]));
    return spans;
  });
  // Minutes at the wheel (−1: no road), waits, metres, and the spans in which the way is shut.
  return (number, from, to) => {
    const table = data.tables[number], cell = from * size + to;
    return {
      drive: layers[table.drive][cell], wait: layers[table.wait][cell],
      metres: layers[table.metres][cell], shut: shut[number].get(cell) || OPEN
    };
  };
}
// Rough times of trips: when each day leaves and comes back, where its nights are, what it costs.
// It drives as the planner's own clock, with breaks, ferries, shut hours and daylight, but knows no meals,
// and finds the start of a day by trying every minute.
const LOADING = -1;
function Clock(data) {
  const travel = Travel(data), limits = data.limits, known = new Map();
  // Drives so many minutes from a moment on, with the breaks that fall due.
  function drive(moment, minutes) {
    let rest = minutes;
    while (moment.run + rest > limits.drive_run) {
      const part = limits.drive_run - moment.run;
      moment.now += part + limits.pause;
      moment.run = 0;
      rest -= part;
    }
    moment.now += rest;
    moment.run += rest;
  }
  // A leg that is ready at a minute: when it leaves and arrives, and the driving since the last break.
  function go(way, ready, run) {
    let leave = ready;
    for (;;) {
      const moment = { now: leave, run: leave - ready >= limits.pause ? 0 : run };
      if (way.wait) {
        const half = Math.floor(way.drive / 2);
        drive(moment, half);
        moment.now += way.wait;
        if (way.wait >= limits.pause) { moment.run = 0; }
        drive(moment, way.drive - half);
      } else {
        drive(moment, way.drive);
      }
      const arrive = moment.now + limits.buffer, met = way.shut.filter(([from, to]) => leave < to && arrive > from);
      if (!met.length) { return { leave, arrive, run: moment.run }; }
      leave = Math.max(...met.map(([, to]) => to));
    }
  }
  // A day that leaves at a minute; what does not fit is counted, not refused.
  function runDay(day, leave) {
    const light = data.days[day.number].light, stops = [], lost = [];
    let place = day.start, now = leave, run = 0, begin = null, drive_min = 0, metres = 0, missed = 0, late = 0, cut = null;
    function move(to) {
      const way = place === to ? null : travel(day.table, place, to);
      if (way === null || way.drive < 0) {
        begin = begin === null ? now : begin;
        if (way) { lost.push([place, to]); }
      } else {
        const leg = go(way, now, run);
        begin = begin === null ? leg.leave : begin;
        if (cut && cut.begin === null) { cut.begin = leg.leave; }
        late = Math.max(late, leg.arrive - light[1]);
        now = leg.arrive;
        run = leg.run;
        drive_min += way.drive;
        metres += way.metres;
      }
      place = to;
    }
    // Home between two trips of a day, to be loaded for the second.
    function load() {
      move(day.goal);
      missed += now > limits.reload_until ? 1 : 0;
      cut = { home: now, begin: null, out: now + limits.reload, stops: stops.length, drive_min, metres };
      now = cut.out;
      if (limits.reload >= limits.pause) { run = 0; }
    }
    day.visits.forEach((number) => {
      if (number === LOADING) { load(); return; }
      const visit = data.visits[number];
      move(visit.site);
      const came = now, span = data.windows[visit.windows[day.number]].find(([from, to]) => Math.max(came, from) + visit.service <= to);
      const start = span ? Math.max(came, span[0]) : came;
      if (!span) { missed += 1; }
      now = start + visit.service;
      late = Math.max(late, now - limits.end);
      if (now - came >= limits.pause) { run = 0; }
      stops.push({ visit: number, arrive: came, start, end: now, missed: !span });
    });
    move(day.goal);
    const long = now - begin - limits.duty;
    return { stops, begin, finish: now, drive_min, metres, lost, late, cut, score: [lost.length + missed, Math.max(0, long) + Math.max(0, late) + Math.max(0, drive_min - limits.drive_day), now, -begin] };
  }
  function isBetter(one, other) {
    const k = one.score.findIndex((value, n) => value !== other.score[n]);
    return k >= 0 && one.score[k] < other.score[k];
  }
  // The best day: fewest visits missed, least beyond the hours, earliest end, latest start.
  function timeDay(day) {
    const [first, last] = data.days[day.number].light;
    let best = runDay(day, first);
    for (let leave = first + 1; leave < last; leave += 1) {
      const tried = runDay(day, leave);
      if (isBetter(tried, best)) { best = tried; }
    }
    return best;
  }
  // Where the crew sleeps: as planned between the same visits, else the lodging of the least detour.
  function findBed(table, depot, members, here, ahead, key) {
    if (Object.hasOwn(data.beds, key)) { return data.beds[key]; }
    const metres = (from, to) => (from === to ? 0 : travel(table, from, to).drive < 0 ? Infinity : travel(table, from, to).metres);
    let best = null, least = Infinity;
    data.lodging.forEach(([site, beds]) => {
      const detour = metres(here, site) + metres(site, ahead);
      if (beds >= members && site !== depot && detour < least) { best = site; least = detour; }
    });
    return best;
  }
  function placeNight(trip, k, place) {
    const vehicle = data.vehicles[trip.vehicle], table = vehicle.tables[trip.first + k];
    const done = trip.days.slice(0, k + 1).flat(), ahead = trip.days.slice(k + 1).flat();
    let since = 0;
    while (since < k && !trip.days[k - since].length) { since += 1; }
    const today = trip.days[k], here = today.length ? data.visits[today[today.length - 1]].site : place;
    const next = ahead.length ? data.visits[ahead[0]].site : vehicle.depot;
    const key = `${done.length ? done[done.length - 1] : -1} ${ahead.length ? ahead[0] : -1} ${since}`;
    return findBed(table, vehicle.depot, data.crews[trip.crew].members, here, next, key);
  }
  function priceTrip(trip, metres) {
    const vehicle = data.vehicles[trip.vehicle], days = trip.days.length, members = data.crews[trip.crew].members;
    const rides = trip.days.map((visits, k) => visits.map((number) => data.visits[number].rides[trip.first + k] || 0)).flat();
    return Math.ceil(metres * vehicle.vnd_km / 1000) + days * (vehicle.vnd_day + members * data.money.allowance)
      + (days - 1) * members * data.money.night + rides.reduce((sum, vnd) => sum + vnd, 0);
  }
  // The most on board between two stops; what a giver on the same trip gives is not loaded at the depot.
  function measureLoad(trip) {
    const order = trip.days.flat(), load = [0, 0], peak = [0, 0];
    [0, 1].forEach((k) => {
      order.forEach((number) => { load[k] += data.visits[number].left[k]; });
      order.forEach((number) => data.visits[number].givers.forEach((giver) => {
        if (order.includes(giver[0])) { load[k] -= giver[k + 1]; }
      }));
      peak[k] = load[k];
      order.forEach((number) => {
        load[k] += data.visits[number].taken[k] - data.visits[number].left[k];
        peak[k] = Math.max(peak[k], load[k]);
      });
    });
    return peak;
  }
  function timeTrip(trip) {
    const vehicle = data.vehicles[trip.vehicle];
    let place = vehicle.depot;
    const days = trip.days.map((visits, k) => {
      const number = trip.first + k, isLast = k === trip.days.length - 1, bed = isLast ? vehicle.depot : placeNight(trip, k, place);
      const goal = bed !== null ? bed : visits.length ? data.visits[visits[visits.length - 1]].site : place;
      const timed = timeDay({ number, start: place, visits, goal, table: vehicle.tables[number] });
      place = goal;
      return { ...timed, number, bed: isLast ? null : bed, isLast };
    });
    const sum = (part) => days.reduce((total, day) => total + part(day), 0), metres = sum((day) => day.metres);
    return {
      days, metres, drive_min: sum((day) => day.drive_min), cost: priceTrip(trip, metres), peak: measureLoad(trip),
      strain: [sum((day) => day.score[0] + (day.bed === null && !day.isLast)), sum((day) => day.score[1])]
    };
  }
  // Two trips of one vehicle and crew on one day, the second loaded when the first is home; null: rules forbid it.
  function timePair(one, two) {
    const vehicle = data.vehicles[one.vehicle], number = one.first, home = vehicle.depot, orders = [one.days[0], two.days[0]];
    const mixed = orders.some((order, k) => order.some((visit) => data.visits[visit].givers.some(([giver]) => orders[1 - k].includes(giver))));
    if (!limits.reload || mixed) { return null; }
    const day = timeDay({ number, start: home, visits: [...orders[0], LOADING, ...orders[1]], goal: home, table: vehicle.tables[number] });
    if (day.score[0] || day.score[1]) { return null; }
    const cut = day.cut, costs = [priceTrip(one, cut.metres), priceTrip(two, day.metres)];
    costs[1] -= priceTrip({ ...two, days: [[]] }, cut.metres);  // the day, and its first kilometres, are paid
    return [one, two].map((trip, k) => {
      const part = {
        ...day, number, bed: null, isLast: true, stops: k ? day.stops.slice(cut.stops) : day.stops.slice(0, cut.stops),
        begin: k ? (cut.begin === null ? cut.out : cut.begin) : day.begin, finish: k ? day.finish : cut.home,
        drive_min: k ? day.drive_min - cut.drive_min : cut.drive_min, metres: k ? day.metres - cut.metres : cut.metres
      };
      return { days: [part], metres: part.metres, drive_min: part.drive_min, cost: costs[k], peak: measureLoad(trip), strain: [0, 0], second: k === 1 };
    });
  }
  function remember(key, make) {
    const text = JSON.stringify(key);
    if (!known.has(text)) { known.set(text, make()); }
    return known.get(text);
  }
  // The times of a trip, and of two of a day; the same trip is timed once.
  const time = (trip) => remember([trip.vehicle, trip.crew, trip.first, trip.days], () => timeTrip(trip));
  time.pair = (one, two) => remember([one.vehicle, one.crew, one.first, one.days, two.days, LOADING], () => timePair(one, two));
  return time;
}
