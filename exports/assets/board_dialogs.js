"use strict";
// The two dialogs: a visit and a trip, what is known of them, and where they could go.
function Dialogs(data, pieces, moves, app) {
  const { make, name, say } = pieces, one = (id) => document.getElementById(id);
  let visit = null, trip = null, places = [];
  document.querySelectorAll("dialog [data-close]").forEach((button) => button.addEventListener("click", () => button.closest("dialog").close()));
  document.querySelectorAll("dialog").forEach((dialog) => dialog.addEventListener("click", (event) => { if (event.target === dialog) { dialog.close(); } }));
  function choose(id, options, chosen) {
    one(id).replaceChildren(...options.map(([value, text]) => make("option", { value, selected: value === chosen }, text)));
  }
  const vehicles = () => data.vehicles.map((vehicle, number) => [number, vehicle.name]);
  const openDays = () => data.days.flatMap((day, number) => (day.over ? [] : [number]));
  const listBroken = (id, broken) => one(id).replaceChildren(...broken.map((fault) => make("li", {}, make("b", {}, fault.short), " ", fault.text)));
  const listFacts = (texts) => one("card-facts").replaceChildren(...texts.filter(Boolean).map((text) => make("li", {}, text)));
  function placeOf(number) {
    const place = app.result().places[number];
    return place ? pieces.day(place.day) : say("is_unserved");
  }
  function tellWindows(about, place) {
    const open = data.days.map((none, day) => day).filter((day) => data.windows[about.windows[day]].some(([from, to]) => to - from >= about.service));
    const today = place ? data.windows[about.windows[place.day]].map(([from, to]) => `${pieces.clock(from)}–${pieces.clock(to)}`).join(", ") : "";
    return [
      place && today ? say("open_on", { day: pieces.day(place.day), hours: today }) : "",
      open.length ? say("open_days", { days: pieces.spans(open) }) : say("never_open"),
      about.market.length ? say("market_days", { days: pieces.spans(about.market) }) : ""
    ];
  }
  function showVisit(number) {
    const about = data.visits[number], result = app.result(), place = result.places[number], isLocked = moves.isLocked(app.now(), number);
    visit = number;
    one("card-title").replaceChildren(name(about.name));
    one("card-when").replaceChildren(...about.tasks.map(([kind, text]) => make("span", { class: `task ${kind}` }, text)),
      place ? ` ${pieces.day(place.day)} · ${pieces.clock(place.stop.start)}–${pieces.clock(place.stop.end)} · ${pieces.tripName(app.now().trips[place.trip])}` : ` ${say("is_unserved")}`);
    listBroken("card-broken", place ? result.broken[place.trip].filter((fault) => fault.visit === number) : []);
    const gets = about.givers.map(([giver]) => say("comes_from", { site: data.visits[giver].name, day: placeOf(giver) }));
    const gives = data.visits.flatMap((other, k) => (other.givers.some(([giver]) => giver === number) ? [say("goes_to", { site: other.name, day: placeOf(k) })] : []));
    listFacts([
      `${say("service", { time: pieces.hours(about.service) })} · ${say("boxes", { left: about.left[0], taken: about.taken[0] })}`,
      ...tellWindows(about, place), ...gets, ...gives, place ? "" : about.reason, place ? "" : about.fix
    ]);
    one("card-move").disabled = isLocked;
    one("card-out").disabled = isLocked || !place;
    one("card-lock").disabled = !place;
    one("card-lock").textContent = say(isLocked ? "unlock" : "lock");
    choose("card-vehicle", vehicles(), place ? app.now().trips[place.trip].vehicle : about.vehicles[0] || 0);
    choose("card-day", openDays().map((day) => [day, pieces.day(day)]), place ? place.day : openDays().find((day) => data.windows[about.windows[day]].length));
    listPlaces();
    if (!one("card").open) { one("card").showModal(); }
  }
  // Where a visit can go on the day and vehicle chosen: before or behind others, one more day of a trip, a new trip.
  function listPlaces() {
    const vehicle = Number(one("card-vehicle").value), day = Number(one("card-day").value);
    places = [];
    app.now().trips.filter((own) => own.vehicle === vehicle).forEach((own) => {
      const called = pieces.tripName(own);
      if (day >= own.first && day <= moves.lastOf(own)) {
        const visits = own.days[day - own.first].filter((other) => other !== visit);
        visits.forEach((other, at) => places.push([{ trip: own.id, day, at }, say("before", { trip: called, site: data.visits[other].name })]));
        places.push([{ trip: own.id, day, at: visits.length }, say("at_end", { trip: called })]);
      } else if (day === own.first - 1 || day === moves.lastOf(own) + 1) {
        places.push([{ trip: own.id, day }, say("one_more_day", { trip: called })]);
      }
    });
    places.push([{ vehicle, day }, say("new_here")]);
    const best = places.findIndex(([target]) => target.trip !== undefined && target.at === places.filter(([other]) => other.trip === target.trip).length - 1);
    choose("card-place", places.map(([, text], number) => [number, text]), Math.max(0, best));
  }
  function showTrip(id) {
    const now = app.now(), own = moves.find(now, id), at = now.trips.indexOf(own), result = app.result(), timed = result.timed[at];
    const locked = own.days.flat().every((number) => moves.isLocked(now, number));
    trip = id;
    one("trip-title").replaceChildren(name(say("trip", { trip: pieces.tripName(own) })));
    one("trip-when").textContent = [pieces.km(timed.metres), say("at_wheel", { time: pieces.hours(timed.drive_min) }),
      say("load", { boxes: timed.peak[0], room: data.vehicles[own.vehicle].boxes }), `${pieces.money(timed.cost)} ${data.currency}`].join(" · ");
    listBroken("trip-broken", result.broken[at]);
    one("trip-times").replaceChildren(make("tbody", {}, timed.days.flatMap((day) => [
      make("tr", {}, make("th", { colspan: 2 }, `${pieces.day(day.number)} · ${say("out", { out: pieces.clock(day.begin), back: pieces.clock(day.finish) })}`)),
      ...day.stops.map((stop) => make("tr", {}, make("td", {}, `${pieces.clock(stop.start)}–${pieces.clock(stop.end)}`), make("td", {}, name(data.visits[stop.visit].name)))),
      day.bed === null ? "" : make("tr", {}, make("td", {}, pieces.clock(day.finish)), make("td", {}, say("sleeps", { site: data.sites[day.bed] })))
    ])));
    one("trip-move").disabled = moves.lockedOf(now, own) !== undefined;
    one("trip-lock").textContent = say(locked ? "unlock_all" : "lock_all");
    choose("trip-vehicle", vehicles(), own.vehicle);
    choose("trip-day", openDays().filter((day) => moves.fits(own, day)).map((day) => [day, pieces.day(day)]), own.first);
    listCrews();
    one("trip-crew").value = own.crew;
    if (!one("trip").open) { one("trip").showModal(); }
  }
  function listCrews() {
    const own = moves.find(app.now(), trip), vehicle = Number(one("trip-vehicle").value), day = Number(one("trip-day").value);
    const crews = moves.listCrews(app.now(), vehicle, day, own.days.length, own.days.flat(), own.crew, own.id);
    choose("trip-crew", crews.map((number) => [number, data.crews[number].name]), crews[0]);
  }
  ["card-vehicle", "card-day"].forEach((id) => one(id).addEventListener("change", listPlaces));
  ["trip-vehicle", "trip-day"].forEach((id) => one(id).addEventListener("change", listCrews));
  one("card-go").addEventListener("click", () => {
    one("card").close();
    app.moveVisit(visit, places[Number(one("card-place").value)][0]);
  });
  one("card-out").addEventListener("click", () => {
    one("card").close();
    app.moveVisit(visit, null);
  });
  one("card-lock").addEventListener("click", () => {
    app.setLock([visit], !moves.isLocked(app.now(), visit));
    showVisit(visit);
  });
  one("trip-go").addEventListener("click", () => {
    one("trip").close();
    app.moveTrip(trip, Number(one("trip-vehicle").value), Number(one("trip-day").value), Number(one("trip-crew").value));
  });
  one("trip-lock").addEventListener("click", () => {
    const visits = moves.find(app.now(), trip).days.flat();
    app.setLock(visits, !visits.every((number) => moves.isLocked(app.now(), number)));
    showTrip(trip);
  });
  return { showVisit, showTrip, isOpen: () => Boolean(document.querySelector("dialog[open]")) };
}
