"use strict";
(function () {
  var data = Lines.read();
  var map = L.map("map", { zoomSnap: 0.25, attributionControl: false, maxZoom: 17, preferCanvas: true });
  L.control.scale({ imperial: false }).addTo(map);
  ["communes", "roads", "routes", "closures", "names"].forEach(function (name, index) {
    map.createPane(name).style.zIndex = 400 + index * 10;
  });
  var ground = L.layerGroup().addTo(map);
  data.communes.forEach(function (commune) {
    L.polygon(commune.r.map(function (ring) { return [Lines.decode(ring)]; }), {
      pane: "communes", color: "#9aa8a0", weight: 1, fillColor: "#eef3ee", fillOpacity: 0.9, interactive: false
    }).addTo(ground);
    L.marker(Lines.at(commune.at), {
      pane: "communes", interactive: false, keyboard: false, icon: Lines.label("commune-name", commune.name)
    }).addTo(ground);
  });
  Lines.drawRoads(data.roads, ground, "roads");
  data.closures.forEach(function (closure) {
    var lines = Lines.follow(data.lines, closure.l);
    L.polyline(lines, { pane: "closures", color: "#c62828", weight: 7, dashArray: "10 7", lineCap: "butt" })
      .bindPopup(closure.p).addTo(ground);
  });
  data.ways.forEach(function (part) {
    L.polyline(Lines.follow(data.lines, part.w), { pane: "routes", color: "#fff", weight: Math.max(4, 9 - 4 * part.day) + 3, opacity: 0.9, interactive: false }).addTo(ground);
  });
  data.ways.forEach(function (part) {
    L.polyline(Lines.follow(data.lines, part.w), {
      pane: "routes", color: data.colours[part.day % data.colours.length], weight: Math.max(4, 9 - 4 * part.day), interactive: false
    }).addTo(ground);
  });
  function mark(place, sign, colour) {
    L.marker(Lines.at(place.at), { icon: Lines.pin(sign, colour, ""), title: place.t, interactive: false, keyboard: false }).addTo(map);
  }
  mark(data.depot, "⌂", "#222");
  data.beds.forEach(function (bed) { mark(bed, "☾", "#4527a0"); });
  data.stops.forEach(function (stop) {
    L.marker(Lines.at(stop.at), {
      icon: Lines.pin(stop.n, data.colours[stop.day % data.colours.length], "stop"),
      title: stop.n + ". " + stop.t, zIndexOffset: 1000 - stop.n
    }).on("click", function () {
      document.getElementById("stop-" + stop.n).scrollIntoView({ behavior: "smooth" });
    }).addTo(map);
  });
  function tell() { map.getContainer().classList.toggle("far", map.getZoom() < 10); }
  map.on("zoomend", tell);
  function frame(className) {
    map.getContainer().classList.remove("paper");
    if (className) { map.getContainer().classList.add(className); }
    map.invalidateSize({ animate: false });
    if (data.bounds) {
      map.fitBounds(Lines.bounds(data.bounds), { padding: [22, 22], animate: false });
    } else {
      map.setView([0, 0], 2);
    }
  }
  frame("");
  tell();
  // On paper every code is shown, on the screen only when asked for.
  var codes = Array.prototype.slice.call(document.querySelectorAll("details.qr"));
  window.addEventListener("beforeprint", function () {
    codes.forEach(function (code) { code.open = true; });
    frame("paper");
  });
  window.addEventListener("afterprint", function () {
    codes.forEach(function (code) { code.open = false; });
    frame("");
  });
  document.documentElement.dataset.ready = "yes";
})();
