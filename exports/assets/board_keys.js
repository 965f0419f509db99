"use strict";
// The keyboard: arrows walk from card to card, with Shift they move what is focused.
function Keys(data, moves, app) {
  const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const items = () => [...document.querySelectorAll("[data-visit], button[data-bar]")];
  const middle = (element) => {
    const box = element.getBoundingClientRect();
    return { x: box.left + Math.min(box.width, 120) / 2, y: box.top + box.height / 2 };
  };
  function focus(element) {
    items().forEach((item) => item.setAttribute("tabindex", item === element ? 0 : -1));
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  // The nearest card or bar in a direction; what lies straight ahead before what lies aside.
  function walk(from, [x, y]) {
    const here = middle(from);
    let best = null, least = Infinity;
    items().forEach((item) => {
      const there = middle(item), ahead = (there.x - here.x) * x + (there.y - here.y) * y, aside = Math.abs((there.x - here.x) * y) + Math.abs((there.y - here.y) * x);
      if (item !== from && ahead > 4 && ahead + 3 * aside < least) { best = item; least = ahead + 3 * aside; }
    });
    if (best) { focus(best); }
  }
  function shiftTrip(id, [x, y]) {
    const trip = moves.find(app.now(), id), vehicle = trip.vehicle + y;
    if (vehicle < 0 || vehicle >= data.vehicles.length) { app.tell("no_place"); return; }
    if (!moves.fits(trip, trip.first + x)) { app.tell("no_room"); return; }
    app.moveTrip(id, vehicle, trip.first + x);
  }
  // Up and down within the trip; left and right onto the day before or after, of the same vehicle.
  function shiftVisit(visit, [x, y]) {
    const now = app.now(), own = moves.tripOf(now, visit);
    if (!own) { app.showVisit(visit); return; }
    const number = own.days.findIndex((day) => day.includes(visit)), at = own.days[number].indexOf(visit) + y;
    if (y && at >= 0 && at < own.days[number].length) { app.moveVisit(visit, { trip: own.id, day: own.first + number, at }); return; }
    const step = x || y, day = own.first + number + step;
    if (day < 0 || day >= data.days.length || data.days[day].over || (y && !own.days[number + step])) { app.tell("no_place"); return; }
    const other = now.trips.find((trip) => trip.vehicle === own.vehicle && day >= trip.first && day <= moves.lastOf(trip));
    const end = other ? other.days[day - other.first].length : 0;
    app.moveVisit(visit, other ? { trip: other.id, day, at: step > 0 && other === own ? 0 : end } : { vehicle: own.vehicle, day });
  }
  function onItem(event, element) {
    const visit = element.dataset.visit === undefined ? null : Number(element.dataset.visit), trip = element.dataset.bar, arrow = ARROWS[event.key];
    if (arrow && !event.shiftKey) { walk(element, arrow); } else if (arrow) {
      if (!app.mayMove(visit, visit === null ? trip : null)) { return true; }
      if (visit === null) { shiftTrip(trip, arrow); } else { shiftVisit(visit, arrow); }
    } else if (event.key === "Delete" && visit !== null) {
      if (app.mayMove(visit, null)) { app.moveVisit(visit, null); }
    } else if (event.key.toLowerCase() === "l") {
      const visits = visit === null ? moves.find(app.now(), trip).days.flat() : [visit];
      app.setLock(visits, !visits.every((one) => moves.isLocked(app.now(), one)));
    } else {
      return false;
    }
    return true;
  }
  document.addEventListener("keydown", (event) => {
    if (app.isBusy() || event.altKey) { return; }
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z" && !event.shiftKey) { app.undo(); } else if (key === "y" || key === "z") { app.redo(); } else { return; }
      event.preventDefault();
      return;
    }
    const element = document.activeElement.closest("[data-visit], button[data-bar]");
    if (element && onItem(event, element)) { event.preventDefault(); }
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.closest("[data-visit], button[data-bar]")) { items().forEach((item) => item.setAttribute("tabindex", item === event.target ? 0 : -1)); }
  });
  return {
    // The focus goes back to what it was on, once all is drawn anew.
    keep(draw) {
      const element = document.activeElement, visit = element.dataset.visit, trip = element.dataset.bar;
      draw();
      const first = document.querySelector("button[data-bar], [data-visit]");
      if (first) { first.setAttribute("tabindex", 0); }
      const again = items().find((item) => (visit !== undefined ? item.dataset.visit === visit : trip !== undefined && item.dataset.bar === trip));
      if (again) { focus(again); }
    }
  };
}
