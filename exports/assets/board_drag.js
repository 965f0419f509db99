"use strict";
// Moves cards and bars with a pointer: a mouse at once, a finger after it has rested; nothing needs HTML5 drag and drop.
function Drag(data, pieces, moves, app) {
  const board = document.getElementById("board"), REST_MS = 280, SLOP = 6, EDGE = 56;
  let held = null, hasDragged = false;
  const at = (event) => ({ x: event.clientX, y: event.clientY });
  function find(event) {
    const element = event.target.closest("[data-visit], [data-bar]");
    if (!element) { return null; }
    const isVisit = element.dataset.visit !== undefined;
    return { element, visit: isVisit ? Number(element.dataset.visit) : null, trip: isVisit ? null : element.dataset.bar, start: at(event), pointer: event.pointerId, isTouch: event.pointerType !== "mouse" };
  }
  function columnAt(point) {
    const lane = document.elementsFromPoint(point.x, point.y).find((element) => element.closest(".lane"));
    const cell = lane && [...lane.closest(".lane").querySelectorAll("[data-cell]")].find((own) => {
      const box = own.getBoundingClientRect();
      return point.x >= box.left && point.x < box.right;
    });
    return cell ? { vehicle: Number(cell.dataset.vehicle), day: Number(cell.dataset.day), cell } : null;
  }
  function placeIn(day, point) {
    const cards = [...day.querySelectorAll("[data-visit]")].filter((card) => Number(card.dataset.visit) !== held.visit);
    const before = cards.findIndex((card) => {
      const box = card.getBoundingClientRect();
      return point.y < box.top + box.height / 2;
    });
    return before < 0 ? cards.length : before;
  }
  // Where what is held would go: {target, elements}, or null where it can go nowhere.
  function targetAt(point) {
    if (held.trip !== null) {
      const under = columnAt(point);
      if (!under) { return null; }
      const first = under.day - held.offset, trip = moves.find(app.now(), held.trip), cells = [...under.cell.parentElement.querySelectorAll("[data-cell]")];
      return moves.fits(trip, first) ? { target: { vehicle: under.vehicle, first }, elements: cells.slice(first, first + trip.days.length) } : null;
    }
    const under = document.elementFromPoint(point.x, point.y), drop = under && under.closest("[data-drop]");
    if (!drop) { return null; }
    const kind = drop.dataset.drop, number = Number(drop.dataset.day);
    if (kind === "tray") { return { target: null, elements: [drop] }; }
    if (kind === "extend") { return { target: { trip: drop.dataset.trip, day: number }, elements: [drop] }; }
    const day = kind === "day" ? drop : kind === "bar" ? dayUnder(drop, point) : dayOf(Number(drop.dataset.vehicle), number);
    if (!day) { return { target: { vehicle: Number(drop.dataset.vehicle), day: number }, elements: [drop] }; }
    return { target: { trip: day.dataset.trip, day: Number(day.dataset.day), at: placeIn(day, point) }, elements: [day] };
  }
  // The day of a trip below a point of its bar.
  function dayUnder(bar, point) {
    const days = [...bar.parentElement.querySelectorAll("[data-drop=day]")];
    return days.find((own) => point.x < own.getBoundingClientRect().right) || days[days.length - 1];
  }
  // What a vehicle does on a day already: a card dropped below it joins that trip.
  function dayOf(vehicle, number) {
    const trip = app.now().trips.find((own) => own.vehicle === vehicle && number >= own.first && number <= moves.lastOf(own));
    return trip && [...board.querySelectorAll("[data-drop=day]")].find((day) => day.dataset.trip === trip.id && Number(day.dataset.day) === number);
  }
  function begin() {
    if (!app.mayMove(held.visit, held.trip)) { end(); return; }
    const box = held.element.getBoundingClientRect(), ghost = pieces.make("div", { class: "ghost", "aria-hidden": true }, held.element.cloneNode(true), pieces.make("p", {}));
    Object.assign(held, { isDragging: true, ghost, shift: { x: held.start.x - box.left, y: held.start.y - box.top } });
    ghost.style.width = `${Math.min(box.width, 260)}px`;
    ghost.style.setProperty("--colour", getComputedStyle(held.element).getPropertyValue("--colour"));
    document.body.append(ghost);
    document.body.classList.add(held.trip === null ? "holds-visit" : "holds-trip");
    held.element.classList.add("held");
    if (held.trip !== null) {
      const under = columnAt(held.start);
      held.offset = under ? under.day - moves.find(app.now(), held.trip).first : 0;
    } else {
      hatch(held.visit);
    }
    hasDragged = true;
    held.frame = requestAnimationFrame(scrollOn);
  }
  function hatch(visit) {
    const about = data.visits[visit];
    board.querySelectorAll("[data-cell]").forEach((cell) => {
      const day = Number(cell.dataset.day), vehicle = Number(cell.dataset.vehicle), { pin } = about;
      const isOpen = data.windows[about.windows[day]].some(([from, to]) => to - from >= about.service);
      const isElsewhere = pin !== null && (!pin.days[day] || (pin.vehicle !== null && pin.vehicle !== vehicle));
      cell.classList.toggle("shut", !isOpen || isElsewhere || !about.vehicles.includes(vehicle));
      cell.classList.toggle("market", isOpen && about.market.includes(day));
    });
  }
  // Shows where it would go, and what that would change.
  function aim(point) {
    held.point = point;
    held.ghost.style.transform = `translate(${Math.round(point.x - Math.min(held.shift.x, 240))}px, ${Math.round(point.y - held.shift.y)}px)`;
    const found = targetAt(point), key = found ? JSON.stringify(found.target) : "none";
    if (key === held.key) { return; }
    held.key = key;
    held.found = found;
    document.querySelectorAll(".aimed, .line").forEach((element) => (element.classList.contains("line") ? element.remove() : element.classList.remove("aimed")));
    if (found) {
      found.elements.forEach((element) => element.classList.add("aimed"));
      drawLine(found);
    }
    held.ghost.querySelector("p").textContent = !found ? "" : held.trip === null ? app.tryVisit(held.visit, found.target) : app.tryTrip(held.trip, found.target.vehicle, found.target.first);
  }
  function drawLine({ target, elements }) {
    if (!target || target.at === undefined) { return; }
    const list = elements[0].querySelector("ol"), cards = [...list.children].filter((item) => !item.querySelector(".held"));
    list.insertBefore(pieces.make("li", { class: "line" }), cards[target.at] || null);
  }
  function scrollOn() {
    if (!held || !held.isDragging) { return; }
    const box = board.getBoundingClientRect(), point = held.point;
    const step = (near, far) => (near < EDGE ? -Math.ceil((EDGE - near) / 4) : far < EDGE ? Math.ceil((EDGE - far) / 4) : 0);
    const isInside = point.x >= box.left && point.x <= box.right && point.y >= box.top && point.y <= box.bottom;
    if (isInside) {
      const before = [board.scrollLeft, board.scrollTop];
      board.scrollBy(step(point.x - box.left, box.right - point.x), step(point.y - box.top, box.bottom - point.y));
      if (board.scrollLeft !== before[0] || board.scrollTop !== before[1]) { aim(point); }
    }
    held.frame = requestAnimationFrame(scrollOn);
  }
  function end() {
    if (!held) { return null; }
    const done = held;
    clearTimeout(held.timer);
    cancelAnimationFrame(held.frame);
    if (held.ghost) { held.ghost.remove(); }
    held.element.classList.remove("held");
    document.body.classList.remove("holds-visit", "holds-trip");
    document.querySelectorAll(".aimed, .shut, .market").forEach((element) => element.classList.remove("aimed", "shut", "market"));
    document.querySelectorAll(".line").forEach((element) => element.remove());
    held = null;
    return done;
  }
  document.addEventListener("pointerdown", (event) => {
    hasDragged = false;
    if (held || event.button !== 0) { return; }
    held = find(event);
    if (held && held.isTouch) {
      held.timer = setTimeout(() => {
        begin();
        if (held) { aim(held.start); }
      }, REST_MS);
    }
  });
  document.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.pointer) { return; }
    const point = at(event), far = Math.hypot(point.x - held.start.x, point.y - held.start.y) > SLOP;
    if (!held.isDragging && far) {
      if (held.isTouch) { end(); return; }
      begin();
    }
    if (held && held.isDragging) { aim(point); }
  });
  document.addEventListener("pointerup", (event) => {
    if (!held || event.pointerId !== held.pointer) { return; }
    const done = end();
    if (!done.isDragging || !done.found) { return; }
    if (done.trip === null) { app.moveVisit(done.visit, done.found.target); } else { app.moveTrip(done.trip, done.found.target.vehicle, done.found.target.first); }
  });
  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && held && held.isDragging) { end(); } });
  document.addEventListener("touchmove", (event) => { if (held && held.isDragging) { event.preventDefault(); } }, { passive: false });
  document.addEventListener("contextmenu", (event) => { if (event.target.closest("[data-visit], [data-bar]")) { event.preventDefault(); } });
  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-visit], [data-bar]");
    if (!element || (hasDragged && event.detail)) { return; } // a key clicks too, and with no detail
    if (element.dataset.visit !== undefined) { app.showVisit(Number(element.dataset.visit)); } else { app.showTrip(element.dataset.bar); }
  });
}
