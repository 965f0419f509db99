"use strict";
// The roads of one date for one vehicle, coloured by class, by minutes from the depot, or by part.
(function () {
  var data = Lines.read();
  var map = L.map("map", { zoomSnap: 0.25, attributionControl: false, maxZoom: 17, preferCanvas: true });
  if (data.bounds) { map.fitBounds(Lines.bounds(data.bounds), { padding: [8, 8], animate: false }); } else { map.setView([0, 0], 2); }
  L.control.scale({ imperial: false }).addTo(map);
  ["communes", "roads", "sites"].forEach(function (name, index) {
    map.createPane(name).style.zIndex = 400 + index * 10;
  });
  var drawer = L.canvas({ pane: "roads", padding: 0.3, tolerance: 4 });
  data.communes.forEach(function (commune) {
    L.polygon(commune.r.map(function (ring) { return [Lines.decode(ring)]; }), {
      pane: "communes", color: "#8d9c94", weight: 1, fillColor: "#f7f7f3", fillOpacity: 0.7, interactive: false
    }).addTo(map);
  });
  var STATE = {
    shut: { color: "#c62828", weight: 5, dashArray: "8 6" }, wet: { color: "#c62828", weight: 3, dashArray: "2 5" },
    one_lane: { color: "#8e24aa", weight: 5 }, hours: { color: "#8e24aa", weight: 4, dashArray: "8 6" },
    unfit: { color: "#9a9a94", weight: 1.5, dashArray: "2 5" }
  };
  var MINUTES = ["#1a9850", "#91c95c", "#e3c82b", "#f28c28", "#d6402b", "#7f1d4b"];
  var PARTS = ["#1f78b4", "#e31a1c", "#33a02c", "#ff7f00", "#6a3d9a", "#b15928", "#e377c2", "#17becf"];
  var step = [15, 20, 30, 45, 60, 90, 120].filter(function (minutes) { return minutes * 5 >= data.slowest; })[0] || 180;
  function look(road, view) {
    var base = Object.assign({ opacity: 0.95 }, Lines.style[road.c]);
    if (view === "class") { return Object.assign(base, STATE[road.s]); }
    if (road.s === "shut" || road.s === "wet" || road.s === "unfit") { return Object.assign(base, STATE[road.s]); }
    base.weight = Math.max(base.weight, 2);
    base.dashArray = null;
    if (view === "minutes") {
      base.color = road.m === undefined ? "#9a9a94" : MINUTES[Math.min(MINUTES.length - 1, Math.floor(road.m / step))];
    } else {
      base.color = PARTS[Math.min(road.k, PARTS.length - 1)];
      if (road.k > 0) { base.weight += 2; }
    }
    return base;
  }
  var drawn = data.roads.map(function (road) {
    var line = L.polyline(Lines.decode(road.l), Object.assign({ pane: "roads", renderer: drawer }, look(road, "class")));
    line.bindPopup(road.p).addTo(map);
    return { road: road, line: line };
  });
  data.sites.forEach(function (site) {
    var missed = site.m === null;
    L.circleMarker(Lines.at(site.at), {
      pane: "sites", radius: site.d ? 8 : 5, weight: 2, fillOpacity: 1,
      color: missed ? "#c62828" : "#1c2321", fillColor: site.d ? "#1c2321" : missed ? "#fff" : "#cfe3d4"
    }).bindPopup(site.p).addTo(map);
  });
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var legend = document.getElementById("legend");
  function entry(style, text) {
    var item = document.createElement("li"), sign = document.createElement("i");
    sign.style.borderColor = style.color;
    sign.className = style.dashArray ? "broken" : "";
    item.appendChild(sign);
    item.appendChild(document.createTextNode(text));
    legend.appendChild(item);
  }
  function explain(view) {
    legend.textContent = "";
    if (view === "minutes") {
      MINUTES.forEach(function (color, k) {
        if (k * step <= data.slowest) { entry({ color: color }, k < MINUTES.length - 1 ? k * step + "–" + (k + 1) * step + " min" : "> " + k * step + " min"); }
      });
    }
    if (view === "class") {
      Object.keys(data.words.classes).forEach(function (key) { entry(Lines.style[key], data.words.classes[key]); });
    }
    Object.keys(data.words.states).forEach(function (key) {
      if (view === "class" || key === "shut" || key === "wet" || key === "unfit") { entry(STATE[key], data.words.states[key]); }
    });
  }
  function show(view) {
    drawn.forEach(function (item) { item.line.setStyle(look(item.road, view)); });
    all("[data-view]").forEach(function (button) { button.setAttribute("aria-pressed", String(button.dataset.view === view)); });
    explain(view);
  }
  all("[data-view]").forEach(function (button) {
    button.addEventListener("click", function () { show(button.dataset.view); });
  });
  all(".swatch").forEach(function (sign) { sign.style.background = Lines.style[sign.className.split(" ")[1]].color; });
  show("class");
  document.documentElement.dataset.ready = "yes";
})();
