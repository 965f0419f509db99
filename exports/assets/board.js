"use strict";
// Puts the board to work: what is done to it, what it says, and what is drawn of it.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent), one = (id) => document.getElementById(id);
  const pieces = Pieces(data), clock = Clock(data), moves = Moves(data, clock), notes = new Notes(data.key), store = Store(data, moves, notes);
  const check = Rules(data, clock, pieces), view = View(data, pieces, moves), send = Sending(data), planned = check(store.planned);
  let result = check(store.now()), restarting = false;
  const tell = (text) => { one("told").textContent = text; };
  const nameOf = (visit) => data.visits[visit].name;
  function draw() {
    result = check(store.now());
    keys.keep(() => view.draw(store.now(), result, planned));
    one("undo").disabled = !store.canUndo();
    one("redo").disabled = !store.canRedo();
    one("restart").disabled = store.isPlanned();
    one("unsaved").hidden = notes.areKept();
    restarting = false;
  }
  // Makes something so, and says what it changed.
  function make(next, text) {
    const before = result;
    if (!store.set(next)) { return; }
    draw();
    tell([text, view.compare(before, result)].filter(Boolean).join(" "));
  }
  const app = {
    now: store.now,
    result: () => result,
    tell: (word) => tell(pieces.say(word)),
    tryVisit: (visit, target) => view.compare(result, check(moves.moveVisit(store.now(), visit, target))),
    tryTrip: (id, vehicle, first) => view.compare(result, check(moves.moveTrip(store.now(), id, vehicle, first))),
    // Whether a visit, or all of a trip, may be moved; says why not.
    mayMove(visit, id) {
      const locked = visit !== null ? (moves.isLocked(store.now(), visit) ? visit : undefined) : moves.lockedOf(store.now(), moves.find(store.now(), id));
      if (locked !== undefined) { tell(pieces.say(visit !== null ? "is_locked" : "trip_is_locked", { site: nameOf(locked) })); }
      return locked === undefined;
    },
    moveVisit(visit, target) {
      const next = moves.moveVisit(store.now(), visit, target), trip = moves.tripOf(next, visit);
      make(next, trip ? pieces.say("moved", { what: nameOf(visit), day: pieces.day(target.day), vehicle: data.vehicles[trip.vehicle].name }) : pieces.say("taken_out", { what: nameOf(visit) }));
    },
    moveTrip(id, vehicle, first, crew) {
      const next = moves.moveTrip(store.now(), id, vehicle, first, crew);
      make(next, pieces.say("moved", { what: pieces.tripName(moves.find(next, id)), day: pieces.day(first), vehicle: data.vehicles[vehicle].name }));
    },
    // What is on no trip is not locked: there is nothing to hold.
    setLock(all, isLocked) {
      const visits = all.filter((visit) => result.places[visit]);
      if (visits.length) { make(moves.setLock(store.now(), visits, isLocked), pieces.say(isLocked ? "lock_set" : "lock_gone", { what: visits.map(nameOf).join(", ") })); }
    },
    undo() { if (store.undo()) { draw(); app.tell("undone"); } },
    redo() { if (store.redo()) { draw(); app.tell("redone"); } },
    showVisit: (visit) => dialogs.showVisit(visit),
    showTrip: (id) => dialogs.showTrip(id),
    isBusy: () => dialogs.isOpen()
  };
  const dialogs = Dialogs(data, pieces, moves, app), keys = Keys(data, moves, app);
  Drag(data, pieces, moves, app);
  one("undo").addEventListener("click", app.undo);
  one("redo").addEventListener("click", app.redo);
  one("restart").addEventListener("click", () => {
    if (!restarting) {
      restarting = true;
      app.tell("again");
      return;
    }
    make(moves.copy(store.planned), pieces.say("restored"));
  });
  one("send").addEventListener("click", () => {
    const now = store.now();
    Sheets.save(send(now));
    tell(pieces.say(now.locked.length ? "sent_locked" : "sent", { file: data.file }));
  });
  function setDense(isDense) {
    document.body.classList.toggle("dense", isDense);
    one("dense").setAttribute("aria-pressed", String(isDense));
    notes.set("dense", isDense ? "yes" : "");
  }
  one("dense").addEventListener("click", () => setDense(!notes.has("dense")));
  setDense(notes.has("dense"));
  ["pointerover", "focusin"].forEach((kind) => document.addEventListener(kind, (event) => {
    const card = event.target.closest("[data-visit]");
    view.link(card ? Number(card.dataset.visit) : -1);
  }));
  draw();
  tell(store.isPlanned() ? pieces.say("restored") : view.compare(planned, result));
  document.documentElement.dataset.ready = "yes";
})();
