"use strict";
// Draws an arrangement: the vehicles by day, trips as bars, visits as cards, the tray, the figures.
function View(data, pieces, moves) {
  const { make, name, say } = pieces, one = (id) => document.getElementById(id);
  const LOCK = "M4 7V5a4 4 0 0 1 8 0v2h1v8H3V7zm2 0h4V5a2 2 0 0 0-4 0z";
  function padlock() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("class", "padlock");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", LOCK);
    path.setAttribute("fill-rule", "evenodd");
    svg.append(path);
    return svg;
  }
  const mark = (kind, text) => make("span", { class: `mark ${kind}` }, text);
  function card(number, stop, broken, isLocked) {
    const visit = data.visits[number], boxes = [visit.left[0] ? `↓${visit.left[0]}` : "", visit.taken[0] ? `↑${visit.taken[0]}` : ""].filter(Boolean).join(" ");
    const own = [...new Set(broken.map((fault) => fault.short))];
    const title = [say("boxes", { left: visit.left[0], taken: visit.taken[0] }), ...broken.map((fault) => fault.text)].join("\n");
    return make("li", {}, make("button", { type: "button", class: `card${isLocked ? " locked" : ""}${own.length ? " bad" : ""}`, "data-visit": number, tabindex: -1, title },
      make("span", { class: "when" }, stop ? make("b", {}, pieces.clock(stop.start)) : "", make("span", { class: stop ? "end" : "" }, stop ? `–${pieces.clock(stop.end)}` : pieces.hours(visit.service)), boxes ? ` ${boxes}` : "",
        isLocked ? padlock() : "", isLocked ? make("span", { class: "unseen" }, say("locked")) : ""),
      make("span", { class: "site" }, name(visit.name)),
      make("span", { class: "marks" },
        visit.tasks.map(([kind, text]) => make("span", { class: `task ${kind}` }, text)),
        visit.remote ? mark("remote", say("remote")) : "", visit.urgent ? mark("urgent", say("urgent")) : "", visit.pin ? mark("pinned", say("pinned")) : "", own.map((short) => mark("bad", short)))));
  }
  function bar(trip, timed, broken) {
    const vehicle = data.vehicles[trip.vehicle], general = [...new Set(broken.filter((fault) => fault.visit === null).map((fault) => fault.short))];
    return make("button", { type: "button", class: "bar", "data-bar": trip.id, "data-drop": "bar", tabindex: -1, title: broken.map((fault) => fault.text).join("\n") },
      make("span", { class: "who" }, make("b", {}, name(pieces.tripName(trip))), " ", make("span", {}, name(data.crews[trip.crew].name))),
      make("span", { class: "figures" },
        make("span", {}, pieces.km(timed.metres)), make("span", {}, pieces.hours(timed.drive_min)),
        make("span", {}, say("load", { boxes: timed.peak[0], room: vehicle.boxes })), make("span", {}, pieces.money(timed.cost))),
      general.map((short) => mark("bad", short)));
  }
  function day(trip, timed, broken, arrangement) {
    return make("div", { class: "day", "data-drop": "day", "data-trip": trip.id, "data-day": timed.number },
      timed.stops.length || timed.drive_min ? make("p", { class: "span" }, `${pieces.clock(timed.begin)}–${pieces.clock(timed.finish)}`) : "",
      make("ol", {}, timed.stops.map((stop) => card(stop.visit, stop, broken.filter((fault) => fault.visit === stop.visit), moves.isLocked(arrangement, stop.visit)))),
      timed.bed !== null ? make("p", { class: "bed" }, "☾ ", name(data.sites[timed.bed])) : "");
  }
  function drawTrip(trip, timed, broken, arrangement, lane) {
    return make("article", { class: `trip${broken.length ? " bad" : ""}`, "data-trip": trip.id, style: { "grid-column": `${trip.first + 1} / span ${trip.days.length}`, "grid-row": lane } },
      bar(trip, timed, broken), make("div", { class: "days" }, timed.days.map((own) => day(trip, own, broken, arrangement))));
  }
  function drawStanding(trip, lane) {
    return make("article", { class: "trip standing", style: { "grid-column": `${trip.first + 1} / span ${trip.days.length}`, "grid-row": lane } },
      make("div", { class: "bar" }, make("span", { class: "who" }, make("b", {}, name(trip.id)), " ", make("span", {}, name(data.crews[trip.crew].name)), " ", mark("begun", say("standing"))),
        make("span", { class: "figures" }, make("span", {}, pieces.km(trip.metres)))),
      make("div", { class: "days" }, trip.days.map((stops) => make("div", { class: "day" }, make("ol", {}, stops.map(([site, from, to]) => make("li", {},
        make("div", { class: "card" }, make("span", { class: "when" }, `${pieces.clock(from)}–${pieces.clock(to)}`), make("span", { class: "site" }, name(site))))))))));
  }
  // A free day of a vehicle: a visit dropped there begins a trip, or goes onto the trip of the day before or after.
  function cell(vehicle, number, trips, lanes) {
    const about = data.days[number], covered = trips.some((trip) => number >= trip.first && number <= moves.lastOf(trip));
    const near = trips.filter((trip) => !trip.isStanding && (number === trip.first - 1 || number === moves.lastOf(trip) + 1));
    const isOff = !data.vehicles[vehicle].free[number];
    return make("div", {
      class: `cell${isOff ? " off" : ""}${about.over ? " over" : ""}${about.week !== (data.days[number - 1] || about).week ? " monday" : ""}`, "data-cell": number, "data-drop": about.over ? null : "cell",
      "data-vehicle": vehicle, "data-day": number, style: { "grid-column": number + 1, "grid-row": `1 / span ${lanes}` }
    }, covered || about.over ? "" : [...near.map((trip) => make("span", { class: "zone", "data-drop": "extend", "data-trip": trip.id, "data-day": number }, say("one_more_day", { trip: pieces.tripName(trip) }))),
      make("span", { class: "zone new" }, say("new_here"))]);
  }
  function drawVehicle(vehicle, number, arrangement, result) {
    const ends = [], own = [...data.standing.map((trip) => ({ ...trip, isStanding: true })), ...arrangement.trips].filter((trip) => trip.vehicle === number);
    const lanes = own.sort((a, b) => a.first - b.first).map((trip) => {
      const free = ends.findIndex((end) => end < trip.first), lane = free < 0 ? ends.length : free;
      ends[lane] = moves.lastOf(trip);
      return lane + 1;
    });
    const drawn = own.map((trip, k) => {
      if (trip.isStanding) { return drawStanding(trip, lanes[k]); }
      const at = arrangement.trips.indexOf(trip);
      return drawTrip(trip, result.timed[at], result.broken[at], arrangement, lanes[k]);
    });
    return make("section", { class: "vehicle", style: { "--colour": vehicle.colour } },
      make("h2", {}, make("i", { class: "swatch" }), name(vehicle.name), make("small", {}, vehicle.carries)),
      make("div", { class: "lane", "data-lane": number }, data.days.map((none, k) => cell(number, k, own, Math.max(1, ends.length))), drawn));
  }
  function drawHead() {
    return make("div", { class: "head" }, data.days.map((about) => make("div", { class: `${about.rest ? "rest" : ""}${about.over ? " over" : ""}`, "data-head": about.n, title: about.t }, make("small", {}, about.w), make("b", {}, String(about.n)))));
  }
  const WRITTEN = { distance: pieces.km, driving: pieces.hours, cost: (amount) => `${pieces.money(amount)} ${data.currency}` };
  const write = (key, value) => (WRITTEN[key] || pieces.number)(value);
  const change = (key, value) => `${value < 0 ? "−" : "+"}${write(key, Math.abs(value))}`;
  function drawTotals(totals, planned) {
    one("totals").replaceChildren(...Object.keys(totals).map((key) => {
      const more = totals[key] - planned[key], value = key === "visits" ? `${totals[key]} / ${data.visits.length}` : write(key, totals[key]);
      const isWorse = key === "visits" ? more < 0 : more > 0;
      return make("div", { "data-total": key, class: key === "broken" && totals[key] ? "bad" : "" }, make("dt", {}, say(key)),
        make("dd", {}, value, " ", make("small", { class: more ? (isWorse ? "worse" : "better") : "" }, more ? change(key, more) : say("unchanged"))));
    }));
  }
  function drawTray(arrangement, result) {
    const missed = data.visits.map((visit, number) => number).filter((number) => !result.places[number]);
    one("tray-count").textContent = String(missed.length);
    one("tray-cards").replaceChildren(...(missed.length ? missed.map((number) => card(number, null, [], moves.isLocked(arrangement, number))) : [make("li", { class: "none" }, say("all_served"))]));
  }
  // The columns: wide where something is out, narrow where nothing is.
  function setColumns(arrangement) {
    const trips = [...data.standing, ...arrangement.trips];
    const columns = data.days.map((none, day) => (trips.some((trip) => day >= trip.first && day <= moves.lastOf(trip)) ? "var(--wide)" : "var(--narrow)"));
    one("board").style.setProperty("--columns", columns.join(" "));
  }
  // A button for each week, which brings its first day into sight.
  data.days.forEach((about, number) => {
    if (number && about.week === data.days[number - 1].week) { return; }
    const days = data.days.map((none, k) => k).filter((k) => data.days[k].week === about.week), button = make("button", { type: "button", title: about.t }, pieces.spans(days));
    button.addEventListener("click", () => one("board").scrollTo({ left: document.querySelector(`[data-head="${about.n}"]`).offsetLeft, behavior: "smooth" }));
    one("weeks").append(button);
  });
  return {
    draw(arrangement, result, planned) {
      setColumns(arrangement);
      one("board").replaceChildren(drawHead(), ...data.vehicles.map((vehicle, number) => drawVehicle(vehicle, number, arrangement, result)));
      drawTray(arrangement, result);
      drawTotals(result.totals, planned.totals);
    },
    // Marks the visits that wait for one, that it waits for, or that keep a gap to it.
    link(number) {
      const about = data.visits[number];
      const isLinked = (k) => k !== number && about !== undefined && (about.givers.some(([giver]) => giver === k) || data.visits[k].givers.some(([giver]) => giver === number)
        || (about.gap[0] !== "" && about.gap[0] === data.visits[k].gap[0]));
      document.querySelectorAll("[data-visit]").forEach((element) => element.classList.toggle("linked", isLinked(Number(element.dataset.visit))));
    },
    // What is different between two months, in a line.
    compare: (before, after) => ["distance", "driving", "cost", "visits", "broken"].map((key) => [key, after.totals[key] - before.totals[key]])
      .filter(([, more]) => more !== 0).map(([key, more]) => (key === "visits" || key === "broken" ? `${say(key)} ${change(key, more)}` : change(key, more))).join(" · ")
  };
}
