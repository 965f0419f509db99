"use strict";
// Puts the page of a trip to work: what comes next, days, ticks, the report.
(function () {
  var data = Lines.read(), record = data.record, words = record.words;
  var notes = new Notes(record.key), shown = null, chosenDay = null, erasing = false, map = null;
  function one(selector) { return document.querySelector(selector); }
  function all(selector, inside) { return Array.prototype.slice.call((inside || document).querySelectorAll(selector)); }
  function fill(template, values) {
    return template.replace(/\{(\w+)\}/g, function (whole, name) {
      return Object.prototype.hasOwnProperty.call(values, name) ? values[name] : whole;
    });
  }
  function two(number) { return (number < 10 ? "0" : "") + number; }
  function clockNow() { var now = new Date(); return two(now.getHours()) + ":" + two(now.getMinutes()); }
  function dayNow() { var now = new Date(); return now.getFullYear() + "-" + two(now.getMonth() + 1) + "-" + two(now.getDate()); }
  var report = new Report(record, notes, fill);
  var items = all(".item"), rowsOfStop = {};
  record.rows.forEach(function (row, number) { (rowsOfStop[row.stop] = rowsOfStop[row.stop] || []).push(number); });

  function writeField(input) {
    if (input.type === "checkbox") { input.checked = notes.get(input.name) === "1"; }
    else if (input.type === "radio") { input.checked = notes.get(input.name) === input.value; }
    else if (notes.has(input.name)) { input.value = notes.get(input.name); }
    else { input.value = input.defaultValue; }
  }
  function writeFields() { all("input[name], textarea[name]").forEach(writeField); }
  function set(name, value) {
    notes.set(name, value);
    all("[name='" + name + "']").forEach(writeField);
  }
  document.addEventListener("input", function (event) {
    var input = event.target;
    if (!input.name) { return; }
    if (input.type === "checkbox") { notes.set(input.name, input.checked ? "1" : ""); }
    else if (input.type === "radio") { notes.set(input.name, input.checked ? input.value : ""); }
    else { notes.set(input.name, input.value); }
    refresh();
  });

  // How far a place of the trip has come: 0, then one more for each tap of its large button.
  function stateOf(key) {
    if (key === "start") { return notes.get("t.departed") ? 1 : 0; }
    if (key === "home") { return notes.get("t.arrived") ? 1 : 0; }
    if (key[0] === "n") { return notes.get(key + ".here") ? 1 : 0; }
    var rows = rowsOfStop[key.slice(1)] || [];
    var told = rows.length && rows.every(function (row) { return report.outcome(row); });
    if (told || notes.get(key + ".departed")) { return 2; }
    return notes.get(key + ".arrived") ? 1 : 0;
  }
  function isDone(item) { return stateOf(item.dataset.item) >= all(".main span", item).length - 1; }
  function timeOf(key) {
    if (key === "start") { return notes.get("t.departed"); }
    if (key === "home") { return notes.get("t.arrived"); }
    return notes.get(key + (key[0] === "n" ? ".here" : ".departed"));
  }
  function advance(key) {
    var state = stateOf(key);
    if (key === "start") { set("t.departed", clockNow()); }
    else if (key === "home") { set("t.arrived", clockNow()); }
    else if (key[0] === "n") { set(key + ".here", clockNow()); }
    else if (state === 0) {
      set(key + ".arrived", clockNow());
      set(key + ".date", dayNow());
    } else if (state === 1) {
      set(key + ".departed", clockNow());
      finish(key.slice(1));
    }
  }
  function undo(key) {
    if (key === "start") { set("t.departed", ""); }
    else if (key === "home") { set("t.arrived", ""); }
    else if (key[0] === "n") { set(key + ".here", ""); }
    else if (stateOf(key) === 2) {
      set(key + ".departed", "");
      unfinish(key.slice(1));
    } else { set(key + ".arrived", ""); }
  }
  function finish(stop) {
    (rowsOfStop[stop] || []).forEach(function (row) { if (!report.outcome(row)) { set("r" + row + ".outcome", "done"); } });
  }
  function unfinish(stop) {
    (rowsOfStop[stop] || []).forEach(function (row) { if (report.outcome(row) === "done") { set("r" + row + ".outcome", ""); } });
  }
  // The first place behind the last one that is done.
  function findNext() {
    var next = 0;
    items.forEach(function (item, number) { if (isDone(item)) { next = number + 1; } });
    return Math.min(next, items.length - 1);
  }

  function refreshNext() {
    var number = shown === null ? findNext() : shown;
    items.forEach(function (item, index) {
      var key = item.dataset.item;
      item.hidden = index !== number;
      item.dataset.state = stateOf(key);
      all(".main span", item).forEach(function (label, state) { label.hidden = state !== stateOf(key); });
      item.classList.toggle("done", isDone(item));
      one(".item[data-item='" + key + "'] .main").disabled = isDone(item);
      all(".main output", item).forEach(function (output) { output.textContent = timeOf(key); });
      all(".undo", item).forEach(function (button) { button.hidden = stateOf(key) === 0; });
      var card = document.getElementById(key[0] === "s" && key !== "start" ? "stop-" + key.slice(1) : "at-" + key);
      if (card) { card.classList.toggle("done", isDone(item)); }
    });
    one("#walked").textContent = (number + 1) + " / " + items.length;
    one("[data-walk='-1']").disabled = number === 0;
    one("[data-walk='1']").disabled = number === items.length - 1;
    var current = items[number].dataset.item, stop = current[0] === "s" ? Number(current.slice(1)) : 0;
    if (map) {
      map.markNext(stop);
      var goals = data.map.stops.filter(function (place) { return place.n === stop; });
      map.setGoal(goals.length ? goals[0].at : null);
    }
    return Number(items[number].dataset.day);
  }
  var proofs = new Proofs(record, data.map.stops, notes, fill, set, refresh);
  function refreshForms() {
    all("fieldset[data-row]").forEach(function (set) { set.dataset.outcome = report.outcome(Number(set.dataset.row)); });
    all("[data-done]").forEach(function (button) {
      var rows = rowsOfStop[button.dataset.done] || [];
      var done = rows.length > 0 && rows.every(function (row) { return report.outcome(row); });
      button.setAttribute("aria-pressed", done ? "true" : "false");
    });
    all(".ticks").forEach(function (ticks) { ticks.querySelector("output").textContent = all("input:checked", ticks).length; });
  }
  function refreshReport() {
    var questions = report.questions(), list = one("#questions"), unsent = report.unsent();
    list.textContent = "";
    questions.forEach(function (question) {
      var line = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.textContent = question.text;
      button.addEventListener("click", function () { goTo(question.input); });
      line.appendChild(button);
      list.appendChild(line);
    });
    var told = report.isEmpty() ? words.nothing
      : fill(words.reported, { done: report.count(), all: record.rows.length - 1 }) + " " + (unsent ? fill(words.unsent, { count: unsent }) : words.sent);
    one("#reported").textContent = told;
    one("#text").value = report.text();
    ["#send", "#save"].forEach(function (name) { one(name).disabled = report.isEmpty() || questions.length > 0; });
    one("#unsaved").hidden = notes.areKept();
  }
  function goTo(input) {
    var details = input.closest("details"), section = input.closest(".day");
    if (section) { showDay(Number(section.id.slice(4))); }
    if (details) { details.open = true; }
    input.focus();
    input.scrollIntoView({ block: "center" });
  }
  function refresh() {
    var day = refreshNext();
    refreshForms();
    refreshReport();
    return day;
  }

  function showDay(day) {
    all("nav.days button").forEach(function (button) {
      button.setAttribute("aria-pressed", button.dataset.day === String(day) ? "true" : "false");
    });
    all("section.day").forEach(function (section) {
      section.classList.toggle("away", day !== "all" && section.id !== "day-" + day);
    });
    if (map) { map.showDay(day); }
  }
  function openStop(number) {
    var card = document.getElementById("stop-" + number);
    showDay(Number(card.closest(".day").id.slice(4)));
    card.scrollIntoView({ behavior: "smooth" });
  }
  all("nav.days button").forEach(function (button) {
    button.addEventListener("click", function () {
      chosenDay = button.dataset.day === "all" ? "all" : Number(button.dataset.day);
      showDay(chosenDay);
      one("#stops").scrollIntoView({ block: "start" });
    });
  });
  all("[data-walk]").forEach(function (button) {
    button.addEventListener("click", function () {
      var now = shown === null ? findNext() : shown;
      shown = Math.max(0, Math.min(items.length - 1, now + Number(button.dataset.walk)));
      refresh();
    });
  });
  all("[data-main]").forEach(function (button) {
    button.addEventListener("click", function () {
      advance(button.dataset.main);
      if (isDone(button.closest(".item"))) { shown = null; }
      var day = refresh();
      if (all("nav.days button").length && chosenDay !== "all") { showDay(day); }
    });
  });
  all("[data-undo]").forEach(function (button) {
    button.addEventListener("click", function () {
      undo(button.dataset.undo);
      refresh();
    });
  });
  all("[data-done]").forEach(function (button) {
    button.addEventListener("click", function () {
      if (button.getAttribute("aria-pressed") === "true") { unfinish(button.dataset.done); } else { finish(button.dataset.done); }
      refresh();
    });
  });
  all("[data-code]").forEach(function (button) {
    button.addEventListener("click", function () {
      var open = button.parentNode.classList.toggle("open");
      button.setAttribute("aria-expanded", open ? "true" : "false");
    });
  });
  all("a.warn").forEach(function (link) {
    link.addEventListener("click", function () { showDay(Number(link.closest(".item").dataset.day)); });
  });

  function tell(text) { one("#reported").textContent = text; }
  function save() {
    Sheets.save(report.file());
    report.markSent();
    refresh();
    tell(fill(words.saved, { file: record.file }));
  }
  one("#save").addEventListener("click", save);
  one("#send").addEventListener("click", function () {
    shareFile(report.file()).then(function (shared) {
      if (!shared) { return save(); }
      report.markSent();
      refresh();
    }, function (error) {
      if (error && error.name !== "AbortError") { tell(words.not_shared); }
    });
  });
  one("#text").addEventListener("focus", function () { one("#text").select(); });
  var forget = one("#forget"), forgetText = forget.textContent;
  forget.addEventListener("click", function () {
    if (!erasing) {
      erasing = true;
      forget.textContent = words.forget;
      window.setTimeout(function () { erasing = false; forget.textContent = forgetText; }, 6000);
      return;
    }
    notes.erase();
    erasing = false;
    shown = null;
    forget.textContent = forgetText;
    writeFields();
    proofs.showAll();
    refresh();
    tell(words.forgotten);
  });
  window.addEventListener("beforeunload", function (event) {
    if (!notes.areKept() && report.unsent()) { event.preventDefault(); }
  });

  writeFields();
  var today = refresh();
  map = new TripMap(data.map, openStop);
  refresh();
  showDay(items.length && all("nav.days button").length ? today : "all");
  document.documentElement.dataset.ready = "yes";
})();
