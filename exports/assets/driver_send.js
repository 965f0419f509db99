"use strict";
// Makes a result sheet of the driver's notes, and hands it over as a file or as text.
function Report(record, notes, fill) {
  var whole = ["boxes", "boxes_missing", "books_missing", "books_damaged", "uses", "readers", "on_loan", "kept"];
  var proof = ["signed_by", "signed_at", "signature", "position", "photo"];
  function labelOf(input) { return input.closest("label").firstChild.textContent; }
  function place(row) {
    return row.stop ? fill(record.words.stop, { number: row.stop }) : fill(record.words.trip, { trip: record.trip });
  }
  function outcome(number) {
    if (record.rows[number].stop) { return notes.get("r" + number + ".outcome"); }
    return notes.get("t.arrived") ? "done" : "";
  }
  // The fields of a row that its outcome shows.
  function shownInputs(number) {
    var shown = "on-" + outcome(number);
    return Array.prototype.filter.call(
      document.querySelectorAll("fieldset[data-row='" + number + "'] .more input"),
      function (input) { return input.closest("label").classList.contains(shown); }
    );
  }
  function fillRow(number, isFirst) {
    var row = record.rows[number], cells = Object.assign({}, row.cells), key = row.stop ? "s" + row.stop : "t";
    cells.outcome = outcome(number);
    if (row.stop) {
      shownInputs(number).forEach(function (input) { cells[input.name.split(".")[1]] = notes.has(input.name) ? notes.get(input.name) : input.defaultValue; });
      proof.forEach(function (name) { cells[name] = isFirst ? notes.get(key + "." + name) : ""; });
    } else {
      cells.km = notes.get("t.km").replace(",", ".");
    }
    cells.date = notes.get(key + ".date") || cells.date;
    cells.arrived = notes.get(key + ".arrived");
    cells.departed = notes.get(key + ".departed");
    cells.note = isFirst ? notes.get(key + ".note") : "";
    return cells;
  }
  function list() {
    var rows = [], last = null;
    record.rows.forEach(function (row, number) {
      if (outcome(number)) {
        rows.push(fillRow(number, last !== row.stop));
        last = row.stop;
      }
    });
    return rows;
  }
  // What stands in the way of sending: a sentence and the field it is about.
  function questions() {
    var found = [], told = {};
    record.rows.forEach(function (row, number) {
      var state = outcome(number), name = row.stop ? "s" + row.stop + ".note" : "t.note";
      if (!row.stop && notes.get("t.km") && !/^\d{1,5}([.,]\d+)?$/.test(notes.get("t.km").trim())) {
        found.push(ask("decimal", row, document.querySelector("[name='t.km']")));
      }
      if (!state) {
        var isNoted = notes.get(name) || notes.get("s" + row.stop + ".signature") || notes.get("s" + row.stop + ".photo");
        if (row.stop && isNoted && !told[name] && !anyTold(row.stop)) {
          found.push(ask("untold", row, document.querySelector("[name='" + name + "']")));
          told[name] = true;
        }
        return;
      }
      if (!row.stop) { return; }
      shownInputs(number).forEach(function (input) {
        var column = input.name.split(".")[1], value = notes.get(input.name).trim();
        if (column === "reason" && !value && state !== "done") { found.push(ask("why", row, input)); }
        if (whole.indexOf(column) >= 0 && value && !/^\d{1,6}$/.test(value)) { found.push(ask("whole", row, input)); }
      });
    });
    return found;
  }
  function anyTold(stop) {
    return record.rows.some(function (row, number) { return row.stop === stop && outcome(number); });
  }
  function ask(word, row, input) {
    return { text: fill(record.words[word], { place: place(row), field: labelOf(input) }), input: input };
  }
  function lines(without) {
    return list().map(function (row) {
      return record.columns.map(function (column) { return column === without ? "" : Sheets.cell(row[column]); }).join(",");
    });
  }
  function join(rows) { return record.columns.join(",") + "\r\n" + rows.map(function (line) { return line + "\r\n"; }).join(""); }
  // What tells a line that was sent from another, without keeping all of it (FNV-1a).
  function sum(line) {
    var hash = 2166136261;
    for (var at = 0; at < line.length; at += 1) { hash = Math.imul(hash ^ line.charCodeAt(at), 16777619); }
    return line.length + "/" + (hash >>> 0).toString(16);
  }
  function sentLines() { return notes.get("sent").split("\n"); }
  return {
    // Without photos, which nobody can read: it is for a message.
    text: function () { return join(lines("photo")); },
    questions: questions,
    count: function () { return record.rows.filter(function (row, number) { return row.stop && outcome(number); }).length; },
    isEmpty: function () { return list().length === 0; },
    unsent: function () {
      var sent = sentLines();
      return lines().filter(function (line) { return sent.indexOf(sum(line)) < 0; }).length;
    },
    markSent: function () { notes.set("sent", lines().map(sum).join("\n")); },
    file: function () { return new File(["\ufeff" + join(lines())], record.file, { type: "text/csv" }); },
    outcome: outcome
  };
}
// Hands a file to the phone's own sharing; resolves to false where it has none.
function shareFile(file) {
  var can = false;
  try {
    can = Boolean(navigator.canShare && navigator.canShare({ files: [file] }));
  } catch (error) {
    can = false;
  }
  return can ? navigator.share({ files: [file], title: file.name }).then(function () { return true; }) : Promise.resolve(false);
}
