"use strict";
// What somebody wrote or did on a page: kept by the browser under a key, if it keeps anything.
function Notes(key) {
  var values = {}, kept = true;
  try {
    localStorage.setItem(key + "/test", "1");
    kept = localStorage.getItem(key + "/test") === "1";
    localStorage.removeItem(key + "/test");
  } catch (error) {
    kept = false;
  }
  try {
    var found = JSON.parse(localStorage.getItem(key) || "{}");
    Object.keys(found).forEach(function (name) {
      if (typeof found[name] === "string") { values[name] = found[name]; }
    });
  } catch (error) {
    values = {};
  }
  function save() {
    if (!kept) { return; }
    try {
      localStorage.setItem(key, JSON.stringify(values));
    } catch (error) {
      kept = false;
    }
  }
  return {
    get: function (name) { return Object.prototype.hasOwnProperty.call(values, name) ? values[name] : ""; },
    set: function (name, value) {
      if (value === "") { delete values[name]; } else { values[name] = String(value); }
      save();
    },
    has: function (name) { return Object.prototype.hasOwnProperty.call(values, name); },
    names: function () { return Object.keys(values); },
    erase: function () {
      values = {};
      try {
        localStorage.removeItem(key);
      } catch (error) {
        kept = false;
      }
    },
    areKept: function () { return kept; }
  };
}
