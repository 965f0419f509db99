"use strict";
// Finds sites and communes by name, with or without the marks on its letters.
function Search(places, open, words) {
  var box = document.getElementById("search"), list = document.getElementById("found"), MOST = 8;
  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();
  }
  var index = places.map(function (place) { return { place: place, text: plain(place.t) }; });
  function find() {
    var wanted = plain(box.value).trim().split(/\s+/).filter(Boolean);
    list.textContent = "";
    if (!wanted.length) { return; }
    var hits = index.filter(function (entry) { return wanted.every(function (word) { return entry.text.indexOf(word) >= 0; }); });
    hits.sort(function (one, other) { return one.text.indexOf(wanted[0]) - other.text.indexOf(wanted[0]); });
    hits.slice(0, MOST).forEach(function (hit) {
      var line = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.textContent = hit.place.t;
      button.addEventListener("click", function () {
        list.textContent = "";
        open(hit.place);
      });
      line.appendChild(button);
      list.appendChild(line);
    });
    if (!hits.length) {
      var none = document.createElement("li");
      none.textContent = words.nothing;
      list.appendChild(none);
    }
  }
  box.addEventListener("input", find);
  box.addEventListener("keydown", function (event) {
    var first = list.querySelector("button");
    if (event.key === "Enter" && first) { first.click(); }
    if (event.key === "Escape") {
      box.value = "";
      find();
    }
  });
}
